"""Two weeks of the country: which probe measured what on which day, in which run."""

from __future__ import annotations

import random
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint import discovery
from trigpoint.sample import scenarios
from trigpoint.sample.country import COUNTRY, DAYS, FIRST_DAY, NETWORKS, Network
from trigpoint.sample.scenario import Context, Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def _every() -> dict[str, Scenario]:
    found: dict[str, Scenario] = {}
    for theme in discovery.declared(scenarios, "SCENARIOS", tuple).values():
        for scenario in theme:
            if scenario.name in found:
                message = f"two scenarios are called {scenario.name}"
                raise ValueError(message)
            found[scenario.name] = scenario
    return found


SCENARIOS = _every()
"""Every scenario by name, theme after theme."""


class Run(msgspec.Struct, frozen=True):
    """One probe, some inputs one after the other."""

    day: int
    """Day of the sample, from 0."""
    network: int
    """Place in :data:`~trigpoint.sample.country.NETWORKS`."""
    hour: int
    """Hour of its start, UTC."""
    names: tuple[str, ...]
    """Names of scenarios, in order."""


def _story(day: int, network: int) -> tuple[str, ...]:
    """Tell what the targets that make the news do on a day in a network; only network 4 is never interfered with."""
    is_free = network == 4
    herald = "tls.reset" if day >= 6 and not is_free else "open.daily-herald"
    forum = "forum.blocked" if day <= 4 and network in {0, 1} else "open.open-forum"
    archive = "http.blockpage" if network in {0, 1} else "open.plain"
    radio = "dns.tampered_but_reached" if network in {0, 2} else "open.city-radio"
    museum = ("site.down.no_connection", "site.down.server_error")[day % 2] if 8 <= day <= 10 else "open.old-museum"
    return herald, forum, archive, radio, museum


_FIXED = {"local.clock": (11, 2), "tls.reset.sni": (8, 0), "open.04": (2, 1), "open.river-archive": (5, 2)}
"""Day and network of runs that need one: a clock nine days late must stay inside the sample and meet a certificate of
2024-11-13, and nothing may contradict the stories of the daily runs."""

_QUIET = {(0, 3), (1, 8), (2, 1), (2, 7), (3, 5), (3, 11), (4, 2), (4, 9)}
"""Network and day without a daily run."""


def _daily_runs() -> Iterator[Run]:
    for day in range(DAYS):
        for network in range(len(NETWORKS)):
            story = _story(day, network)
            if (network, day) in _QUIET or (network > 2 and day % 2):
                continue
            # each probe finishes what it can: the first two always, of the rest every other
            rest = story[2:] if (day + network) % 2 == 0 else story[2:3]
            yield Run(day, network, 6 + 2 * network, (*story[:2], *rest))


def _series_runs() -> Iterator[Run]:
    """Give each scenario that the daily runs do not tell, or each series of them, a run of its own."""
    told = {name for run in _daily_runs() for name in run.names}
    groups: dict[str, list[str]] = {}
    for name, scenario in SCENARIOS.items():
        if name not in told:
            groups.setdefault(scenario.series or name, []).append(name)
    for number, names in enumerate(groups.values()):
        day, network = _FIXED.get(names[0], ((number * 5) % DAYS, number % 4))
        yield Run(day, network, 3 + number % 19, tuple(names))


def runs() -> list[Run]:
    """Give every run of the sample, by time."""
    return sorted((*_daily_runs(), *_series_runs()), key=lambda run: (run.day, run.hour, run.network, run.names))


def records(seed: int = 2014) -> Iterator[tuple[Scenario, dict[str, Any]]]:
    """Give each measurement of the sample with its scenario, by time. The same seed gives the same bytes."""
    for number, run in enumerate(runs()):
        source = random.Random(f"{seed} {number}")
        yield from _measured(run, source)


def _measured(run: Run, source: random.Random) -> Iterable[tuple[Scenario, dict[str, Any]]]:
    network = NETWORKS[run.network]
    start = datetime.combine(FIRST_DAY + timedelta(days=run.day), time(run.hour, source.randrange(60)), UTC)
    first = SCENARIOS[run.names[0]]
    report = _report_id(start, first.nettest, network, source)
    for position, name in enumerate(run.names):
        scenario = SCENARIOS[name]
        context = Context(network, start + timedelta(seconds=40 * position + source.randrange(5)), report)
        yield scenario, scenario.build(source, context)


def _report_id(start: datetime, nettest: str, network: Network, source: random.Random) -> str:
    letters = "".join(source.choices("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=16))
    return f"{start:%Y%m%dT%H%M%SZ}_{nettest.replace('_', '')}_{COUNTRY}_{network.asn}_n1_{letters}"
