"""What points at the probe and only others know: the address that helpers see, and the names of its addresses.

Behind a translator of addresses a device does not know the one that the world sees, nor does it know the names that a
network gives to its subscribers. Both may stand on a block page. So both are learnt before anything is written: the
first from helpers, which see it anyway, the second from a resolver that is asked anyway.
"""

from __future__ import annotations

import asyncio
import ipaddress
from typing import TYPE_CHECKING

import msgspec

from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.dns import ask
from trigpoint.net.names import canonical_address, is_private
from trigpoint.probe.needles import needles_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.probe.nettest import Keys
    from trigpoint.probe.session import Session

_SECONDS = 3.0


async def hidden(session: Session, keys: Keys, *, asks: bool = True) -> Session:
    """Give the session that takes these out of records as well.

    Args:
        session: what was planned.
        keys: what ``sanity`` found.
        asks: whether a resolver may be asked for names.

    """
    seen = tuple(dict.fromkeys(filter(_is_public, map(_told, keys["helpers"]))))
    known = [address for address in (*session.addresses, *seen) if _is_public(address)]
    names = await _names(session, dict.fromkeys(known)) if asks else ()
    needles = session.needles.and_those_of(needles_of(seen, names)) if seen or names else session.needles
    return msgspec.structs.replace(session, needles=needles)


def _told(helper: Keys) -> str:
    return canonical_address(str(helper.get("offers", {}).get("client", ""))) or ""


def _is_public(address: str) -> bool:
    return bool(address) and not is_private(address)


async def _names(session: Session, addresses: Iterable[str]) -> tuple[str, ...]:
    """Ask for the names of addresses; the lookups are written nowhere, since they say what must not be said."""
    asked = (
        ask(
            Diary(session.admit).trace(),
            resolver,
            ipaddress.ip_address(address).reverse_pointer,
            "PTR",
            timeout=_SECONDS,
            window=0.0,
            trust=session.trust,
        )
        for address in addresses
        for resolver in session.public
    )
    answers = (answer for lookup in await asyncio.gather(*asked) for answer in lookup.answers)
    return tuple(dict.fromkeys(answer.value for answer in answers if answer.answer_type == "PTR"))
