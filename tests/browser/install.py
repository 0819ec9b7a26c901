"""Sees to it that there is a Chromium for the browser tests: `python -m tests.browser.install`.

Debian's headless shell is asked for first: Chromium without the parts that draw windows, in which a
page of Tastemap opens in half the time. Where it is not packaged, Playwright's own build is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

SHELL = "chromium-headless-shell"
SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""Without these, a Chromium without a screen looks for a GPU and for the outside world."""


# Playwright's driver is a Node.js, which a bare machine cannot start for want of libatomic.
PACKAGES = (SHELL, "libatomic1")


def driver_starts() -> bool:
    """Whether Playwright's driver has the libraries that it needs."""
    command = [sys.executable, "-m", "playwright", "--version"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def chromium() -> str | None:
    """Path of the quickest Chromium on this machine, None if there is none."""
    if shell := shutil.which(SHELL):
        return shell
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if Path(own).exists():
        return own
    return next((path for name in SYSTEM_NAMES if (path := shutil.which(name))), None)


def main() -> int:
    """Installs a headless shell unless there is one; returns the exit code."""
    if driver_starts() and shutil.which(SHELL):
        print(f"browser: {chromium()}")
        return 0
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    attempts = [
        [
            [*root, "apt-get", "update", "-qq"],
            [*root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES],
        ],
        [[sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]],
    ]
    for commands in attempts:
        for command in commands:
            print("+", " ".join(command), flush=True)
            if subprocess.run(command, check=False).returncode:
                break
        # Any other Chromium will do.
        if driver_starts() and (found := chromium()):
            print(f"browser: {found}")
            return 0
    print(
        "No browser for the browser tests. Install one, for example with "
        f"`sudo apt-get install {' '.join(PACKAGES)}`, and run again.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
