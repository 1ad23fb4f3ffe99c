"""DNS over HTTPS on a server's side (RFC 8484)."""

from __future__ import annotations

import asyncio
import base64
import binascii
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from trigpoint.lab.services.cache import lifetime
from trigpoint.net.dns_message import parse_message
from trigpoint.net.serve.dns import answered
from trigpoint.net.serve.exchange import SILENT_SECONDS, Request, Response

if TYPE_CHECKING:
    from trigpoint.net.serve.dns import Answer

PATH = "/dns-query"
"""Where it answers."""
_TYPE = "application/dns-message"
_LARGEST_QUERY = 4_096


class DohService:
    """Answers requests with the answers of a resolver.

    Args:
        answer: answers queries.

    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    async def respond(self, request: Request) -> Response | None:
        """Answer a request; None where the resolver says nothing."""
        if request.path != PATH:
            return _plain(404)
        query = _query(request)
        if isinstance(query, int):
            return _plain(query)
        reply = await answered(self._answer, query, request.client, request.local, "tcp")
        if reply is None:
            await asyncio.sleep(SILENT_SECONDS)
            return None
        message = parse_message(reply)
        age = lifetime(message) if message else 0
        return Response(200, (("content-type", _TYPE), ("cache-control", f"max-age={age}")), reply)


def _query(request: Request) -> bytes | int:
    """Read the query of a request, or say with which status it is refused."""
    if request.method == "POST":
        if request.value("content-type").partition(";")[0].strip().lower() != _TYPE:
            return 415
        return request.body if 0 < len(request.body) <= _LARGEST_QUERY else 400
    if request.method not in {"GET", "HEAD"}:
        return 405
    values = parse_qs(request.target.partition("?")[2]).get("dns", [])
    if len(values) != 1 or not 0 < len(values[0]) <= 2 * _LARGEST_QUERY:
        return 400
    try:
        return base64.b64decode(values[0] + "=" * (-len(values[0]) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return 400


def _plain(status: int) -> Response:
    return Response(status, (("content-type", "text/plain"),), b"no DNS message\n")
