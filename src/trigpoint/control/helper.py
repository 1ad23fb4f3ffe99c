"""The control's HTTP: measurements for probes that ask, an echo of what they sent, and a sign of life."""

from __future__ import annotations

import asyncio
import ipaddress
import re
from math import ceil
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint import __version__
from trigpoint.control.protocol import Health, Services, decoded
from trigpoint.errors import InputError
from trigpoint.net.names import canonical_address
from trigpoint.net.serve.exchange import Response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from trigpoint.control.limits import Limits
    from trigpoint.control.protocol import ControlRequest, ControlResponse
    from trigpoint.net.serve.exchange import Request

    Measure = Callable[[ControlRequest], Awaitable[ControlResponse]]

MOST_AT_ONCE = 32
"""Measurements that are under way at once, where nothing else is said."""
MOST_BYTES = 1 << 20
"""Of what ``/bytes/N`` gives: enough to see a rate, too little to be worth fetching for anything else."""
_BUSY_SECONDS = 5
_BYTES = re.compile(r"/bytes/([0-9]{1,7})", re.ASCII)


class Helper:
    """Answers requests.

    ``POST /`` measures (:mod:`trigpoint.control.protocol`); ``GET /`` gives back the request as it came, for
    ``http_header_field_manipulation`` (``ooni/spec``, ts-006); ``GET /bytes/N`` gives so many bytes, for
    ``throttling``; ``GET /health`` says that it is there, and what else is.

    Args:
        measure: measures.
        limits: says who may ask.
        most: measurements at once.
        services: gives what is served besides.

    """

    def __init__(
        self,
        measure: Measure,
        limits: Limits,
        most: int = MOST_AT_ONCE,
        services: Callable[[], Services] = Services,
    ) -> None:
        self._measure = measure
        self._limits = limits
        self._most = most
        self._services = services
        self._count = 0

    async def respond(self, request: Request) -> Response:
        """Answer a request."""
        method = request.method.upper()  # its letters are what some nettests vary
        if request.path == "/health":
            told = Health(software="trigpoint", version=__version__, client=_client(request), services=self._services())
            return _json(told, 200, ("cache-control", "no-store"))
        size = _BYTES.fullmatch(request.path)
        if request.path != "/" and not size:
            return _refusal(404, "there are /, /bytes/N and /health here")
        if method not in {"GET", "POST"}:
            return _refusal(405, "only GET and POST are known here", ("allow", "GET, POST"))
        if not self._limits.admits(request.client[0]):
            return _refusal(429, "too many requests of this client", ("retry-after", str(ceil(self._limits.wait))))
        if size:
            return Response(200, (("content-type", "application/octet-stream"),), filler(int(size[1])))
        return _json(echoed(request)) if method == "GET" else await self._measured(request.body)

    async def _measured(self, body: bytes) -> Response:
        try:
            asked = decoded(body)
        except InputError as error:
            return _refusal(400, str(error))
        if self._count >= self._most:
            return _refusal(503, "too many measurements are under way", ("retry-after", str(_BUSY_SECONDS)))
        self._count += 1
        try:
            return _json(await self._measure(asked))
        except Exception as error:  # noqa: BLE001 - whatever a site brought about, the next client is served
            told = {"message": f"{asked.http_request!r} could not be measured", "exception": error}
            asyncio.get_running_loop().call_exception_handler(told)
            return _refusal(500, "the measurement failed in a way that nobody foresaw")
        finally:
            self._count -= 1


def echoed(request: Request) -> dict[str, Any]:
    """Give a request as it came, with the keys of OONI's ``http-return-json-headers`` helper (ts-006)."""
    pairs = request.spelled or request.fields
    headers: dict[str, list[str]] = {}
    for name, value in pairs:
        headers.setdefault(name, []).append(value)
    line = f"{request.method} {request.target} HTTP/{request.version}"
    return {"headers_dict": headers, "request_line": line, "request_headers": pairs}


def filler(size: int) -> bytes:
    """Give so many bytes, at most :data:`MOST_BYTES`.

    >>> len(filler(300)), filler(0), len(filler(10**7)) == MOST_BYTES
    (300, b'', True)
    """
    size = min(size, MOST_BYTES)
    return (bytes(range(256)) * (size // 256 + 1))[:size]


def _client(request: Request) -> str:
    """Give who asks; of a proxy on the same machine, whom it names last (``X-Forwarded-For``)."""
    address = canonical_address(request.client[0]) or ""
    forwarded = request.value("x-forwarded-for").rpartition(",")[2].strip()
    is_proxy = bool(address) and ipaddress.ip_address(address).is_loopback
    return (canonical_address(forwarded) if is_proxy else None) or address


def _json(content: Any, status: int = 200, *fields: tuple[str, str]) -> Response:  # noqa: ANN401 - what JSON can say
    return Response(status, (("content-type", "application/json"), *fields), msgspec.json.encode(content))


def _refusal(status: int, why: str, *fields: tuple[str, str]) -> Response:
    return _json({"error": why}, status, *fields)
