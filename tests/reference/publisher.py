"""A publisher of files on loopback."""

from __future__ import annotations

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Publisher:
    """Serves files with their editions, or what a test wants to go wrong."""

    modified = "Fri, 20 Nov 2026 12:00:00 GMT"
    answered = "Sun, 22 Nov 2026 08:00:00 GMT"
    day = "2026-11-22"
    """Of the answers, as ISO 8601."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.redirects: dict[str, str] = {}
        self.statuses: dict[str, int] = {}
        self.lacking: dict[str, int] = {}
        self.agents: list[str] = []
        self.sent: list[str] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.publisher = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def etag(self, path: str) -> str:
        return f'"{hashlib.sha256(self.files[path]).hexdigest()[:8]}"'

    def close(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """Answers for the publisher of its server."""

    server: _Server

    def date_time_string(self, timestamp: float | None = None) -> str:
        del timestamp
        return self.server.publisher.answered

    def do_GET(self) -> None:
        publisher = self.server.publisher
        publisher.agents.append(self.headers.get("User-Agent", ""))
        if self.path in publisher.statuses:
            self._status(publisher.statuses[self.path])
        elif self.path in publisher.redirects:
            self._head(302, Location=publisher.redirects[self.path])
        elif self.path not in publisher.files:
            self._head(404)
        elif self._is_known():
            self._head(304)
        else:
            self._send(publisher.files[self.path])

    def _status(self, status: int) -> None:
        if status:
            self._head(status)
        else:
            self.wfile.write(b"no such protocol\r\n\r\n")

    def _is_known(self) -> bool:
        publisher = self.server.publisher
        etag, since = self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")
        return etag == publisher.etag(self.path) or (etag is None and since == publisher.modified)

    def _head(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Length": "0", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def _send(self, content: bytes) -> None:
        publisher = self.server.publisher
        publisher.sent.append(self.path)
        length = str(len(content) + publisher.lacking.get(self.path, 0))
        self._head(200, Content_Length=length, ETag=publisher.etag(self.path), Last_Modified=publisher.modified)
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library has it
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    publisher: Publisher
