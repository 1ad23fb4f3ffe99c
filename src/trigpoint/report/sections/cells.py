"""What runs say together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.events.cells import BACKGROUND, FLOOR
from trigpoint.report.page_table import Column, page_table
from trigpoint.report.section import Section, is_measured
from trigpoint.report.sections._states import counts

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable
    from trigpoint.report.section import Values

_TARGET = ("target", "target")
_SERVICE = ("service", "target")


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    lines = (
        Column("target", "Target", "measured", _TARGET),
        Column("networks_blocked", "Blocked on", "count", _TARGET),
        Column("networks_with_signs", "with signs on", "count", _TARGET),
        Column("networks", "of networks", "count", _TARGET),
    )
    cells = (
        Column("target", "Target", "measured", _TARGET),
        Column("network", "Network", "network", ("network", "network")),
        Column("state", "Together", "state"),
        Column("share", "Share of runs", "share", _TARGET),
        Column("share_low", "95 % from", "share", _TARGET),
        Column("share_high", "to", "share", _TARGET),
        Column("blocked_runs", "Runs with signs", "count", _TARGET),
        Column("decided_runs", "of runs that decide", "count", _TARGET),
        Column("runs", "of runs", "count", _TARGET),
        Column("largest_run", "Largest run", "share", _TARGET),
        Column("disagreement", "Runs disagree", "told"),
    )
    services = (
        Column("target", "Service", "measured"),
        Column("mechanisms", "Mechanism", "code"),
        Column("networks_blocked", "Blocked on", "count", _SERVICE),
        Column("networks_with_signs", "with signs on", "count", _SERVICE),
        Column("networks", "of networks", "count", _SERVICE),
        *counts(*_SERVICE),
        Column("verdicts", "Verdicts", "count", _SERVICE),
    )
    return (
        page_table("services", "Services as a whole", edition.frame("services"), services, edition.links),
        page_table("cell_targets", "Targets on k of n networks", edition.frame("cell_targets"), lines, edition.links),
        page_table("cells", "Targets on each network", edition.frame("cells"), cells, edition.links),
    )


def _values(_edition: Edition) -> Values:
    return {"floor": FLOOR, "background": BACKGROUND}


SECTION = Section(
    order=35,
    id="cells",
    chapter="openness",
    has=is_measured,
    title="What runs say together",
    template="cells.html",
    tables=_tables,
    values=_values,
)
