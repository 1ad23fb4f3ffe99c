"""Distance of the share of Internet users from that of the world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicator_figures import mixed, name_of
from trigpoint.figures.ledger import Topic
from trigpoint.model.figure import POINTS, WORLD

if TYPE_CHECKING:
    from trigpoint.figures.data import Data
    from trigpoint.figures.ledger import Ledger

_METRIC = "internet_users_distance"


def _compute(ledger: Ledger, data: Data) -> None:
    del data  # it takes figures of the ledger
    shares = ledger.of("internet_users_share")
    world = {figure.period: figure for figure in shares if figure.subject == WORLD}
    for figure in shares:
        if figure.subject == WORLD or figure.period not in world:
            continue
        topic = Topic(
            id=name_of(_METRIC, figure.subject, figure.period),
            label="share of the people who use the Internet, less that of the world",
            unit=POINTS,
            subject=figure.subject,
            period=figure.period,
            metric=_METRIC,
            flags=mixed(ledger, (figure, world[figure.period])),
        )
        ledger.derive(topic, "points", [figure.id, world[figure.period].id])


INDICATOR = Indicator(
    question="How far is the share of Internet users from that of the world",
    unit=POINTS,
    direction=Direction.MORE,
    method="the share of the country less that of the world, of the same year",
    sources=(),
    after=("internet_users_share",),
    caveats=("the world's share is an estimate, and was revised by two percentage points in a year",),
    compute=_compute,
)
