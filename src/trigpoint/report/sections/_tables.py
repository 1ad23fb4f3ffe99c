"""Tables of figures that several sections share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.figure_table import Line, figure_table, side_by_side
from trigpoint.report.language import country
from trigpoint.report.selection import MOST_RANKED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from trigpoint.model.figure import Figure
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable

_MOST_PERIODS = 20


def newest_first(edition: Edition, name: str, caption: str, metrics: Sequence[str]) -> PageTable:
    """Lay out the series of the subject, one metric after the other, the newest figure of each first."""
    figures = [figure for metric in metrics for figure in reversed(edition.series(metric))]
    return figure_table(name, caption, edition, figures)


def by_period(edition: Edition, name: str, caption: str, metrics: Mapping[str, str]) -> PageTable:
    """Lay out series of the subject side by side, a row for each period, the newest first.

    Args:
        edition: whose figures they are.
        name: of the table.
        caption: what a row is.
        metrics: heading of the column, by metric.

    """
    found = {metric: {one.period: one for one in edition.series(metric)} for metric in metrics}
    periods = sorted({period for series in found.values() for period in series}, reverse=True)
    lines = [Line(period, tuple(series.get(period) for series in found.values())) for period in periods]
    return side_by_side(name, caption, edition, tuple(metrics.items()), lines, _MOST_PERIODS)


def ranking(edition: Edition, name: str, caption: str, metric: str) -> PageTable:
    """Lay out the newest figure of each country, the greatest first."""
    return figure_table(
        name, caption, edition, edition.countries(metric), what=lambda one: country(one.subject), limit=MOST_RANKED
    )


def newest(edition: Edition, metrics: Sequence[str]) -> dict[str, Figure | None]:
    """Give the newest figure of the subject of each metric, by metric."""
    return {metric: edition.newest(metric) for metric in metrics}


def has_any(*metrics: str) -> Callable[[Edition], bool]:
    """Make the test whether an edition has a figure of one of the metrics, of its subject or, of the world, of any."""

    def has(edition: Edition) -> bool:
        return any(edition.newest(one) or (edition.is_world and edition.ledger.of(one)) for one in metrics)

    return has
