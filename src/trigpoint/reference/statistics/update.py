"""Downloads of statistics: what is newer, kept beside reference data, tried again where that may help."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from trigpoint.errors import InputError
from trigpoint.reference import intake
from trigpoint.reference.library import Library
from trigpoint.reference.statistics.catalogue import STATISTICS
from trigpoint.reference.statistics.folder import statistics_home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from trigpoint.reference.catalogue import Item
    from trigpoint.reference.intake import Outcome

ATTEMPTS = 3
"""Times that each is asked for at most."""
PAUSE = 2.0
"""Seconds before it is asked again; root-servers.org answers 429 to who asks at once."""


def update(
    names: Iterable[str],
    addresses: Mapping[str, str],
    *,
    tell: Callable[[Outcome], None] = lambda _: None,
    pause: float = PAUSE,
) -> list[Outcome]:
    """Download what is published, where it is newer than what is there (RFC 9110, section 13).

    Args:
        names: which; all where none is named.
        addresses: other addresses than the catalogue's, by name.
        tell: is given each outcome.
        pause: as :data:`PAUSE`.

    Raises:
        InputError: there is no statistic of such a name.

    """
    return [_asked(item, addresses, tell, pause) for item in _named(names)]


def _named(names: Iterable[str]) -> list[Item]:
    wanted, known = set(names), {statistic.item.name: statistic.item for statistic in STATISTICS}
    if unknown := sorted(wanted - known.keys()):
        message = f"no statistics are called {unknown[0]}; there are {', '.join(known)}"
        raise InputError(message)
    return [item for name, item in known.items() if not wanted or name in wanted]


def _asked(item: Item, addresses: Mapping[str, str], tell: Callable[[Outcome], None], pause: float) -> Outcome:
    library = Library(statistics_home())
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(pause)
        (outcome,) = intake.update(library, [item], addresses)
        if not outcome.may_pass:
            break
    tell(outcome)
    return outcome
