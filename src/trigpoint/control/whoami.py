"""A zone in which every name has the address that asked: who asks through a resolver learns whose address it has.

The answer may not be remembered (RFC 1035, section 3.2.1: a time to live of zero).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.net.dns_message import AA, NOERROR, REFUSED, reply_to
from trigpoint.net.dns_records import SOA, TXT, Record, Soa, address_record, soa_data, txt_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.net.dns_message import Message
    from trigpoint.net.serve.dns import Asked

_NEGATIVE_SECONDS = 60


def is_within(name: str, zone: str) -> bool:
    """Tell whether a name, in small letters, is in a zone.

    >>> is_within("a.whoami.example", "whoami.example"), is_within("owhoami.example", "whoami.example")
    (True, False)
    """
    return name == zone or name.endswith(f".{zone}")


def told(name: str, asker: str) -> list[Record]:
    """Tell who asked, as an address and as a text."""
    return [address_record(name, 0, asker), Record(name, TXT, 0, txt_data(asker.encode()))]


class Whoami:
    """Answers for one zone, and refuses all others.

    Args:
        zone: its name, an A-label in small letters.
        admits: says whether an address may ask once more; who may not hears nothing.

    """

    def __init__(self, zone: str, admits: Callable[[str], bool]) -> None:
        self._zone = zone
        self._admits = admits

    async def answer(self, asked: Asked) -> Message | None:
        """Answer a query."""
        client = asked.client[0]
        if not self._admits(client):
            return None
        name = asked.name.rstrip(".")
        if not is_within(name, self._zone):
            return reply_to(asked.query, rcode=REFUSED, flags=0)
        answers = tuple(record for record in told(name, client) if record.rtype == asked.qtype)
        soa = Soa(f"ns1.{self._zone}", f"hostmaster.{self._zone}")
        authority = () if answers else (Record(self._zone, SOA, _NEGATIVE_SECONDS, soa_data(soa)),)
        return reply_to(asked.query, answers, rcode=NOERROR, flags=AA, authority=authority)
