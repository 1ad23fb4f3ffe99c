"""What a resolver remembers (RFC 1035, section 7.4; RFC 2308)."""

from __future__ import annotations

from collections import OrderedDict

import msgspec

from trigpoint.net.dns_message import NOERROR, NXDOMAIN, Message
from trigpoint.net.dns_records import OPT, Record, soa_of

MOST_ENTRIES = 10_000
"""Answers that are remembered; the oldest go first."""
_LONGEST = 86_400  # seconds; what unbound takes at most


class Cache:
    """Answers by name and type, until their time is over."""

    def __init__(self) -> None:
        self._entries: OrderedDict[tuple[str, int], tuple[float, Message]] = OrderedDict()

    def get(self, name: str, qtype: int, now: float) -> Message | None:
        """Give what is remembered, with the time that is left to it; None if it is nothing."""
        entry = self._entries.get((name, qtype))
        if entry is None:
            return None
        stored, message = entry
        age = now - stored
        if age >= lifetime(message):
            del self._entries[name, qtype]
            return None
        return _aged(message, int(age))

    def put(self, name: str, qtype: int, message: Message, now: float) -> None:
        """Remember an answer for as long as it says."""
        if lifetime(message) > 0:
            self._entries[name, qtype] = (now, message)
            if len(self._entries) > MOST_ENTRIES:
                self._entries.popitem(last=False)


def lifetime(message: Message) -> int:
    """Say for how many seconds an answer may be remembered: the shortest time of its records.

    A negative answer as long as its SOA record says, and not at all without one (RFC 2308, section 5).
    """
    if message.rcode not in {NOERROR, NXDOMAIN}:
        return 0
    times = [record.ttl for record in message.answers]
    if not times or message.rcode == NXDOMAIN:
        found = [(record.ttl, soa) for record in message.authority if (soa := soa_of(record))]
        times += [min(ttl, soa.minimum) for ttl, soa in found] or [0]
    return min(*times, _LONGEST)


def _aged(message: Message, seconds: int) -> Message:
    def aged(records: tuple[Record, ...]) -> tuple[Record, ...]:
        return tuple(
            record if record.rtype == OPT else msgspec.structs.replace(record, ttl=max(0, record.ttl - seconds))
            for record in records
        )

    return msgspec.structs.replace(message, answers=aged(message.answers), authority=aged(message.authority))
