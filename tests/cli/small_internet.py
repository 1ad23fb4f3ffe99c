"""An Internet of one web server and one resolver on the loopback, and a probe that knows no other."""

from __future__ import annotations

import socket
import socketserver
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.cli import main
from trigpoint.cli.probe import field as verb
from trigpoint.net.dial.dns import Resolver
from trigpoint.net.dns_message import NXDOMAIN, build_message, parse_message, reply_to
from trigpoint.probe import field
from trigpoint.reference.landmarks import PortalCheck

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.probe.budget import Budget
    from trigpoint.probe.field import Settings
    from trigpoint.probe.session import Session

HERE = "127.0.0.1"
LARGE_BYTES = 400_000
"""Of each page whose path begins with ``/large``."""


class SmallInternet:
    """Serves until it is closed."""

    def __init__(self) -> None:
        self.is_captive = False
        """Whether a login page stands in between."""
        self.asked: list[str] = []
        """Paths, in the order in which they were asked for."""
        self.health = ""
        """What ``/health`` says. Empty: what every page does."""
        self.held, self.free = threading.Event(), threading.Event()
        """Whether somebody waits for ``/hold``, and whether he may have it."""
        self._web = _Web((HERE, 0), _handler(self))
        self._dns = socketserver.UDPServer((HERE, 0), _Denying)
        self.web_port, self.dns_port = int(self._web.server_address[1]), int(self._dns.server_address[1])
        for server in (self._web, self._dns):
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()

    def url(self, path: str) -> str:
        """Give the URL of a page."""
        return f"http://{HERE}:{self.web_port}{path}"

    def close(self) -> None:
        """End it."""
        self.free.set()
        for server in (self._web, self._dns):
            server.shutdown()
            server.server_close()


class _Web(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that are gone."""


def _handler(internet: SmallInternet) -> type[BaseHTTPRequestHandler]:
    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            internet.asked.append(self.path)
            if self.path == "/hold":
                internet.held.set()
                internet.free.wait(60)
            if internet.is_captive:
                self._answer(302, ("Location", "http://portal.example/login"))
            elif self.path == "/generate_204":
                self._answer(204)
            elif self.path == "/health" and internet.health:
                self._answer(200, body=internet.health.encode())
            elif self.path.startswith("/large"):
                self._answer(200, body=bytes(LARGE_BYTES))
            else:
                self._answer(200, body=b"<title>Here</title>")

        def _answer(self, status: int, *fields: tuple[str, str], body: bytes = b"") -> None:
            self.send_response(status)
            for name, value in (*fields, ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Pages


class _Denying(socketserver.BaseRequestHandler):
    """Answers that there is no such name."""

    def handle(self) -> None:
        payload, server = self.request
        query = parse_message(payload)
        if query is not None:
            server.sendto(build_message(reply_to(query, rcode=NXDOMAIN)), self.client_address)


def closed_port() -> int:
    """Give a port at which nothing listens."""
    with socket.socket() as listening:
        listening.bind((HERE, 0))
        return int(listening.getsockname()[1])


def confine(web_port: int, dns_port: int, put: Callable[[Any, str, Any], None] = setattr) -> None:
    """Let the probe know this Internet alone."""
    check = PortalCheck(f"http://{HERE}:{web_port}/generate_204", 204, "", "here")
    put(field, "PORTAL_CHECKS", (check,))
    put(field, "LANDMARKS", ())
    put(field, "CANARY", "")
    put(field, "_own_addresses", dict)
    put(verb, "PUBLIC", ())
    planned = field.session_of

    def session_of(settings: Settings, budget: Budget) -> Session:
        return msgspec.structs.replace(planned(settings, budget), system=Resolver("udp", HERE, dns_port))

    put(verb, "session_of", session_of)


if __name__ == "__main__":
    confine(int(sys.argv[1]), int(sys.argv[2]))
    main(sys.argv[3:])
