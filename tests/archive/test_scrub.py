"""The probe's own address leaves the record wherever it was echoed (R10)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.archive.shapes import record
from trigpoint.archive.format import Origin
from trigpoint.archive.formats.ooni import FORMAT
from trigpoint.archive.scrub import without_probe_address

if TYPE_CHECKING:
    import ipaddress

ECHOES = {
    "85.10.20.30": ("85.10.20.30", "http://85.10.20.30:8080/", "for=85.10.20.30;by=x", "seen 85.10.20.30."),
    "2001:470:1:2::5": (
        "2001:470:1:2::5",
        "[2001:470:1:2::5]:443",
        "2001:0470:0001:0002:0000:0000:0000:0005",
        "2001:470:1:2::5;",
    ),
}


def echoing(address: str, *texts: str) -> bytes:
    return json.dumps(record(probe_ip=address) | {"annotations": {"a": list(texts)}}).encode()


@pytest.mark.parametrize("address", sorted(ECHOES))
def test_no_spelling_of_the_address_stays(address: str) -> None:
    given_record = echoing(address, *ECHOES[address])
    clean = without_probe_address(given_record, json.loads(given_record))
    assert clean is not None
    assert not any(echo.strip("[];:.").encode() in clean for echo in (address, *ECHOES[address][2:3]))
    assert address.encode() not in clean
    assert json.loads(clean)["probe_ip"] == "[scrubbed]"


@pytest.mark.parametrize("other", ["185.10.20.30", "85.10.20.301", "85.10.20.30.7"])
def test_a_longer_number_is_another_address(other: str) -> None:
    given_record = echoing("85.10.20.30", other)
    clean = without_probe_address(given_record, json.loads(given_record))
    assert clean is not None
    assert other.encode() in clean


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "::1", "", "not an address", None, 7])  # noqa: S104 - data
def test_what_probes_write_in_its_place_is_left_alone(address: object) -> None:
    assert without_probe_address(b"{}", {"probe_ip": address}) is None


def test_what_is_no_object_names_no_address() -> None:
    assert without_probe_address(b"[]", []) is None


def test_neither_the_measurement_nor_the_raw_record_holds_it() -> None:
    raw = echoing("85.10.20.30", "85.10.20.30")
    postcan = b'{"format":"json","content":' + raw + b"}"
    found = FORMAT.decode(postcan, Origin(source="s", path="p", member=None, line=1))
    assert "85.10.20.30" not in repr(found)
    assert b"85.10.20.30" not in FORMAT.unwrap(postcan)
    assert found.id == FORMAT.decode(FORMAT.unwrap(postcan), Origin(source="s", path="p", member=None, line=1)).id


@given(st.ip_addresses(), st.text(alphabet='ab ,;"/', max_size=5), st.text(alphabet='ab ,;"/', max_size=5))
def test_any_address_between_other_text_is_taken_out(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, before: str, after: str
) -> None:
    raw = json.dumps({"probe_ip": str(address), "echo": f"{before} {address} {after}"}).encode()
    clean = without_probe_address(raw, json.loads(raw))
    assert (clean is None) == (address.is_loopback or address.is_unspecified)
    assert clean is None or str(address) not in clean.decode()
