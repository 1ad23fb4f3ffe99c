"""World map of IPv4 addresses for each person."""

from __future__ import annotations

from trigpoint.report.charts._world import Mapped, world_map
from trigpoint.report.language import gettext as _

CHART = world_map(
    Mapped(
        metric="ipv4_per_head",
        unit="addresses for each person",
        ends=(0.01, 0.1, 0.5, 1.0),
        title=lambda low, high, when: _(
            "There are {low} to {high} IPv4 addresses for each person, country by country, {when}"
        ).format(low=low, high=high, when=when),
    ),
    order=10,
    section="addresses",
    table="addresses_per_head",
)
