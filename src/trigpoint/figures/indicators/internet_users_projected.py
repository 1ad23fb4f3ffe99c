"""Where the share of Internet users is going, and how well the same method did from 2014 on."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicator_figures import mixed, name_of
from trigpoint.figures.ledger import Interval, Topic
from trigpoint.figures.projection import back_test, project
from trigpoint.model.figure import POINTS, IntervalKind

if TYPE_CHECKING:
    from trigpoint.figures.data import Data
    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.figure import Figure

_METRIC, _TEST = "internet_users_projected", "internet_users_projected_error"
_YEARS = 5
_TESTED_FROM = 2014


def _compute(ledger: Ledger, data: Data) -> None:
    del data  # it takes figures of the ledger
    known: dict[str, dict[int, Figure]] = defaultdict(dict)
    for figure in ledger.of("internet_users_share"):
        if figure.value is not None and len(figure.period) == len("2014"):
            known[figure.subject][int(figure.period)] = figure
    for subject, figures in sorted(known.items()):
        _project(ledger, subject, figures)
        _test(ledger, subject, figures)


def _shares(figures: dict[int, Figure]) -> dict[int, float]:
    return {year: float(figure.value or 0) for year, figure in figures.items()}


def _inputs(figures: dict[int, Figure]) -> list[str]:
    return [figures[year].id for year in sorted(figures)]


def _project(ledger: Ledger, subject: str, figures: dict[int, Figure]) -> None:
    for year, found in project(_shares(figures), _YEARS).items():
        topic = Topic(
            id=name_of(_METRIC, subject, str(year)),
            label="projected share of the people who use the Internet",
            unit="share",
            subject=subject,
            period=str(year),
            metric=_METRIC,
            flags=("projection", *mixed(ledger, figures.values())),
        )
        ends = Interval(found.low, found.high, IntervalKind.MODEL_SPREAD)
        by = f"{project.__module__}.project"
        ledger.compute(topic, found.value, by=by, inputs=_inputs(figures), interval=ends)


def _test(ledger: Ledger, subject: str, figures: dict[int, Figure]) -> None:
    found = back_test(_shares(figures), _TESTED_FROM)
    if not found:
        return
    errors = [100 * abs(projected.value - came) for projected, came in found.values()]
    topic = Topic(
        id=name_of(_TEST, subject, str(max(found))),
        label=f"mean error of a projection from {_TESTED_FROM} over {len(errors)} years",
        unit=POINTS,
        subject=subject,
        period=f"{min(found)}/{max(found)}",
        metric=_TEST,
        flags=mixed(ledger, figures.values()),
    )
    by = f"{back_test.__module__}.back_test"
    ledger.compute(topic, sum(errors) / len(errors), by=by, inputs=_inputs(figures))


INDICATOR = Indicator(
    question="What share of the people will use the Internet",
    unit="share",
    direction=Direction.MORE,
    method=(
        "median of a logistic curve, a Gompertz curve and drift, fitted to the last twenty years (Griliches 1957); the"
        " interval is their spread, and the error of the same method from 2014 on stands beside it"
    ),
    sources=(),
    after=("internet_users_share",),
    caveats=("no curve knows of wars, laws or prices", "the spread of three models is not a probability"),
    compute=_compute,
)
