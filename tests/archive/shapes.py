"""Small records in OONI's data format, written for the tests; and archives to put them in."""

from __future__ import annotations

import base64
import gzip
import io
import json
import tarfile
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from trigpoint.archive import read
from trigpoint.archive.format import Origin
from trigpoint.archive.ooni.measurement import measurement_of
from trigpoint.model.measurement import Measurement, Reject
from trigpoint.model.step import DnsLookup, HttpRoundTrip, QuicHandshake, TcpConnect, TlsHandshake

if TYPE_CHECKING:
    from pathlib import Path

    from trigpoint.model.step import Step

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
"""Any JSON."""

ORIGIN = Origin(source="0" * 64, path="m.json")


def b64(data: bytes) -> dict[str, str]:
    return {"format": "base64", "data": base64.b64encode(data).decode()}


def query(**fields: object) -> dict[str, Any]:
    return {
        "hostname": "site.example",
        "query_type": "A",
        "engine": "getaddrinfo",
        "failure": None,
        "answers": [{"answer_type": "A", "ipv4": "198.51.100.7", "ttl": None, "asn": 64500, "as_org_name": "Net A"}],
        "resolver_address": "",
        "t0": 0.1,
        "t": 0.2,
        "tags": ["depth=0"],
        "transaction_id": 1,
    } | fields


def tcp(**fields: object) -> dict[str, Any]:
    return {
        "ip": "198.51.100.7",
        "port": 443,
        "status": {"blocked": False, "failure": None, "success": True},
        "t0": 0.2,
        "t": 0.3,
        "tags": ["depth=0"],
        "transaction_id": 2,
    } | fields


def tls(**fields: object) -> dict[str, Any]:
    return {
        "address": "198.51.100.7:443",
        "cipher_suite": "TLS_AES_128_GCM_SHA256",
        "failure": None,
        "negotiated_protocol": "h2",
        "no_tls_verify": False,
        "peer_certificates": [b64(b"leaf"), b64(b"issuer")],
        "server_name": "site.example",
        "t0": 0.3,
        "t": 0.5,
        "tags": ["depth=0"],
        "tls_version": "TLSv1.3",
        "transaction_id": 2,
    } | fields


def request(url: str = "https://site.example/", **response: object) -> dict[str, Any]:
    return {
        "failure": None,
        "request": {"method": "GET", "url": url, "headers": {"Host": "site.example"}, "headers_list": []},
        "response": {
            "code": 200,
            "headers_list": [["Server", "a"], ["Set-Cookie", "b"]],
            "body": "<title>Site</title>",
            "body_is_truncated": False,
        }
        | response,
        "t0": 0.5,
        "t": 0.7,
        "tags": ["depth=0"],
        "transaction_id": 2,
        "address": "198.51.100.7:443",
        "alpn": "h2",
    }


def event(operation: str, t: float, **fields: object) -> dict[str, Any]:
    return {
        "operation": operation,
        "t": t,
        "failure": None,
        "transaction_id": 2,
        "address": "198.51.100.7:443",
    } | fields


def control(**fields: object) -> dict[str, Any]:
    return {
        "dns": {"failure": None, "addrs": ["198.51.100.7", "2001:db8::7"]},
        "tcp_connect": {"198.51.100.7:443": {"status": True, "failure": None}},
        "tls_handshake": {"[2001:db8::7]:443": {"server_name": "site.example", "status": True, "failure": None}},
        "quic_handshake": {
            "198.51.100.7:443": {"server_name": "site.example", "status": False, "failure": "eof_error"}
        },
        "http_request": {
            "body_length": 20,
            "failure": None,
            "title": "Site &amp; Co",
            "headers": {"Server": "a"},
            "status_code": 200,
        },
        "http3_request": {"body_length": -1, "failure": "eof_error", "headers": {}, "status_code": -1},
        "ip_info": {"198.51.100.7": {"asn": 64500, "flags": 1}, "2001:db8::7": {"asn": 64501, "flags": 1}},
    } | fields


def keys(**fields: object) -> dict[str, Any]:
    return {
        "queries": [query()],
        "tcp_connect": [tcp()],
        "tls_handshakes": [tls()],
        "quic_handshakes": [tls(address="198.51.100.7:443", negotiated_protocol="h3")],
        "requests": [request()],
        "network_events": [event("write", 0.35, num_bytes=300), event("read", 0.4, num_bytes=1200)],
        "control": control(),
        "control_failure": None,
        "blocking": False,
        "accessible": True,
    } | fields


def record(**fields: object) -> dict[str, Any]:
    return {
        "annotations": {"platform": "linux", "network_type": "wifi"},
        "data_format_version": "0.2.0",
        "input": "https://site.example/",
        "measurement_start_time": "2024-05-06 07:08:09",
        "probe_asn": "AS64496",
        "probe_cc": "XL",
        "probe_network_name": "Network L",
        "report_id": "r1",
        "resolver_asn": "AS64497",
        "software_name": "ooniprobe",
        "software_version": "3.22.0",
        "test_keys": keys(),
        "test_name": "web_connectivity",
        "test_runtime": 1.5,
        "test_start_time": "2024-05-06 07:08:00",
        "test_version": "0.5.28",
    } | fields


def without(given: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in names}


def encoded(given: object) -> bytes:
    return json.dumps(given, ensure_ascii=False).encode("utf-8", "surrogatepass")


def measured(given: object | None = None, **fields: object) -> Measurement:
    """Read a record (by default the usual one with other fields)."""
    return measurement_of(encoded(record(**fields) if given is None else given), ORIGIN)


def with_keys(nettest: str = "web_connectivity", given: dict[str, Any] | None = None, **fields: object) -> Measurement:
    """Read a record whose ``test_keys`` are exactly these."""
    return measured(test_name=nettest, test_keys=(given or {}) | fields)


def of_kind(measurement: Measurement, kind: type[Step], vantage: str | None = "probe") -> list[Any]:
    return [step for step in measurement.steps if isinstance(step, kind) and vantage in (None, step.vantage)]


def lookups(measurement: Measurement, vantage: str | None = "probe") -> list[DnsLookup]:
    return of_kind(measurement, DnsLookup, vantage)


def connects(measurement: Measurement, vantage: str | None = "probe") -> list[TcpConnect]:
    return of_kind(measurement, TcpConnect, vantage)


def handshakes(measurement: Measurement, vantage: str | None = "probe") -> list[TlsHandshake]:
    return of_kind(measurement, TlsHandshake, vantage)


def quics(measurement: Measurement, vantage: str | None = "probe") -> list[QuicHandshake]:
    return of_kind(measurement, QuicHandshake, vantage)


def trips(measurement: Measurement, vantage: str | None = "probe") -> list[HttpRoundTrip]:
    return of_kind(measurement, HttpRoundTrip, vantage)


def read_bytes(folder: Path, content: bytes, name: str = "file") -> list[Measurement | Reject]:
    """Write a file and read it."""
    path = folder / name
    path.write_bytes(content)
    return list(read(path))


def good(found: list[Measurement | Reject]) -> list[Measurement]:
    return [item for item in found if isinstance(item, Measurement)]


def reasons(found: list[Measurement | Reject]) -> list[str]:
    return [item.reason for item in found if isinstance(item, Reject)]


def tar_of(members: dict[str, bytes], mode: str = "w", fmt: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=fmt) as archive:  # type: ignore[call-overload] # mode is a variable
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def postcan(given: dict[str, Any]) -> bytes:
    return encoded({"format": "json", "content": given})


def zipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
