"""Changes since an earlier edition, as figures of the ledger of the later one, so that a page can quote them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.figures.changes import Cause, changes
from trigpoint.figures.ledger import Topic
from trigpoint.model.figure import POINTS, Figure, computed_rows
from trigpoint.report.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.figures.ledger import Ledger

_DETAILS = (".explained.", ".rank_without.")
"""Parts of metrics that say how an index was made, and are compared by whoever wants it in ``report.json``."""
EARLIER = N_("earlier edition")
"""Flag of figures that an earlier edition said."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One step, in figures of the later ledger."""

    cause: Cause
    before: Figure | None
    after: Figure | None
    difference: Figure | None
    """After less before. Missing: one of them is."""


def differences(ledger: Ledger, earlier: Ledger, subject: str) -> tuple[Difference, ...]:
    """Compare with an earlier edition, and put what it said and the differences into the ledger."""
    kept: dict[str, Figure] = {}

    def here(figure: Figure | None) -> Figure | None:
        """Give a figure of either edition as one of this ledger."""
        if figure is None or (figure.id in ledger and ledger[figure.id] == figure):
            return figure
        name = f"earlier.{figure.id}"
        if name not in kept:
            kept[name] = _kept(ledger, figure, name, earlier)
        return kept[name]

    found = [one for one in changes(earlier, ledger, subject) if not any(part in one.metric for part in _DETAILS)]
    return tuple(
        Difference(
            cause=one.cause,
            before=(before := here(one.before)),
            after=(after := here(one.after)),
            difference=_difference(ledger, one.cause, before, after),
        )
        for one in found
    )


def _kept(ledger: Ledger, figure: Figure, name: str, earlier: Ledger) -> Figure:
    """Add what the earlier edition said; what it was computed from stands in that edition."""
    flags: Sequence[str] = (*figure.flags, EARLIER)
    said = msgspec.structs.replace(figure, id=name, metric="", inputs=(), rows=computed_rows(name), flags=tuple(flags))
    return ledger.keep(said, earlier.records_of(figure))


def _difference(ledger: Ledger, cause: Cause, before: Figure | None, after: Figure | None) -> Figure | None:
    if before is None or after is None or before.unit != after.unit:  # an earlier version may have had another one
        return None
    is_share = after.unit.startswith("share")
    topic = Topic(
        id=f"change.{cause}.{after.id}",
        label=after.label,
        unit=POINTS if is_share else after.unit,
        subject=after.subject,
        period=f"{before.period}/{after.period}" if before.period != after.period else after.period,
    )
    return ledger.derive(topic, "points" if is_share else "difference", [after.id, before.id])
