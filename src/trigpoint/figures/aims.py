"""Old targets and forecasts of numbers of people as shares, so that they stand beside the shares that came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures.ledger import Topic

if TYPE_CHECKING:
    from trigpoint.figures.ledger import Ledger

METRIC = "internet_users_share_aimed"
_KINDS = frozenset({"target", "forecast"})


def derive(ledger: Ledger) -> None:
    """Divide each cited target of users by the people of its year, where both are known."""
    people = {(figure.subject, figure.period): figure.id for figure in ledger.of("population")}
    for figure in list(ledger):
        key = figure.subject, figure.period
        if figure.unit != "internet_users" or not _KINDS & set(figure.flags) or key not in people:
            continue
        topic = Topic(
            id=f"{METRIC}.{figure.subject}.{figure.period}.{figure.id.rpartition('.')[2]}",
            label="share of the people who would use the Internet, as was aimed at",
            unit="share",
            subject=figure.subject,
            period=figure.period,
            metric=METRIC,
        )
        ledger.derive(topic, "ratio", [figure.id, people[key]])
