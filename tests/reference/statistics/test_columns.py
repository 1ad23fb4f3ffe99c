"""Large files are read as columns: that changes nothing of what is read, nor of what is told of it."""

from __future__ import annotations

import ipaddress
import json
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from trigpoint.reference.statistics import registries, rpki
from trigpoint.reference.statistics.reading import Origin

if TYPE_CHECKING:
    from trigpoint.model.series import Intake

ORIGIN = Origin(
    name="file", organisation="Somebody", url="https://example.org", licence="CC-BY-4.0", vintage="2026-01-01"
)
HEAD = "2.3|apnic|20260101|7||20251231|+1000"
BROKEN = "apnic|KE"

_CODES = st.sampled_from(["KE", "cn", "EU", "", "*"])
_STATUSES = st.sampled_from(
    ["allocated", "assigned", "available", "reserved", "Allocated", "assigned\r", "assigned|id"]
)
_STARTS = {
    "ipv4": st.ip_addresses(v=4).map(str) | st.sampled_from(["1.0.0", "01.0.0.0", "255.255.255.0", "::1"]),
    "ipv6": st.ip_addresses(v=6).map(str) | st.sampled_from(["2001:db8", "1.0.0.0", "::ffff:1.2.3.4"]),
    "asn": st.integers(0, 2**33).map(str) | st.sampled_from(["x", "1_0", "+1", "٣"]),
}
_VALUES = st.integers(-1, 300).map(str) | st.sampled_from(["0256", "", "1e3", "4294967296", "9" * 13, "+7"])


@st.composite
def _records(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(sorted(_STARTS)))
    cells = ("apnic", draw(_CODES), kind, draw(_STARTS[kind]), draw(_VALUES), "20200101", draw(_STATUSES))
    return "|".join(cells)


_LINES = _records() | st.sampled_from(
    ["", "# a word", "apnic|*|asn|*|3|summary", HEAD, " apnic|KE|asn|1|1|2|assigned "]
)


def _points(found: Intake) -> dict[str, Any]:
    return {one.metric: one.points for one in found.series}


@given(st.lists(_LINES, max_size=8))
def test_a_registry_s_file_says_the_same_by_columns_and_line_by_line(lines: list[str]) -> None:
    whole = registries.read("\n".join([HEAD, *lines]).encode(), ORIGIN)
    looked_at = registries.read("\n".join([HEAD, *lines, BROKEN]).encode(), ORIGIN)
    assert _points(whole) == _points(looked_at)
    told = [one for one in looked_at.rejects if "2 fields instead of seven" not in one]
    assert list(whole.rejects) == told


def test_what_is_in_form_is_read_by_columns() -> None:
    lines = [
        HEAD,
        "# a word",
        "apnic|*|asn|*|3|summary",
        "",
        "apnic|KE|asn|1|1|2|assigned|id",
        "apnic||asn|2|1||reserved|",
    ]
    assert registries._by_columns("\n".join(lines).encode()) == {("asn", "KE"): (1.0, 1)}
    assert registries._by_columns("\n".join([*lines, BROKEN]).encode()) is None


_ASNS = st.integers(-1, 2**32) | st.sampled_from([0, "AS64500", "as7", "7", "ASX", None, True, 1.0])
_PREFIXES = (
    st.tuples(st.sampled_from(["8.8.8.0", "8.8.0.0", "1.0.0.0", "10.0.0.0", "8.8.8.1"]), st.integers(8, 33))
    | st.tuples(st.ip_addresses(v=4).map(str), st.just(32))
    | st.tuples(st.sampled_from(["2001:4860::", "2001:db8::", "::", "2001:4860::1"]), st.integers(0, 129))
    | st.tuples(st.just("8.8.8.0"), st.sampled_from(["024", "+24", "", "255.255.255.0", "٢٤"]))
).map(lambda parts: f"{parts[0]}/{parts[1]}")


@st.composite
def _payloads(draw: st.DrawFn) -> dict[str, object]:
    found: dict[str, object] = {
        "asn": draw(_ASNS),
        "prefix": draw(_PREFIXES | st.sampled_from([None, "8.8.8.8", "a/b/c"])),
    }
    if draw(st.booleans()):
        found["maxLength"] = draw(st.integers(0, 129) | st.sampled_from([None, "24", 24.0, 2**70]))
    return found


@given(st.lists(_payloads(), max_size=8))
def test_payloads_say_the_same_by_columns_and_one_by_one(payloads: list[dict[str, object]]) -> None:
    def read(entries: list[object]) -> Intake:
        return rpki.read(json.dumps({"roas": entries}).encode(), ORIGIN)

    whole, looked_at = read([*payloads]), read([*payloads, 3])
    assert _points(whole) == _points(looked_at)
    assert list(whole.rejects) == [one for one in looked_at.rejects if "no object" not in one]


@given(st.lists(st.tuples(st.integers(0, 63), st.integers(26, 32), st.integers(0, 2)), max_size=12))
def test_no_address_is_counted_twice(prefixes: list[tuple[int, int, int]]) -> None:
    start = int(ipaddress.IPv4Address("8.8.8.0"))
    nets = [(ipaddress.ip_network((start + (at >> 32 - bits << 32 - bits), bits)), asn) for at, bits, asn in prefixes]
    content = json.dumps({"roas": [{"asn": asn, "prefix": str(net)} for net, asn in nets]}).encode()
    covered = {address for net, asn in nets if asn for address in net}
    found = _points(rpki.read(content, ORIGIN))["ipv4_in_roas"]
    assert [point.value for point in found] == ([len(covered)] if covered else [])
