"""Sees to it that there is a Chromium for the browser tests: `python -m tests.browser.install`.

Playwright's own build is asked for first; where its download host is out of reach, the one that
Debian and Ubuntu package is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

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
PACKAGES = ("chromium", "libatomic1")


def driver_starts() -> bool:
    """Whether Playwright's driver has the libraries that it needs."""
    command = [sys.executable, "-m", "playwright", "--version"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def chromium() -> str | None:
    """Path of a Chromium on this machine, None if there is none."""
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if Path(own).exists():
        return own
    return next((path for name in SYSTEM_NAMES if (path := shutil.which(name))), None)


def main() -> int:
    """Installs a Chromium unless there is one; returns the exit code."""
    if driver_starts() and (found := chromium()):
        print(f"browser: {found}")
        return 0
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    attempts = [
        [[sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]],
        [
            [*root, "apt-get", "update", "-qq"],
            [*root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES],
        ],
    ]
    for commands in attempts:
        for command in commands:
            print("+", " ".join(command), flush=True)
            if subprocess.run(command, check=False).returncode:
                break
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
