"""One Satellite scan: what its other files say of the resolvers, the control's answers, and the addresses.

Only what decides is held, and no more of it than :data:`MOST_ROWS` of each kind and :data:`MOST_PAGE_BYTES` of pages:
the largest scans have some 50,000 resolvers, 3,000 names and 500,000 addresses.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.archive.censored_planet.record import BESIDE, first, object_of, objects
from trigpoint.archive.censored_planet.shape import has_lookups, is_side
from trigpoint.archive.framing import frames
from trigpoint.archive.ooni.values import as_number, text
from trigpoint.errors import RecordError
from trigpoint.net.names import canonical_address, host_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trigpoint.archive.format import Join
    from trigpoint.archive.stream import Stream

MOST_ROWS = 1_000_000
"""Rows of one kind that are held; what comes after them is not joined."""
MOST_PAGE_BYTES = 67_108_864
"""Bytes of fetched pages that are held (64 MiB)."""

_HEAD_BYTES = 65_536
_CONTROLS = frozenset({"answers_control.json", "responses_control.json"})
_BETTER = {
    "answers.json": "interference.json",
    "responses.json": "results.json",
    "results_verified.json": "results.json",
}
"""Files whose records stand in another file as well, with more about them."""
_RAW = frozenset({"answers_raw.json", "responses_raw.json"})
_MOST_CONTROLS = 16  # control resolvers asked for one name; five are in use


class Scan:
    """What was gathered."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.names: set[str] = set()
        self.resolvers: dict[str, dict[str, Any]] = {}
        self.controls: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self.networks: dict[str, dict[str, Any]] = {}
        self.pages: defaultdict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        self._page_bytes = 0

    def take(self, name: str, content: Stream) -> None:
        """Take from one file what belongs to records of others."""
        self.names.add(name)
        if name in _RAW or not has_lookups(content.peek(_HEAD_BYTES)):
            return
        for value in _values(content):
            if name in _CONTROLS:
                self._add_control(value)
            elif {"ip", "keyword"} <= value.keys():
                self._add_page(value)
            elif "ip" in value and "query" not in value:
                self._add_network(value)
            elif "query" in value or "test_url" in value:
                return  # a file of results: nothing in it is beside another
            else:
                self._add_resolver(value)

    def _add_control(self, value: dict[str, Any]) -> None:
        asked = host_of(str(first(value, "test_url", "query") or ""))
        has_room = asked in self.controls or len(self.controls) < MOST_ROWS
        if asked and has_room and len(self.controls[asked]) < _MOST_CONTROLS:
            self.controls[asked].append(value)

    def _add_page(self, value: dict[str, Any]) -> None:
        address, name = canonical_address(str(value["ip"])), host_of(str(value["keyword"]))
        size = len(msgspec.json.encode(value))
        if address and name and self._page_bytes + size <= MOST_PAGE_BYTES:
            self._page_bytes += size
            self.pages[name][address] = value

    def _add_network(self, value: dict[str, Any]) -> None:
        address, asn = canonical_address(str(value["ip"])), as_number(value.get("asnum"))
        if address and asn and len(self.networks) < MOST_ROWS:
            self.networks[address] = {"asnum": asn, "asname": text(value.get("asname"))}

    def _add_resolver(self, value: dict[str, Any]) -> None:
        address = canonical_address(str(first(value, "vp", "resolver") or ""))
        about: dict[str, Any] = {key: value[key] for key in ("name", "location", "country") if key in value}
        if address and about and len(self.resolvers) < MOST_ROWS:
            self.resolvers.setdefault(address, {}).update(about)

    def join(self, name: str, record: bytes) -> bytes | None:
        """Add to a record what belongs to it. None: it is no measurement, or another file has it with more about it."""
        try:
            value = object_of(record)
        except RecordError:
            return record  # the reader says what is wrong with it
        is_asked = "query" in value or "test_url" in value
        if not is_asked:
            return None if is_side(frozenset(value)) else record
        if name in _CONTROLS or name in _RAW or _BETTER.get(name) in self.names:
            return None
        beside = self._beside(value)
        if not beside and BESIDE not in value:
            return record
        value.pop(BESIDE, None)  # nobody but the scan says what is beside a record
        return msgspec.json.encode({**value, BESIDE: beside} if beside else value)

    def _beside(self, value: dict[str, Any]) -> dict[str, Any]:
        resolver = canonical_address(str(first(value, "vp", "resolver", "ip") or "")) or ""
        asked = host_of(str(first(value, "test_url", "query") or "")) or ""
        controls = self.controls.get(asked, [])
        met = {*_addresses(value), *(address for control in controls for address in _addresses(control))}
        found: dict[str, Any] = dict(self.resolvers.get(resolver, {}))
        if controls:
            found["control"] = controls
        if networks := {address: self.networks[address] for address in sorted(met) if address in self.networks}:
            found["networks"] = networks
        pages = self.pages.get(asked, {})
        if fetched := [pages[address] for address in sorted(met) if address in pages]:
            found["pages"] = fetched
        return found


def gather(files: Iterable[tuple[str, Stream]]) -> Join:
    """Gather the other files of a scan."""
    scan = Scan()
    for name, content in files:
        scan.take(name, content)
    return scan.join


def _values(content: Stream) -> Iterator[dict[str, Any]]:
    for _, record in frames(content):
        if isinstance(record, bytes):
            try:
                yield object_of(record)
            except RecordError:
                continue  # it is rejected where its own file is read


def _addresses(value: dict[str, Any]) -> set[str]:
    """Give every address that a record's answers name."""
    answered = first(value, "answers", "response")
    listed = [item.get("response", item.get("answer")) for _, item in objects(answered)] or [answered]
    written = [key for item in listed if isinstance(item, dict | list) for key in item]
    return {address for key in written if isinstance(key, str) and (address := canonical_address(key)) is not None}
