"""What nettests of services made of several endpoints share: trying them all, and what OONI's keys say of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trigpoint.reference.services import SERVICES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trigpoint.probe.nettest import Measuring
    from trigpoint.probe.visits import Visit, Visits
    from trigpoint.reference.services import Service


def service(measuring: Measuring, target: str) -> Service:
    """Give a service; the option ``services`` has others in its place, such as a laboratory's."""
    known: Mapping[str, Service] = measuring.options.get("services", SERVICES)
    return known[target]


async def tried(measuring: Measuring, visits: Visits, one: Service, *, method: str = "GET") -> tuple[Visit, ...]:
    """Try all endpoints of a service at once, begun in random order.

    Returns:
        What came of each, in the order of the service.

    """
    urls = measuring.session.shuffled(tuple(dict.fromkeys(one.tries)))
    made = dict(zip(urls, await asyncio.gather(*(visits(url, method=method) for url in urls)), strict=True))
    return tuple(made[url] for url in one.tries)


def status(visits: Sequence[Visit]) -> str:
    """Say ``ok`` where all endpoints of a service answered, else ``blocked``: OONI's words for what failed."""
    return "blocked" if failure(visits) else "ok"


def failure(visits: Sequence[Visit]) -> str | None:
    """Give the first failure among the endpoints of a service. None: all answered."""
    return next((visit.failure for visit in visits if visit.failure), None)
