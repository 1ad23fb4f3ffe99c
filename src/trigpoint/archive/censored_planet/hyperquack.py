"""Hyperquack: a name is sent to a server in the country that answers every name alike, then an innocent name.

An echo server (RFC 862) sends back what it gets, a discard server (RFC 863) sends nothing, and a web server's answer to
innocent names was learned before. The recorder keeps an answer only where it is another: what is kept is read, and a
try of which nothing is kept got the answer that was expected. Its own flags are set aside (R1).

VanderSloot et al., Quack, USENIX Security 2018; Raman et al., FilterMap (Hyperquack), IMC 2020.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.archive.censored_planet.answers import Answer, answer_of
from trigpoint.archive.censored_planet.errors import Error, Stage, error_of
from trigpoint.archive.censored_planet.record import (
    common,
    first,
    moment,
    object_of,
    objects,
    since,
    vantage,
    verdict,
)
from trigpoint.archive.ooni.recorder import PROBE, Recorder
from trigpoint.archive.ooni.values import text
from trigpoint.errors import RecordError
from trigpoint.model.measurement import Measurement
from trigpoint.model.step import HttpRoundTrip, TcpConnect, TlsHandshake
from trigpoint.net.names import host_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.archive.format import Origin

KEYWORD, INNOCENT = "arm=keyword", "arm=innocent"
"""Our tags: a try of the name in question, and of one that nobody blocks."""
AS_EXPECTED = "as_expected"

_PORTS = {"echo": 7, "discard": 9, "http": 80, "https": 443}
_BY_PORT = {port: service for service, port in _PORTS.items()}
_REQUEST = re.compile(r"GET (?P<path>\S*) HTTP/1\.[01]\r?\nHost: (?P<host>\S*)", re.IGNORECASE)
_PEER_PORT = re.compile(r"->\S+?:(\d{1,5})\b")
_PUBLISHED = re.compile(r"CP_Quack-(echo|discard|https?)-")
_ERRORS = (
    ("incorrect echo response", "echo"),
    ("echo response does not match", "echo"),
    ("received response", "discard"),
    ("discard response is not empty", "discard"),
    ("https://", "https"),
    ("http://", "http"),
    ("certificates d", "https"),
)
_NO_ERRORS = re.compile(
    r"^(?:Incorrect (?:echo|web) response|Received response|echo response does not match|discard response is not empty"
    r"|Status lines do(?:es)? not match|Bodies do not match|Certificates do not match|Cipher suites do not match"
    r"|TLS versions do not match|.*header field (?:missing|mismatch))"
)
"""Messages that say only that the answer was another than expected; what it was is recorded beside them."""


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """One request to the server."""

    pointer: str
    """JSON pointer to it."""
    name: str
    """Name that was sent, with a path where there was one."""
    is_innocent: bool
    """Whether it is a control's."""
    received: object
    """What came, as recorded. None: the expected answer, or none."""
    error: str | None
    """What went wrong, as recorded."""
    started: float | None
    """Seconds since 1970-01-01 UTC."""
    ended: float | None
    """Likewise."""


def measurement_of(record: bytes, origin: Origin) -> Measurement:
    """Read one record of version 1 or 2.

    Raises:
        RecordError: it is not JSON, a health check of a server, or names no server or no name.

    """
    value = object_of(record)
    if first(value, "tests", "Tests") is not None:
        message = "a health check of a server, not a measurement"
        raise RecordError(message)
    server = vantage(value, "vp", "Server", "Ip", "ip")
    keyword = text(first(value, "test_url", "Keyword", "keyword"))
    if keyword is None:
        message = "not a measurement: no name that was tried"
        raise RecordError(message)
    listed_at = next((key for key in ("response", "Results", "results") if key in value), "response")
    tries = list(_tries(value, keyword, listed_at))
    service = _service(value, tries, origin)
    recorder = Recorder()
    begun = min((item.started for item in tries if item.started is not None), default=None)
    for number, item in enumerate(tries):
        _add(recorder, item, number, service, server, begun)
    ended = max((item.ended for item in tries if item.ended is not None), default=None)
    return Measurement(
        nettest=f"hyperquack_{service}" if service else "hyperquack",
        nettest_version="1" if "Server" in value else "2",
        software="Censored Planet Hyperquack",
        has_control=any(item.is_innocent for item in tries),
        control_failure=_control_failure(recorder, tries),
        probe_verdict=verdict(value, value.get(listed_at)),
        **common(value, origin, recorder, address=server, asked=keyword, begun=begun, ended=ended),
    )


def _tries(value: dict[str, Any], keyword: str, listed_at: str) -> Iterator[Try]:
    retries = value.get("Retries")
    for number, item in objects(value.get(listed_at)):
        innocent = text(first(item, "control_url", "control_keyword"))
        sent = _sent(item.get("Sent"))
        if innocent is None and sent is not None and host_of(sent) != host_of(keyword):
            innocent = sent
        # Version 1 does not always record what was sent; innocent names come after the last retry.
        is_after = sent is None and isinstance(retries, int) and number > retries
        yield Try(
            pointer=f"/{listed_at}/{number}",
            name=innocent or ("" if is_after else keyword),
            is_innocent=innocent is not None or is_after,
            received=first(item, "response", "Received"),
            error=text(first(item, "error", "Error")),
            started=moment(first(item, "start_time", "StartTime")),
            ended=moment(first(item, "end_time", "EndTime")),
        )


def _sent(written: object) -> str | None:
    r"""Give the name and path that were sent. Version 1 once sent them in each other's place.

    >>> _sent("GET / HTTP/1.1\r\nHost: a.example\r\n"), _sent("GET b.example HTTP/1.1\r\nHost: /x\r\n")
    ('a.example', 'b.example/x')
    """
    found = _REQUEST.match(written) if isinstance(written, str) else None
    if found is None:
        return text(written) if isinstance(written, str) and " " not in written else None
    host, path = found["host"], found["path"]
    if host.startswith("/"):
        host, path = path, host
    return (host if path == "/" else host + path) or None


def _service(value: dict[str, Any], tries: list[Try], origin: Origin) -> str | None:
    """Say what was spoken: as recorded, by the published name of the scan, or by what errors and answers show."""
    recorded = first(value, "service", "Service")
    if isinstance(recorded, str) and recorded.lower() in _PORTS:
        return recorded.lower()
    published = _PUBLISHED.search(origin.member or "") or _PUBLISHED.search(origin.path)
    if published is not None:
        return published.group(1)
    return next((shown for item in tries if (shown := _shown(item)) is not None), None)


def _shown(item: Try) -> str | None:
    error = item.error or ""
    port = _PEER_PORT.search(error)
    if port is not None and (service := _BY_PORT.get(int(port.group(1)))) is not None:
        return service
    if isinstance(item.received, dict) and any(key in item.received for key in ("tls", "TlsVersion", "Certificate")):
        return "https"
    lower = error.lower()
    named = next((service for part, service in _ERRORS if part in lower), None)
    return "http" if named is None and isinstance(item.received, dict) else named


def _add(recorder: Recorder, item: Try, number: int, service: str | None, server: str, begun: float | None) -> None:
    """Add the steps of one try. They share its number as the number of their connection."""
    is_encrypted = service == "https"
    error = None if item.error is None or _NO_ERRORS.match(item.error) else _error(item, is_encrypted=is_encrypted)
    port = _PORTS.get(service or "", 0)
    key = _Key(recorder, item, number, begun)
    dialled = error is None or error.stage is not Stage.DIAL
    refused = None if dialled or error is None else error.failure
    recorder.steps.append(TcpConnect(**key(refused), address=server, port=port))
    if not dialled:
        return
    answer = answer_of(recorder, item.received)
    if is_encrypted:
        failure = error.failure if error is not None and error.stage is Stage.TLS else None
        recorder.steps.append(_handshake(key(failure), item, answer, server, port))
        if failure is not None:
            return
    failure = None if error is None else error.failure
    tags = AS_EXPECTED if failure is None and item.received is None else None
    recorder.steps.append(
        _round_trip(key(failure, tags), item, answer, server, "https" if is_encrypted else "http", port)
    )


def _error(item: Try, *, is_encrypted: bool) -> Error:
    return error_of(item.error or "", is_encrypted=is_encrypted)


class _Key:
    """Makes the first fields of each step of one try."""

    def __init__(self, recorder: Recorder, item: Try, number: int, begun: float | None) -> None:
        self._recorder, self._item, self._number, self._begun = recorder, item, number, begun

    def __call__(self, failure: str | None, tag: str | None = None) -> dict[str, Any]:
        item = self._item
        arm = INNOCENT if item.is_innocent else KEYWORD
        return {
            "step": len(self._recorder.steps),
            "pointer": item.pointer,
            "vantage": PROBE,
            "transaction": self._number,
            "started": since(item.started, self._begun),
            "ended": since(item.ended, self._begun),
            "tags": f"{arm} {tag}" if tag else arm,
            "failure": failure,
        }


def _handshake(key: dict[str, Any], item: Try, answer: Answer, server: str, port: int) -> TlsHandshake:
    return TlsHandshake(
        **key,
        address=server,
        port=port,
        server_name=host_of(item.name),
        version=answer.tls_version,
        is_verified=False,
        certificate_chain=answer.certificate_chain,
    )


def _round_trip(key: dict[str, Any], item: Try, answer: Answer, server: str, scheme: str, port: int) -> HttpRoundTrip:
    host = host_of(item.name)
    path = item.name.partition("/")[2]
    return HttpRoundTrip(
        **key,
        url=f"{scheme}://{host}/{path}" if host else "",
        scheme=scheme,
        host=host,
        port=port,
        method="GET",
        address=server,
        status=answer.status,
        headers=answer.headers,
        location=answer.location,
        title=answer.title,
        body_bytes=answer.body_bytes,
        body_sha256=answer.body_sha256,
    )


def _control_failure(recorder: Recorder, tries: list[Try]) -> str | None:
    """Say why no innocent name got the answer that was expected. None: one did, or none was tried."""
    innocent = {number for number, item in enumerate(tries) if item.is_innocent}
    if not innocent:
        return None
    steps = [step for step in recorder.steps if step.transaction in innocent]
    if any(AS_EXPECTED in (step.tags or "") for step in steps):
        return None
    return next((step.failure for step in steps if step.failure is not None), "unknown_failure: another answer")
