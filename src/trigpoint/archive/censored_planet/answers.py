"""Answers of servers as Hyperquack and Satellite record them: bytes as text, or the parts of an HTTP response."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.archive.ooni.http import header_text
from trigpoint.archive.ooni.recorder import BODY_BYTES
from trigpoint.net.titles import title_of

if TYPE_CHECKING:
    from trigpoint.archive.ooni.recorder import Recorder

_RESPONSE = re.compile(r"\AHTTP/\d(?:\.\d)? (\d{3})[^\n]*\n")
_HEADERS_END = re.compile(r"\r?\n\r?\n")
_STATUS = re.compile(r"^(?:HTTP/\S+ )?(\d{3})\b")
_VERSIONS = {0x0301: "TLSv1", 0x0302: "TLSv1.1", 0x0303: "TLSv1.2", 0x0304: "TLSv1.3"}  # RFC 8446, section 4.1.2
_STATUSES = range(100, 1_000)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back, in the fields of a step."""

    status: int | None = None
    """Status code. Missing: not an HTTP response, or none."""
    headers: str | None = None
    """Headers, one a line. Missing: none."""
    location: str | None = None
    """``Location`` header. Missing: none."""
    title: str | None = None
    """Title of the page. Missing: none."""
    body_bytes: int | None = None
    """Length of the body. Missing: none recorded."""
    body_sha256: str | None = None
    """SHA-256 (hex) of the body. Missing: none recorded."""
    tls_version: str | None = None
    """Version negotiated. Missing: no TLS, or not recorded."""
    certificate_chain: str | None = None
    """SHA-256 (hex) of the server's certificate, the only one of the chain that is recorded. Missing: none."""


def answer_of(recorder: Recorder, received: object) -> Answer:
    """Read what came back; its body and certificate are kept by the recorder. Empty where nothing was recorded."""
    if isinstance(received, str):
        return _of_text(recorder, received)
    if isinstance(received, dict):
        return _of_parts(recorder, received)
    return Answer()


def _of_text(recorder: Recorder, received: str) -> Answer:
    """Take raw bytes apart: an HTTP response that somebody sent, or anything else, which is a body."""
    found = _RESPONSE.match(received)
    if found is None:
        return Answer(**_body(recorder, received))
    end = _HEADERS_END.search(received, found.end() - len("\r\n"))  # there may be no header at all
    head = received[found.end() : end.start() if end else None]
    pairs = [tuple(part.strip() for part in line.split(":", 1)) for line in head.splitlines() if ":" in line]
    headers, location = header_text(pairs, None)
    return Answer(
        status=_status(int(found.group(1))),
        headers=headers,
        location=location,
        **(_body(recorder, received[end.end() :]) if end else {}),
    )


def _of_parts(recorder: Recorder, received: dict[str, Any]) -> Answer:
    line = received.get("status_line")
    found = _STATUS.match(line) if isinstance(line, str) else None
    headers, location = header_text(None, received.get("headers"))
    tls = received.get("tls")
    tls = tls if isinstance(tls, dict) else {}
    version = received.get("TlsVersion", tls.get("version"))
    certificate = received.get("Certificate", tls.get("cert"))
    body = received.get("body")
    return Answer(
        status=_status(int(found.group(1))) if found else None,
        headers=headers,
        location=location,
        tls_version=_VERSIONS.get(version) if isinstance(version, int) else None,
        certificate_chain=recorder.chain([certificate]),
        **(_body(recorder, body) if isinstance(body, str) else {}),
    )


def _status(code: int) -> int | None:
    return code if code in _STATUSES else None


def _body(recorder: Recorder, body: str) -> dict[str, Any]:
    content = body.encode("utf-8", "replace")
    return {"title": title_of(content[:BODY_BYTES]), "body_bytes": len(content), "body_sha256": recorder.body(content)}
