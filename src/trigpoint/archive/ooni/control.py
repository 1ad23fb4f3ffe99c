"""The control of ``web_connectivity`` (ts-017): what the test helper saw, as steps with vantage ``control``.

The maps are keyed by endpoint, and each of them alone may name an address: every entry becomes a step of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trigpoint.archive.ooni.fit import fitted
from trigpoint.archive.ooni.http import header_text
from trigpoint.archive.ooni.raw import RawControl, RawControlHandshake
from trigpoint.archive.ooni.recorder import CONTROL
from trigpoint.archive.ooni.values import as_number, escape, failure_of, status_failure, text
from trigpoint.model.step import DnsAnswer, DnsLookup, HttpRoundTrip, QuicHandshake, TcpConnect, TlsHandshake
from trigpoint.net.names import a_label, canonical_address, canonical_host, host_of, parse_url, split_endpoint
from trigpoint.net.titles import title_text

if TYPE_CHECKING:
    from typing import TypeAlias

    from trigpoint.archive.ooni.raw import RawControlDns, RawControlHttp
    from trigpoint.archive.ooni.recorder import Recorder

    _Key: TypeAlias = tuple[int, str, str, int, None, None, None, None, str | None]
    """The values of :class:`~trigpoint.model.step.StepKey` in its order."""

_HERE = "/test_keys/control"
_STATUSES = range(100, 1_000)


def annotate(recorder: Recorder, control: object) -> None:
    """Learn the AS of each address from ``ip_info``, before any step is made."""
    info = control.get("ip_info") if isinstance(control, dict) else None
    for written, facts in info.items() if isinstance(info, dict) else ():
        asn = as_number(facts.get("asn")) if isinstance(facts, dict) else None
        if asn is not None and (address := canonical_address(written)) is not None:
            recorder.as_numbers.setdefault(address, asn)


def add_control(recorder: Recorder, control: object, measured: str | None, requested: object) -> None:
    """Read a control's answer.

    Args:
        recorder: where the steps go.
        control: ``/test_keys/control``.
        measured: the input.
        requested: ``/test_keys/x_control_request``, which names the URL that the control was asked for.

    """
    raw = fitted(control, RawControl)
    if raw is None:
        return
    asked = text(requested.get("http_request")) if isinstance(requested, dict) else None
    url = asked or measured or ""
    if raw.dns is not None:
        _add_dns(recorder, raw.dns, (host_of(measured) if measured else None) or host_of(url) or "")
    for endpoint, connect in (raw.tcp_connect or {}).items():
        address, port = split_endpoint(endpoint)
        if connect is not None and address is not None:
            key = _key(recorder, f"tcp_connect/{escape(endpoint)}", status_failure(connect.status, connect.failure))
            recorder.steps.append(TcpConnect(*key, address, port or 0, recorder.as_numbers.get(address)))
    _add_handshakes(recorder, TlsHandshake, raw.tls_handshake, "tls_handshake")
    _add_handshakes(recorder, QuicHandshake, raw.quic_handshake, "quic_handshake")
    if raw.http_request is not None:
        _add_http(recorder, raw.http_request, url, "http_request", alpn=None)
    if raw.http3_request is not None:
        _add_http(recorder, raw.http3_request, url, "http3_request", alpn="h3")


def _add_dns(recorder: Recorder, raw: RawControlDns, hostname: str) -> None:
    answers = tuple(
        _answer(recorder, item, number) for number, item in enumerate(raw.addrs or ()) if isinstance(item, str) and item
    )
    key = _key(recorder, "dns", failure_of(raw.failure))
    recorder.steps.append(DnsLookup(*key, hostname, answer_count=len(answers), answers=answers))


def _answer(recorder: Recorder, written: str, number: int) -> DnsAnswer:
    """Read one of ``addrs``; old controls put the names of a CNAME chain among the addresses."""
    address = canonical_address(written)
    if address is None:
        return DnsAnswer(number=number, answer_type="CNAME", name=canonical_host(written))
    asn, as_name = recorder.as_numbers.get(address), recorder.as_names.get(address)
    return DnsAnswer(number, "AAAA" if ":" in address else "A", address, None, None, asn, as_name)


def _add_handshakes(
    recorder: Recorder,
    kind: type[TlsHandshake | QuicHandshake],
    handshakes: dict[str, RawControlHandshake | None] | None,
    key: str,
) -> None:
    for endpoint, raw in (handshakes or {}).items():
        if raw is None:
            continue
        address, port = split_endpoint(endpoint)
        key_fields = _key(recorder, f"{key}/{escape(endpoint)}", status_failure(raw.status, raw.failure))
        name = a_label(raw.server_name) or None if raw.server_name else None
        asn = recorder.as_numbers.get(address) if address else None
        recorder.steps.append(kind(*key_fields, address, port, name, annotated_asn=asn))


def _add_http(recorder: Recorder, raw: RawControlHttp, written_url: str, key: str, *, alpn: str | None) -> None:
    url = parse_url(written_url)
    headers, location = header_text(None, raw.headers)
    length = raw.body_length
    recorder.steps.append(
        HttpRoundTrip(
            *_key(recorder, key, failure_of(raw.failure)),
            url.text,
            url.scheme,
            url.host,
            url.port,
            method="GET",
            alpn=alpn,
            status=raw.status_code if raw.status_code in _STATUSES else None,
            headers=headers,
            location=location,
            title=title_text(raw.title),
            body_bytes=length if length is not None and length >= 0 else None,
        )
    )


def _key(recorder: Recorder, place: str, failure: str | None) -> _Key:
    """Give the first fields of the next step. Controls keep neither time nor connection, and follow no redirects."""
    return len(recorder.steps), f"{_HERE}/{place}", CONTROL, 0, None, None, None, None, failure


def control_outcome(keys: dict[str, Any]) -> tuple[bool, str | None]:
    """Say whether a control result is there, and why the control failed as a whole."""
    control = keys.get("control")
    return bool(isinstance(control, dict) and control), failure_of(keys.get("control_failure"))
