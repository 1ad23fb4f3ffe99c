"""World map of the share of people who use the Internet."""

from __future__ import annotations

from trigpoint.report.charts._world import Mapped, world_map
from trigpoint.report.language import gettext as _

CHART = world_map(
    Mapped(
        metric="internet_users_share",
        unit="share",
        ends=(0.2, 0.4, 0.6, 0.8),
        title=lambda low, high, when: _(
            "From {low} to {high} of the people use the Internet, country by country, {when}"
        ).format(low=low, high=high, when=when),
    ),
    order=30,
    section="users",
    table="map_users",
)
