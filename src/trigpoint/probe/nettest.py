"""What a nettest is: a recipe that makes steps. The **open set**: one file each in :mod:`trigpoint.probe.nettests`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from trigpoint.net.dial.diary import Diary

if TYPE_CHECKING:
    from trigpoint.probe.session import Session

Keys: TypeAlias = dict[str, Any]
"""What a nettest adds to ``test_keys``. Where a part of it has a diary of its own, under :data:`STEPS`, the arrays of
that diary's acts are written into the part."""

STEPS = "$steps"
"""Key of a part's diary."""


class Measuring:
    """One measurement while it is made.

    Args:
        session: what it shares with others of the run.
        input: what is measured, such as a URL. None: the nettest takes none.
        options: what whoever asked for it knows already, such as the addresses of an anomaly.

    """

    def __init__(self, session: Session, input: str | None, options: Mapping[str, Any] = MappingProxyType({})) -> None:  # noqa: A002 - OONI's name
        self.session = session
        self.input = input
        self.options = options
        self._parts: list[Diary] = []
        self.diary = Diary(session.admit)
        """Its acts; they stand at the top of ``test_keys``."""
        self.resolving = self.part()
        """What resolvers over TLS and HTTPS needed besides: it says nothing of the input."""

    def part(self) -> Diary:
        """Begin a diary of its own for a part of the record, such as an arm, on the clock of the measurement."""
        self._parts.append(self.diary.beside())
        return self._parts[-1]

    @property
    def moved_bytes(self) -> int:
        """How many bytes all its connections and datagrams moved, helpers and resolvers included."""
        diaries = (self.diary, *self._parts)
        return sum(event.num_bytes or 0 for diary in diaries for event in diary.network_events)


class Nettest(msgspec.Struct, frozen=True, kw_only=True):
    """One nettest."""

    name: str
    """As in ``test_name``."""
    version: str
    """As in ``test_version``."""
    title: str
    """What it asks, in a few words."""
    meaning: str
    """What it does and what its outcome shows, for people."""
    source: str
    """Specification or paper that it follows."""
    tier: Literal[0, 1, 2, 3]
    """Risk: 0 nothing but the own network is asked, 1 ordinary visits, 2 repeated triggers of filters, 3 unusual
    packets. Tiers 2 and 3 need a consent of their own (``docs/explanation/follow-ups.md``)."""
    takes: Literal["url", "name", "server", "nothing"]
    """Its input: ``server`` is a name, or the URL of a DoT or DoH server."""
    wants: tuple[str, ...] = ()
    """Fields of the session that helpers fill, and without which it shows little or nothing."""
    run: Callable[[Measuring], Awaitable[Keys]]
    """Makes the measurement; what the network does to it is never an exception."""
