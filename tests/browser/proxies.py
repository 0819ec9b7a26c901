"""Real proxies in front of replicas, configured as docs/deploy.md says."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.server import ROOT, Server, free_port

ELSEWHERE = "127.0.0.2"
"""Where the proxy seems to be, so that the visitors are somewhere else."""

How = Callable[[Path, int, list[int]], tuple[list[str], dict[str, str]]]
"""Writes a proxy's configuration for its port and those of the replicas; gives how to run it."""


def documented(language: str) -> str:
    """The one block in a language."""
    document = (ROOT / "docs" / "deploy.md").read_text()
    (block,) = re.findall(rf"```{language}\n(.*?)```", document, re.DOTALL)
    return str(block)


def program(name: str) -> str:
    """Path of a proxy; whoever needs it is skipped where it is not installed."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        pytest.skip(f"There is no {name}: its package is not installed.")
    return found


def nginx(folder: Path, port: int, ports: list[int]) -> tuple[list[str], dict[str, str]]:
    """A `How`, with a certificate of its own and two replicas."""
    binary = program("nginx")
    certificate = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    files = ["-keyout", str(folder / "key"), "-out", str(folder / "pem")]
    subprocess.run(["openssl", *certificate, *files], check=True, capture_output=True)
    block = documented("nginx")
    for old, new in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("tastemap.example.org", "localhost"),
        ("/etc/ssl/tastemap.pem", str(folder / "pem")),
        ("/etc/ssl/tastemap.key", str(folder / "key")),
        ("127.0.0.1:8501", f"127.0.0.1:{ports[0]}"),
        ("127.0.0.1:8502", f"127.0.0.1:{ports[1]}"),
        ("proxy_http_version 1.1;", f"proxy_http_version 1.1; proxy_bind {ELSEWHERE};"),
    ):
        assert old in block
        block = block.replace(old, new)
    paths = "".join(
        f"{name}_temp_path {folder / name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    whole = (
        f"{user} daemon off; pid {folder / 'pid'}; error_log {folder / 'proxy.log'} error;"
        f"events {{}} http {{ access_log off; {paths} {block} }}"
    )
    (folder / "nginx.conf").write_text(whole)
    return [binary, "-c", str(folder / "nginx.conf")], {}


def caddy(folder: Path, port: int, ports: list[int]) -> tuple[list[str], dict[str, str]]:
    """A `How`, with a certificate of its own and two replicas."""
    binary = program("caddy")
    block = documented("caddy")
    for old, new in (
        ("tastemap.example.org {", f"https://localhost:{port} {{\n\ttls internal"),
        ("127.0.0.1:8501", f"127.0.0.1:{ports[0]}"),
        ("127.0.0.1:8502", f"127.0.0.1:{ports[1]}"),
    ):
        assert old in block
        block = block.replace(old, new)
    options = "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n"
    (folder / "Caddyfile").write_text(options + block)
    command = [binary, "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    return command, {"HOME": str(folder), "XDG_DATA_HOME": str(folder)}


@contextmanager
def proxied(
    how: How,
    folder: Path,
    ports: list[int],
    port: int | None = None,
) -> Iterator[Server]:
    """Runs a proxy in front of replicas until the block ends."""
    port = port or free_port()
    command, variables = how(folder, port, ports)
    log = folder / "output.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command, env=os.environ | variables, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        server = Server(f"https://localhost:{port}/tastemap", log, process.pid)
        end = time.monotonic() + 30
        while True:
            assert process.poll() is None, log.read_text()
            try:
                get(f"{server.url}/_stcore/health")
                break
            except (urllib.error.URLError, ConnectionError):
                assert time.monotonic() < end, log.read_text()
                time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        process.wait(20)


def get(address: str) -> bytes:
    """What is there, whoever signed for it."""
    with urllib.request.urlopen(address, timeout=20, context=trusting()) as answer:
        return bytes(answer.read())


def trusting() -> ssl.SSLContext:
    """Believes the certificate that a proxy made for itself."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
