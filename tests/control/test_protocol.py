"""What is asked of a control, and what it answers."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.archive.shapes import json_values
from tests.conftest import CORPUS
from trigpoint.control.protocol import MOST_ADDRESSES, ControlRequest, ControlResponse, decoded
from trigpoint.errors import InputError

URL = "https://news.example/"


def written(**fields: object) -> bytes:
    return json.dumps({"http_request": URL, "tcp_connect": [], "http_request_headers": {}} | fields).encode()


def recorded() -> list[dict[str, Any]]:
    """Pairs that OONI's probes recorded."""
    found = []
    for path in sorted(CORPUS.glob("dev/*/measurement.json")):
        content = json.loads(path.read_bytes())
        keys = content.get("test_keys") if isinstance(content, dict) else None
        if isinstance(keys, dict) and keys.get("x_control_request") and keys.get("control"):
            found.append(keys)
    return found


RECORDED = recorded()


@pytest.mark.skipif(not RECORDED, reason="the recorded pairs are not here")
def test_what_probes_asked_is_understood_and_what_they_were_answered_has_the_same_fields() -> None:
    for keys in RECORDED:
        asked, answered = keys["x_control_request"], keys["control"]
        whole = {"tls_handshake": {}, "ip_info": {}} | answered  # left out where they are empty
        response = msgspec.convert(whole, ControlResponse)
        assert set(answered) <= set(msgspec.to_builtins(response))
        request = decoded(json.dumps(asked).encode())
        assert request.http_request == asked["http_request"]
        assert len(request.addresses) == len({end.rpartition(":")[0] for end in asked["tcp_connect"] or ()})


def test_the_fields_of_a_request_are_read() -> None:
    request = decoded(
        written(
            tcp_connect=["192.0.2.1:443", "192.0.2.1:80", "[2001:DB8::1]:443", "no address:1", "x"],
            http_request_headers={"Accept": ["*/*", "text/html"], "Cookie": ["a=b"], "USER-AGENT": ["me"], "Via": []},
            x_quic_enabled=True,
            unknown={"a": [1]},
        )
    )
    assert request.addresses == ("192.0.2.1", "2001:db8::1")
    assert request.headers == (("accept", "*/*"), ("user-agent", "me"))
    assert request.x_quic_enabled


@pytest.mark.parametrize(
    ("url", "ports"),
    [
        ("http://news.example/", (80, 443)),
        ("http://news.example:8080/", (8080,)),
        ("https://news.example/", (443,)),
        ("https://news.example:8443/", (8443,)),
        ("https://192.0.2.1/", (443,)),
    ],
)
def test_ports_are_those_of_the_url(url: str, ports: tuple[int, ...]) -> None:
    assert ControlRequest(http_request=url).ports == ports


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b'{"http_request": "\xff"}', "is not JSON"),
        (b"[" * 100_000, "request is not"),
        (b'{"a":' * 100_000, "is not JSON"),
        (b"[]", "protocol"),
        (b"{}", "http_request"),
        (written(http_request=1), "http_request"),
        (written(tcp_connect={"a": 1}), "tcp_connect"),
        (written(tcp_connect=["x"] * 10_000), "tcp_connect"),
        (written(tcp_connect=[f"192.0.2.{number}:443" for number in range(MOST_ADDRESSES + 1)]), "addresses"),
        (written(http_request_headers={"accept": "x" * 10}), "http_request_headers"),
        (written(http_request_headers={"accept": ["x" * 10_000]}), "http_request_headers"),
        (written(http_request="https://" + "a" * 5_000), "http_request"),
        (written(http_request="ftp://news.example/"), "neither http nor https"),
        (written(http_request="news.example"), "neither http nor https"),
        (written(http_request="https:///x"), "no host"),
        (written(http_request="https://news.example:0/"), "no port"),
        (written(http_request="https://news.example:99999/"), "measured"),
        (written(http_request="https://me:secret@news.example/"), "credentials"),
        (written(http_request="https://news.example/a b"), "blanks"),
        (written(http_request="https://news.example/\r\nHost: x"), "blanks"),
    ],
)
def test_what_no_control_does_is_refused_in_one_sentence(body: bytes, why: str) -> None:
    with pytest.raises(InputError, match=why) as refused:
        decoded(body)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 300


@given(st.binary() | json_values.map(lambda value: json.dumps(value).encode()))
def test_no_request_makes_it_fail(body: bytes) -> None:
    with pytest.raises(InputError):
        decoded(body)


@given(st.dictionaries(st.sampled_from(["http_request", "http_request_headers", "tcp_connect"]), json_values))
def test_no_field_makes_it_fail(fields: dict[str, object]) -> None:
    try:
        request = decoded(written(**fields))
    except InputError:
        return
    assert request.ports
    assert len(request.addresses) <= MOST_ADDRESSES
