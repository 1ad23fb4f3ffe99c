"""Arms: one act under conditions that differ in one thing, in random order, with residual windows respected (M11, M27).

Each try of each arm is a part of the record with steps of its own, marked ``arm=NAME``; the first try has the arm's
bare name, the second is ``NAME.2``.

An arm is tried until it is *settled*: it differs from the arm that it is held against by more than chance, or it never
differed in as many tries as make what is looked for seen. Where it differed now and then, it is tried up to twice as
often. Where no connection opens any more, or those that do stay silent, even for the other arm, further tries tell
nothing: that is settled, too. The arm that is held against triggers nothing, and is tried
:data:`~trigpoint.model.chance.CONTROLS` times as often, among the others.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from trigpoint.model.chance import CONTROLS, is_shown, tries_to_see
from trigpoint.model.failure import Kind, kind
from trigpoint.net.dial.acts import Connect
from trigpoint.net.dial.tcp import connect
from trigpoint.net.dial.tls import handshake
from trigpoint.net.names import join_endpoint
from trigpoint.probe.nettest import STEPS
from trigpoint.probe.web.lookups import look_up

if TYPE_CHECKING:
    from trigpoint.net.dial.diary import Diary, Trace
    from trigpoint.probe.nettest import Keys, Measuring
    from trigpoint.probe.session import Session

PARTS = "x_parts"
"""Key of the list of parts."""
DEAD = tries_to_see(0.5)
"""Connections on end that brought nothing for the arm that is held against: with certainty less than half do."""
MOST_TRIES = 32
"""Of one arm; whatever is asked for. A filter that fires for one flow of four is then seen with 99.99 %."""
OF_WORDS = 0.75
"""Share of connections in which filters of names and words fire, at the least: that of China's filter of keywords in
HTTP (Clayton et al., PET 2006). Those of server names come close to all."""
OF_RESIDUE = 0.5
"""Share of connections that residual blocking of HTTP affects in China, at the least (Bock et al., WOOT 2021)."""
OF_LOOKUPS = 0.63
"""Share of flows of DNS over UDP that come past an injector in China, at the least: for 37 % of destinations it depends
on the ports (Bhaskar and Pearce, USENIX Security 2022). So each try has a port of its own."""
OF_BYTES = 0.263
"""Share of connections in which China's filter of what looks random fired (Wu et al., USENIX Security 2023)."""
OF_LISTS = 0.974
"""Share of pairs of client and server name that fared alike three times in Iran in 2026 (net4people/bbs issue 630):
filters by lists fire nearly always."""

Servers: TypeAlias = "Sequence[tuple[str, int]]"


class Arm(msgspec.Struct, frozen=True):
    """One condition."""

    name: str
    """Such as ``target``, ``control_at_site``, ``target_v6``."""
    address: str
    port: int
    value: str
    """What differs: the server name, the host, the kind of payload."""
    trigger: str = ""
    """What may trigger a filter, such as the name in question: it and the address are left alone for a window after
    each try. Empty: nothing does."""
    control: str = ""
    """The arm that it is held against. Empty: it is held against none."""
    share: float = 0.0
    """Of its tries in which what it looks for happens, at the least. 0: as of the others."""
    after: str = ""
    """The arm of which a try must have failed before this one is asked for. Empty: it is from the beginning."""


Act: TypeAlias = Callable[["Trace", Arm], Awaitable["Keys"]]
"""Does it once, and gives what the part says besides its steps."""
Outcome: TypeAlias = Callable[["Keys"], object]
"""Says what came of a try, from its part: the same each time where nothing is in the way."""


def failure_of(made: Keys) -> object:
    """Give the failure of a try."""
    return made["failure"]


class Place(msgspec.Struct, frozen=True):
    """Where arms can be tried."""

    suffix: str
    """Empty for IPv4, or where there is no other; else ``_v6``: the families are judged apart."""
    address: str
    port: int


def places(session: Session, servers: Servers) -> tuple[Place, ...]:
    """Choose the first server of each family that the network has.

    >>> from types import SimpleNamespace
    >>> own = SimpleNamespace(families={4, 6})
    >>> [place.suffix for place in places(own, [("2001:db8::1", 443), ("192.0.2.1", 443), ("192.0.2.2", 443)])]
    ['', '_v6']
    """
    first: dict[int, tuple[str, int]] = {}
    for address, port in servers:
        first.setdefault(6 if ":" in address else 4, (address, port))
    families = sorted(session.families & first.keys())
    return tuple(Place("" if family == families[0] else f"_v{family}", *first[family]) for family in families)


async def sites(measuring: Measuring, host: str, port: int) -> tuple[Place, ...]:
    """Give where the site is: what whoever asked knows already, else what the resolvers say."""
    options = measuring.options
    known = options.get("addresses") or ([options["address"]] if options.get("address") else ())
    if known:
        return places(measuring.session, [(address, options.get("port") or port) for address in known])
    found = await look_up(measuring, host, 0)
    return places(measuring.session, [(one.address, port) for one in found])


async def tried(  # noqa: PLR0913 - what is tried, and how it is told apart
    measuring: Measuring,
    arms: Iterable[Arm],
    act: Act,
    *,
    share: float = OF_WORDS,
    layer: str = "",
    outcome: Outcome = failure_of,
    at_once: bool = False,
) -> list[Keys]:
    """Try arms until each is settled, in rounds of random order; or as often as ``repeats`` of the options says.

    Args:
        measuring: the measurement.
        arms: the conditions.
        act: what is done under each.
        share: of tries in which what is looked for happens, at the least.
        layer: at which it is triggered; filters of a layer remember alike.
        outcome: by which arms differ.
        at_once: the tries of a round do not wait for each other. For what no filter remembers: arms without a trigger.

    Returns:
        The parts, in the order of arms and tries.

    """
    session, asked = measuring.session, asked_tries(measuring)
    series = _Series(tuple(arms), tries_to_see(share), outcome)
    rounds = series.rounds() if asked is None else [series.arms] * asked
    for wanted in rounds:
        numbered = series.numbered(session.shuffled(wanted))
        if at_once:
            series.add(numbered, await _all_at_once(measuring, numbered, act))
        else:
            series.add(numbered, [await part(measuring, arm, act, number, layer) for arm, number in numbered])
    return series.parts


def asked_tries(measuring: Measuring) -> int | None:
    """Give how often each arm is tried by ``repeats`` of the options. None: nothing is said."""
    asked = measuring.options.get("repeats")
    return None if asked is None else min(int(asked), MOST_TRIES)


class _Series:
    """The tries of some arms, as far as they are made.

    Args:
        arms: the conditions.
        enough: tries after which an arm that never differed is settled.
        outcome: by which they differ.

    """

    def __init__(self, arms: tuple[Arm, ...], enough: int, outcome: Outcome) -> None:
        self.arms = arms
        self._outcome = outcome
        self._enough = min(enough, MOST_TRIES)
        self._made: dict[Arm, list[Keys]] = {arm: [] for arm in arms}

    @property
    def parts(self) -> list[Keys]:
        """All tries, in the order of arms."""
        return [one for made in self._made.values() for one in made]

    def numbered(self, arms: Iterable[Arm]) -> list[tuple[Arm, int]]:
        """Say which try of its arm each of the next ones is, from 1 on."""
        begun = Counter({arm: len(made) for arm, made in self._made.items()})
        found = []
        for arm in arms:
            begun[arm] += 1
            found.append((arm, begun[arm]))
        return found

    def add(self, numbered: Iterable[tuple[Arm, int]], made: Iterable[Keys]) -> None:
        """Take in tries; those of an arm in the order in which they were numbered."""
        for (arm, _), one in zip(numbered, made, strict=True):
            self._made[arm].append(one)

    def rounds(self) -> Iterator[list[Arm]]:
        """Give what is tried next: what is not settled, what that is held against, and what is held against nothing."""
        controls = {arm.control for arm in self.arms}
        others = [arm for arm in self.arms if not arm.control and arm.name not in controls]
        while left := [arm for arm in self.arms if self._is_due(arm) and not self._is_settled(arm)]:
            wanted = {arm.control for arm in left}
            yield left + others + [arm for arm in self.arms if arm.name in wanted] * CONTROLS

    def _is_due(self, arm: Arm) -> bool:
        return bool(arm.control) and (not arm.after or any(one["failure"] for one in self._tries(arm.after)))

    def _is_settled(self, arm: Arm) -> bool:
        tries, others = self._outcomes(arm.name), self._outcomes(arm.control)
        usual = Counter(others).most_common(1)[0][0] if others else None
        differ = len(tries) - tries.count(usual)
        if is_shown(differ, len(tries), len(others) - others.count(usual), len(others)) or self._is_dead(arm):
            return True
        enough = tries_to_see(arm.share) if arm.share else self._enough
        return len(tries) >= (min(2 * enough, MOST_TRIES) if differ else enough)

    def _is_dead(self, arm: Arm) -> bool:
        """Tell whether connections bring nothing for either arm any more."""
        others, own = self._tries(arm.control)[-DEAD:], self._tries(arm.name)[-CONTROLS:]
        return len(others) == DEAD and all(_brings_nothing(one) for one in (*others, *own))

    def _outcomes(self, name: str) -> list[object]:
        return [self._outcome(one) for one in self._tries(name)]

    def _tries(self, name: str) -> list[Keys]:
        return [one for arm, made in self._made.items() if arm.name == name for one in made]


async def part(measuring: Measuring, arm: Arm, act: Act, number: int = 1, layer: str = "") -> Keys:
    """Try an arm once, when the residual windows of its address and of its trigger are over."""
    residue, keys = measuring.session.residue, (arm.address, arm.trigger)
    async with residue.hold(keys) as waited:
        made = await _part(measuring, arm, act, number, waited)
        if arm.trigger and _is_sent(made[STEPS]):
            residue.mark(keys, (layer, arm.trigger))
    return made


async def _all_at_once(measuring: Measuring, numbered: Sequence[tuple[Arm, int]], act: Act) -> list[Keys]:
    """Try arms that trigger nothing, when the windows of their addresses are over; how fast is the session's to say."""
    async with measuring.session.residue.hold(arm.address for arm, _ in numbered) as waited:
        return await asyncio.gather(*(_part(measuring, arm, act, number, waited) for arm, number in numbered))


async def _part(measuring: Measuring, arm: Arm, act: Act, number: int, waited: float) -> Keys:
    diary = measuring.part()
    label = arm.name if number == 1 else f"{arm.name}.{number}"
    facts = await act(diary.trace(f"arm={label}"), arm)
    return {
        "arm": label,
        "endpoint": join_endpoint(arm.address, arm.port),
        "value": arm.value,
        "waited_seconds": round(waited, 3),
        "failure": failure_in(diary),
        **facts,
        STEPS: diary,
    }


def _brings_nothing(made: Keys) -> bool:
    """Tell whether no connection opened, or one did and its time was up; without one, silence may be as usual."""
    is_connected = any(isinstance(act, Connect) for act in made[STEPS].acts)
    return not _is_sent(made[STEPS]) or (is_connected and kind(made["failure"]) is Kind.TIMEOUT)


def _is_sent(diary: Diary) -> bool:
    """Tell whether more than connections that did not open went out."""
    return any(act.failure is None or not isinstance(act, Connect) for act in diary.acts)


def shaking(session: Session) -> Act:
    """Give the act that connects and shakes hands over TLS under the arm's value, whoever's certificate comes."""

    async def shake(trace: Trace, arm: Arm) -> Keys:
        stream = await connect(trace, arm.address, arm.port)
        if stream is not None:
            tls = await handshake(trace, stream, arm.value, trust=session.trust, verify=False)
            if tls is not None:
                tls.close()
        return {"sni": arm.value}

    return shake


def failure_in(diary: Diary) -> str | None:
    """Give the first failure of a part."""
    return next((act.failure for act in diary.acts if act.failure), None)


def tally(parts: Iterable[Keys]) -> dict[str, dict[str, int]]:
    """Count for each arm how often it came to what; ``ok`` where nothing failed.

    >>> tally([{"arm": "target", "failure": "connection_reset"}, {"arm": "target.2", "failure": None}])
    {'target': {'connection_reset': 1, 'ok': 1}}
    """
    counted: dict[str, Counter[str]] = {}
    for one in parts:
        counted.setdefault(one["arm"].partition(".")[0], Counter())[one["failure"] or "ok"] += 1
    return {arm: dict(sorted(counts.items())) for arm, counts in counted.items()}


def named(parts: Iterable[Keys], arm: str) -> dict[str, Any] | None:
    """Give the first try of an arm. None: it was not tried."""
    return next((one for one in parts if one["arm"] == arm), None)
