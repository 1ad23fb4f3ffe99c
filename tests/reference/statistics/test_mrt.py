"""Dumps of routing tables, made here byte by byte (RFC 6396), and those of the corpus."""

from __future__ import annotations

import bz2
import gzip
import struct
import subprocess
import sys
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import CORPUS
from trigpoint.errors import InputError
from trigpoint.model.figure import WORLD
from trigpoint.reference.statistics import mrt
from trigpoint.reference.statistics.reading import Origin

ORIGIN = Origin(name="file", organisation="RIS", url="https://example.org", licence=None)
FOLDER = CORPUS / "indicators" / "routing"
DAY = 1_445_000_000  # 2015-10-16


def _record(kind: int, subtype: int, body: bytes) -> bytes:
    return struct.pack("!IHHI", DAY, kind, subtype, len(body)) + body


def _peers() -> bytes:
    peer = struct.pack("!B4s4sI", 2, bytes(4), bytes([192, 0, 2, 1]), 64500)
    return _record(13, 1, struct.pack("!4sHH", bytes(4), 0, 1) + peer)


def _route(prefix: str, *path: int, segment: int = 2) -> bytes:
    network = ip_network(prefix)
    held = network.network_address.packed[: (network.prefixlen + 7) // 8]
    value = struct.pack(f"!BB{len(path)}I", segment, len(path), *path) if path else b""
    attributes = struct.pack("!BBB", 0x40, 1, 1) + b"\0" + struct.pack("!BBB", 0x40, 2, len(value)) + value
    entry = struct.pack("!HIH", 0, DAY, len(attributes)) + attributes
    body = struct.pack("!IB", 1, network.prefixlen) + held + struct.pack("!H", 1) + entry
    return _record(13, 2 if network.version == 4 else 4, body)


def _values(content: bytes) -> dict[str, float]:
    found = mrt.read(content, ORIGIN)
    assert {(point.subject, point.period) for one in found.series for point in one.points} == {(WORLD, "2015-10-16")}
    return {one.metric: one.points[0].value for one in found.series}


TABLE = (
    _peers() + _route("192.0.2.0/24", 64500, 64501) + _route("198.51.100.0/24", 64502) + _route("2001:db8::/32", 64501)
)


def test_prefixes_and_origins_are_counted_once() -> None:
    expected = {"origin_asns": 2, "routed_ipv4_prefixes": 2, "routed_ipv6_prefixes": 1}
    assert _values(TABLE + _route("192.0.2.0/24", 64500, 64501)) == expected
    assert _values(gzip.compress(TABLE)) == _values(bz2.compress(TABLE)) == expected


def test_a_path_that_is_empty_or_ends_in_a_set_has_no_origin() -> None:
    content = _peers() + _route("192.0.2.0/24") + _route("198.51.100.0/24", 64500, 64501, segment=1)
    assert _values(content) == {"routed_ipv4_prefixes": 2}


def test_a_record_that_is_cut_is_told_and_what_came_before_is_read() -> None:
    found = mrt.read(TABLE[:-3], ORIGIN)
    assert found.rejects[0].startswith("file, record 4: ")
    assert {one.metric for one in found.series} == {"origin_asns", "routed_ipv4_prefixes"}


@pytest.mark.parametrize("content", [b"", b"junk" * 50, _peers(), bz2.compress(TABLE)[:-9]])
def test_what_is_no_table_is_one_sentence(content: bytes) -> None:
    with pytest.raises(InputError, match="file is no "):
        mrt.read(content, ORIGIN)


@given(st.integers(0, len(TABLE)), st.binary(max_size=12))
def test_any_damage_gives_series_or_one_sentence(at: int, noise: bytes) -> None:
    try:
        found = mrt.read(TABLE[:at] + noise + TABLE[at + len(noise) :], ORIGIN)
    except InputError:
        return
    assert all(reject.startswith("file") for reject in found.rejects)


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the corpus of indicators is not here")
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("openbgpd_rib_table-v2", {"origin_asns": 1, "routed_ipv4_prefixes": 11, "routed_ipv6_prefixes": 10}),
        ("bview.ipv4_addpath.gz", {"origin_asns": 31, "routed_ipv4_prefixes": 31}),
    ],
)
def test_real_dumps_are_read(name: str, values: dict[str, float]) -> None:
    found = mrt.read((FOLDER / name).read_bytes(), ORIGIN)
    assert {one.metric: one.points[0].value for one in found.series} == values
    assert found.rejects == ()


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the corpus of indicators is not here")
def test_updates_are_no_table() -> None:
    with pytest.raises(InputError, match="is no dump of a routing table"):
        mrt.read((FOLDER / "updates.20100722.2015.gz").read_bytes(), ORIGIN)


def test_reading_a_dump_leaves_broken_pipes_an_error_and_no_end() -> None:
    program = (
        "import signal; before = signal.getsignal(signal.SIGPIPE);"
        "from trigpoint.reference.statistics import mrt; list(mrt._records(b''));"
        "print(before == signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout == "True\n"
