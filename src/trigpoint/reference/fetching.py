"""Downloads a file: encrypted, not larger than asked, and only where it changed since the last time."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import urllib.error
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

import trigpoint

if TYPE_CHECKING:
    from typing import Any

LARGEST = 256 << 20
"""Bytes that are taken at most; the largest files known have some tens of megabytes."""

_SECONDS = 60.0  # without a byte
_CHUNK = 1 << 16
_NOT_MODIFIED = 304
_PASSING = {408, 425, 429, 500, 502, 503, 504}  # RFC 9110, section 15; RFC 8470; RFC 6585


class FetchError(Exception):
    """Nothing was downloaded; says why in one sentence."""

    def __init__(self, message: str, *, may_pass: bool = False) -> None:
        super().__init__(message)
        self.may_pass = may_pass
        """Whether it may work when asked again soon: a busy server, a broken connection."""


class Fetched(msgspec.Struct, frozen=True):
    """A download."""

    content: bytes
    etag: str | None
    """As the server gave it. Missing: none."""
    last_modified: str | None
    """Likewise."""
    date: str | None = None
    """When the server answered, by its own clock (RFC 9110, section 6.6.1). Missing: it does not tell."""


def fetch(
    url: str, etag: str | None = None, last_modified: str | None = None, *, largest: int = LARGEST
) -> Fetched | None:
    """Download.

    Args:
        url: with ``https``; with ``http`` only from this machine itself.
        etag: of what is there already (RFC 9110, section 13.1.2).
        last_modified: likewise (section 13.1.3).
        largest: bytes that are taken at most.

    Returns:
        The download; None where what is there already is the newest.

    Raises:
        FetchError: it failed.

    """
    check(url)
    request = urllib.request.Request(url, headers={"User-Agent": f"trigpoint/{trigpoint.__version__}"})  # noqa: S310 - see check
    if etag:
        request.add_header("If-None-Match", etag)
    if last_modified:
        request.add_header("If-Modified-Since", last_modified)
    try:
        with urllib.request.build_opener(_Redirects).open(request, timeout=_SECONDS) as response:
            told = (response.headers.get(name) for name in ("ETag", "Last-Modified", "Date"))
            return Fetched(_whole(response, largest), *told)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == _NOT_MODIFIED and (etag or last_modified):
            return None
        message = f"the server answers {error.code} {error.reason}"
        raise FetchError(message, may_pass=error.code in _PASSING) from error
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        message = f"cannot be downloaded: {reason}"
        raise FetchError(message, may_pass=not isinstance(reason, socket.gaierror)) from error


def check(url: str) -> None:
    """Refuse an address from which nothing is taken.

    Raises:
        FetchError: it is not encrypted, or no address.

    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host))):
        message = f"{url} is no address with https"
        raise FetchError(message)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _whole(response: http.client.HTTPResponse, largest: int) -> bytes:
    """Read to the end.

    Raises:
        FetchError: it is too large, or ends early.

    """
    content = bytearray()
    while chunk := response.read(_CHUNK):
        content += chunk
        if len(content) > largest:
            message = f"larger than {largest >> 20} MiB"
            raise FetchError(message)
    announced = response.headers.get("Content-Length")
    if announced is not None and announced.isdecimal() and len(content) < int(announced):
        message = f"ended after {len(content)} of {announced} bytes"
        raise FetchError(message, may_pass=True)
    return bytes(content)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but none away from encryption."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:  # noqa: ANN401 - as the library has it
        check(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)
