"""Referrals: where an authoritative server says who knows more of a name (:rfc:`1034`, section 4.3.2; :rfc:`9471`)."""

from __future__ import annotations

import msgspec

from trigpoint.net.dns_message import AA, NOERROR, parse_message
from trigpoint.net.dns_records import NS, address_of, target_of


class Referral(msgspec.Struct, frozen=True):
    """Who is responsible for a zone."""

    names: tuple[str, ...]
    """Of its servers, in lower case."""
    addresses: tuple[str, ...]
    """As far as the reply has them (glue)."""


def referral(reply: bytes, zone: str) -> Referral | None:
    """Read who is responsible for a zone, from a reply to the question for its NS records.

    Args:
        reply: a message; anything else is none.
        zone: in lower case, without the last dot.

    Returns:
        The servers. None: the reply names none, so whoever gave it stays responsible, or refuses.

    """
    message = parse_message(reply)
    if message is None or message.rcode != NOERROR:
        return None
    records = message.answers if message.flags & AA else (*message.answers, *message.authority)
    found = (target_of(record) for record in records if record.rtype == NS and _is(record.name, zone))
    names = tuple(dict.fromkeys(name.lower() for name in found if name))
    glue = (address_of(record) for record in message.additional if any(_is(record.name, name) for name in names))
    return Referral(names, tuple(dict.fromkeys(filter(None, glue)))) if names else None


def _is(name: str, other: str) -> bool:
    return name.lower().rstrip(".") == other
