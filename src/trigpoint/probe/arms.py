"""Arms: one act under conditions that differ in one thing, in random order, with residual windows respected (M11, M27).

Each try of each arm is a part of the record with steps of its own, marked ``arm=NAME``; the first try has the arm's
bare name, the second is ``NAME.2``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from trigpoint.net.names import join_endpoint
from trigpoint.probe.nettest import STEPS
from trigpoint.probe.web.lookups import look_up

if TYPE_CHECKING:
    from trigpoint.net.dial.diary import Diary, Trace
    from trigpoint.probe.nettest import Keys, Measuring
    from trigpoint.probe.session import Session

PARTS = "x_parts"
"""Key of the list of parts."""
MOST_TRIES = 32
"""Of one arm; whatever is asked for. A filter that fires for one flow of four is then seen with 99.99 %."""

Servers: TypeAlias = "Sequence[tuple[str, int]]"


class Arm(msgspec.Struct, frozen=True):
    """One condition."""

    name: str
    """Such as ``target``, ``control_at_site``, ``target_v6``."""
    address: str
    port: int
    value: str
    """What differs: the server name, the host, the kind of payload."""
    is_trigger: bool
    """Whether a filter may be triggered, which then leaves a residue at the address."""


Act: TypeAlias = Callable[["Trace", Arm], Awaitable["Keys"]]
"""Does it once, and gives what the part says besides its steps."""


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


async def tried(measuring: Measuring, arms: Iterable[Arm], act: Act) -> list[Keys]:
    """Try each arm as often as ``repeats`` of the options says, all in random order.

    Returns:
        The parts, in the order of arms and tries.

    """
    tries = min(int(measuring.options.get("repeats") or 1), MOST_TRIES)
    wanted = [(arm, number) for arm in arms for number in range(1, tries + 1)]
    made = {}
    for arm, number in measuring.session.shuffled(wanted):
        made[arm, number] = await part(measuring, arm, act, number)
    return [made[one] for one in wanted]


async def part(measuring: Measuring, arm: Arm, act: Act, number: int = 1) -> Keys:
    """Try an arm once, when the residual window of its address is over."""
    diary = measuring.part()
    label = arm.name if number == 1 else f"{arm.name}.{number}"
    residue = measuring.session.residue
    async with residue.hold([arm.address]):
        facts = await act(diary.trace(f"arm={label}"), arm)
        if arm.is_trigger:
            residue.mark(arm.address)
    return {
        "arm": label,
        "endpoint": join_endpoint(arm.address, arm.port),
        "value": arm.value,
        "failure": failure_in(diary),
        **facts,
        STEPS: diary,
    }


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
