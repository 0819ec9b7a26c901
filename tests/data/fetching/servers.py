"""Servers on this machine that do to a download what networks do: cut, stall, refuse, hang."""

import re
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from recommender.data.fetching.download import Remote


@dataclass
class Served:
    """A file as a server has it.

    `cut` and `stall` say after how many bytes of its body the next answer ends, or sends nothing
    more; they hold once. `told` is a Content-Length that is not the true one.
    """

    content: bytes
    etag: str | None = '"one"'
    ranges: bool = True
    status: int | None = None
    cut: int | None = None
    stall: int | None = None
    told: bool = True
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Site:
    """A running server: its files by path, what it was asked, and what it answers a POST."""

    url: str
    files: dict[str, Served] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    posts: dict[str, Callable[[bytes], Served]] = field(default_factory=dict)
    released: threading.Event = field(default_factory=threading.Event)

    def remote(self, path: str, **known: object) -> Remote:
        return Remote(self.url + path, **known)

    @property
    def ranges(self) -> list[str | None]:
        """The Range header of every request, in order."""
        return [headers.get("Range") for _, headers in self.asked]


@contextmanager
def site() -> Iterator[Site]:
    """Runs a server on a free port of the loopback address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def path_asked(self) -> str:
            # A client that takes this server for a proxy sends the whole URL.
            return re.sub(r"^https?://[^/]+", "", self.path).split("?")[0]

        def do_GET(self) -> None:
            served = running.files.get(self.path_asked())
            self.answer(served or Served(b"no such file", status=404))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            post = running.posts.get(self.path_asked())
            self.answer(post(body) if post else Served(b"no such call", status=404))

        def answer(self, served: Served) -> None:
            running.asked.append((self.path_asked(), dict(self.headers)))
            content, start = served.content, 0
            wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            valid = self.headers.get("If-Range") in (None, served.etag)
            if wanted and served.ranges and valid and not served.status:
                start = int(wanted[1])
            if start and start >= len(content):
                self.send_response(416)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(served.status or (206 if start else 200))
            if start:
                self.send_header(
                    "Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}"
                )
            if served.ranges:
                self.send_header("Accept-Ranges", "bytes")
            if served.etag:
                self.send_header("ETag", served.etag)
            for name, value in served.headers.items():
                self.send_header(name, value)
            if served.told:
                self.send_header("Content-Length", str(len(content) - start))
            else:
                self.close_connection = True
                self.send_header("Connection", "close")
            self.end_headers()
            stalls = served.stall is not None
            end = served.stall if stalls else served.cut
            # Once is enough: the next request is answered in full.
            served.cut = served.stall = None
            self.wfile.write(content[start:] if end is None else content[start : start + end])
            if stalls:
                self.wfile.flush()
                running.released.wait(30)
            if end is not None:
                self.close_connection = True

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            # A client that gave up, as some tests want, is no news; anything else is.
            if not isinstance(sys.exception(), ConnectionError):
                super().handle_error(request, client_address)

    server = Server(("127.0.0.1", 0), Handler)
    running = Site(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield running
    finally:
        running.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def hanging() -> Iterator[str]:
    """Gives the address of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
