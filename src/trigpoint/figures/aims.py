"""Old targets and forecasts of numbers of people as shares, so that they stand beside the shares that came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures.claims.facts import FactKind, base
from trigpoint.figures.ledger import Topic

if TYPE_CHECKING:
    from trigpoint.figures.ledger import Ledger

METRIC = "internet_users_share_aimed"


def derive(ledger: Ledger) -> None:
    """Divide each cited target of users by the people of its year, where both are in the ledger."""
    people = {(figure.subject, figure.period): figure.id for figure in ledger.of("population")}
    for fact in base().facts:
        key = fact.subject, fact.period
        is_aim = fact.metric == "internet_users" and fact.kind is not FactKind.OBSERVATION
        if not is_aim or fact.figure not in ledger or key not in people:
            continue
        topic = Topic(
            id=f"{METRIC}.{fact.subject}.{fact.period}.{fact.figure.rpartition('.')[2]}",
            label="share of the people who would use the Internet, as was aimed at",
            unit="share",
            subject=fact.subject,
            period=fact.period,
            metric=METRIC,
        )
        ledger.derive(topic, "ratio", [fact.figure, people[key]])
