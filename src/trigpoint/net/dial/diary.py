"""The diary of one measurement: every act and network event, in the order of its end."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, TypeVar, cast

import msgspec

from trigpoint.net.dial.acts import Act, Connect, Handshake, Lookup, NetworkEvent, RoundTrip

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from trigpoint.net.dial.dialer import Dialer

Kind = TypeVar("Kind", bound=Act)

_DIGITS = 6  # microseconds


async def _freely(_host: str) -> None:
    """Let everything pass."""


class Diary:
    """Collects the acts of one measurement; its clock is the running loop's.

    Args:
        admit: awaited with the address (or the URL of a resolver) before each new connection or query, so that a
            budget can make it wait.
        dialer: opens sockets. None: the running loop.

    """

    def __init__(self, admit: Callable[[str], Awaitable[None]] = _freely, dialer: Dialer | None = None) -> None:
        self.admit = admit
        self.dialer = dialer or cast("Dialer", asyncio.get_running_loop())
        self._loop = asyncio.get_running_loop()
        self._zero = self._loop.time()
        self._transactions = itertools.count(1)
        self.acts: list[Act] = []
        """All acts but network events, in the order of their ends."""
        self.network_events: list[NetworkEvent] = []
        """In the order of their ends."""

    def now(self) -> float:
        """Seconds since it was begun, to the microsecond."""
        return round(self._loop.time() - self._zero, _DIGITS)

    def trace(self, *tags: str) -> Trace:
        """Begin the acts of another connection."""
        return Trace(self, next(self._transactions), tags)

    def beside(self) -> Diary:
        """Begin another diary with the same clock and the same count of connections."""
        other = Diary(self.admit, self.dialer)
        other._zero, other._transactions = self._zero, self._transactions
        return other

    def put_last(self, act: Act) -> None:
        """Move an act behind all others: what is written in the order of ends is read as such."""
        self.acts.remove(act)
        self.acts.append(act)

    def amend(self, act: Kind, **fields: Any) -> Kind:  # noqa: ANN401 - fields of the act
        """Replace what was written down of an act by what is known now."""
        amended = msgspec.structs.replace(act, **fields)
        self.acts[self.acts.index(act)] = amended
        return amended

    def of(self, kind: type[Kind]) -> list[Kind]:
        """Give the acts of one kind."""
        return [act for act in self.acts if isinstance(act, kind)]

    @property
    def lookups(self) -> list[Lookup]:
        """All lookups."""
        return self.of(Lookup)

    @property
    def connects(self) -> list[Connect]:
        """All TCP connects."""
        return self.of(Connect)

    @property
    def handshakes(self) -> list[Handshake]:
        """All handshakes, of TLS and QUIC."""
        return self.of(Handshake)

    @property
    def round_trips(self) -> list[RoundTrip]:
        """All round trips."""
        return self.of(RoundTrip)


class Trace:
    """The acts of one connection, with its number and tags: what every act of :mod:`trigpoint.net.dial` writes to."""

    def __init__(self, diary: Diary, transaction_id: int, tags: tuple[str, ...]) -> None:
        self.diary = diary
        self.transaction_id = transaction_id
        self.tags = tags

    @property
    def dialer(self) -> Dialer:
        """What opens its sockets."""
        return self.diary.dialer

    def now(self) -> float:
        """Seconds since the diary was begun."""
        return self.diary.now()

    async def admit(self, host: str) -> None:
        """Wait until a new connection to a host may be opened."""
        await self.diary.admit(host)

    def note(self, kind: type[Kind], t0: float, failure: str | None = None, **fields: Any) -> Kind:  # noqa: ANN401 - fields of the act
        """Write down an act that ends now."""
        act = kind(t0=t0, t=self.now(), failure=failure, transaction_id=self.transaction_id, tags=self.tags, **fields)
        if isinstance(act, NetworkEvent):
            self.diary.network_events.append(act)
        else:
            self.diary.acts.append(act)
        return act

    def event(self, operation: str, t0: float | None = None, failure: str | None = None, **fields: Any) -> None:  # noqa: ANN401 - fields of the event
        """Write down a network event that ends now, and began now where no start is given."""
        self.note(NetworkEvent, self.now() if t0 is None else t0, failure, operation=operation, **fields)
