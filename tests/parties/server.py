"""A small server of one file on the loopback, for as long as a test needs it; it can behave badly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Served:
    """What the server has, how it behaves, and what it was asked: method, status and headers of each request."""

    body: bytes = b""
    etag: str = '"one"'
    last_modified: str = "Fri, 31 Jul 2026 13:15:00 GMT"
    statuses: list[int] = field(default_factory=list)
    breaks_after: list[int] = field(default_factory=list)
    chunked: bool = False
    redirect: str = ""
    ranges: bool = True
    wrong_range: bool = False
    claims: int | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    url: str = ""


def _handler(served: Served) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            return

        def do_GET(self) -> None:
            served.asked.append({name.lower(): value for name, value in self.headers.items()})
            status, body, headers = self.answer()
            served.answered.append(status)
            self.close_connection = True
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            cut = served.breaks_after.pop(0) if served.breaks_after and status in (200, 206) else None
            if served.chunked and status == 200:
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                sent = body if cut is None else body[:cut]
                for at in range(0, len(sent), 100_000):
                    piece = sent[at : at + 100_000]
                    self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
                if cut is None:
                    self.wfile.write(b"0\r\n\r\n")
                return
            length = served.claims if served.claims is not None else len(body)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(body if cut is None else body[:cut])

        def answer(self) -> tuple[int, bytes, dict[str, str]]:
            asked = served.asked[-1]
            said = {"ETag": served.etag, "Last-Modified": served.last_modified}
            said = {name: value for name, value in said.items() if value}
            if served.statuses:
                return served.statuses.pop(0), b"an error", {}
            if served.redirect:
                return 302, b"", {"Location": served.redirect}
            if served.etag and asked.get("if-none-match") == served.etag:
                return 304, b"", said
            if "range" in asked and served.ranges and asked.get("if-range") == served.etag:
                start = int(asked["range"].removeprefix("bytes=").removesuffix("-"))
                if start >= len(served.body):
                    return 416, b"", {"Content-Range": f"bytes */{len(served.body)}"}
                stated = 0 if served.wrong_range else start
                said["Content-Range"] = f"bytes {stated}-{len(served.body) - 1}/{len(served.body)}"
                return 206, served.body[start:], said
            return 200, served.body, said

    return Handler


@contextmanager
def serving(body: bytes = b"") -> Iterator[Served]:
    """A server of the body at ``served.url``; it stops at the end of the block."""
    served = Served(body)
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(served)) as server:
        served.url = f"http://127.0.0.1:{server.server_port}/consolidated.json"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join(10)
