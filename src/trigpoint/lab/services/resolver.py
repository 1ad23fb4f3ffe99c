"""A recursive resolver: it asks the world's authoritative servers, remembers, and lies where its host says so."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from trigpoint.lab.engine.draws import Draws
from trigpoint.lab.engine.lies import LyingResolver
from trigpoint.lab.services.cache import Cache
from trigpoint.net.dns_message import NOERROR, NXDOMAIN, RA, REFUSED, SERVFAIL, Message, reply_to
from trigpoint.net.dns_records import AAAA, A, address_record

if TYPE_CHECKING:
    from trigpoint.lab.services.acts import Acts
    from trigpoint.lab.services.upstream import Upstream
    from trigpoint.lab.world.place import Resolver
    from trigpoint.net.serve.dns import Asked
    from trigpoint.net.serve.running import Running

_REWRITE_TTL = 60
_MOST_TURNS = 1_024  # names of which it is counted how often they were lied about


class _Rules(NamedTuple):
    """Lies of one sort."""

    liar: LyingResolver
    act: Literal["lie", "filter"]
    cause: str
    """What is logged. Empty: the mechanism of the lie."""


class RecursiveResolver:
    """Answers the queries of clients.

    Args:
        resolver: how it behaves.
        upstream: asks the authoritative servers.
        acts: where lies are noted.
        running: what it belongs to.
        seed: by which it is drawn what stays unanswered.

    """

    def __init__(self, resolver: Resolver, upstream: Upstream, acts: Acts, running: Running, seed: int = 0) -> None:
        self._running = running
        self._resolver = resolver
        self._upstream = upstream
        self._acts = acts
        self._rules = (
            _Rules(LyingResolver(resolver.lies), "lie", ""),
            _Rules(LyingResolver(resolver.filters), "filter", "resolver.filtering"),
        )
        self._rewrites = [address_record("", _REWRITE_TTL, address) for address in resolver.nxdomain_rewrite]
        self._cache = Cache()
        self._asking: dict[tuple[str, int], asyncio.Task[Message | None]] = {}
        self._turns: OrderedDict[str, int] = OrderedDict()
        self._chance = Draws(seed, acts.host, "unanswered")

    async def answer(self, asked: Asked) -> Message | bytes | None:
        """Answer a query; octets where it lies, None where it says nothing."""
        if self._resolver.unanswered and self._chance.share() < self._resolver.unanswered:
            self._note(asked, "drop", "network.flaky")
            return None
        if self._acts.network_of(asked.client[0]) in self._resolver.refuses:
            self._note(asked, "refuse", "dns.refused")
            return reply_to(asked.query, rcode=REFUSED)
        for rules in self._rules:
            is_lie, reply, cause = self._lie(rules.liar, asked)
            if is_lie:
                self._note(asked, rules.act, rules.cause or cause)
                return reply
        found = await self._resolved(asked.name, asked.qtype)
        if found is None:
            return reply_to(asked.query, rcode=SERVFAIL)
        if found.rcode == NXDOMAIN and self._rewrites and asked.qtype in {A, AAAA}:
            return self._rewritten(asked)
        return reply_to(asked.query, found.answers, rcode=found.rcode, authority=found.authority)

    def _lie(self, liar: LyingResolver, asked: Asked) -> tuple[bool, bytes | None, str]:
        turn = self._turns.get(asked.name, 0)
        draws = Draws("resolver", self._acts.host, asked.name, asked.qtype, turn)
        found = liar.answer(asked.payload, turn, draws)
        if found[0]:
            self._turns[asked.name] = turn + 1
            if len(self._turns) > _MOST_TURNS:
                self._turns.popitem(last=False)
        return found

    def _rewritten(self, asked: Asked) -> Message:
        self._note(asked, "rewrite", "isp.nxdomain_rewrite")
        own = [
            msgspec.structs.replace(record, name=asked.name) for record in self._rewrites if record.rtype == asked.qtype
        ]
        return reply_to(asked.query, own, rcode=NOERROR, flags=RA)

    def _note(self, asked: Asked, act: str, cause: str) -> None:
        self._acts.note("resolver", act, cause, asked.client, asked.local, name=asked.name, protocol=asked.carrier)

    async def _resolved(self, name: str, qtype: int) -> Message | None:
        """Look the name up: who asks while somebody else's question is under way shares its answer."""
        remembered = self._cache.get(name, qtype, _now())
        if remembered is not None:
            return remembered
        key = (name, qtype)
        if key not in self._asking:
            self._asking[key] = self._running.begin(self._upstream.ask(name, qtype))
            self._asking[key].add_done_callback(lambda task: self._keep(key, task))
        return await asyncio.shield(self._asking[key])

    def _keep(self, key: tuple[str, int], task: asyncio.Task[Message | None]) -> None:
        del self._asking[key]
        if not task.cancelled() and task.exception() is None and (message := task.result()) is not None:
            self._cache.put(*key, message, _now())


def _now() -> float:
    return asyncio.get_running_loop().time()
