"""Claims and facts made for a test."""

from __future__ import annotations

from trigpoint.figures.claims.facts import Base, Edition, Fact, FactKind, Metric
from trigpoint.model.claim import Claim, ClaimKind


def claim(**changes: object) -> Claim:
    basis = {
        "id": "a",
        "quote": "",
        "subject": "Kenya",
        "metric": "users",
        "asof": "2015-12",
        "kind": ClaimKind.OBSERVATION,
    }
    return Claim(**(basis | changes))


def fact(value: float | None = None, **changes: object) -> Fact:
    basis = {"metric": "users", "subject": "KE", "period": "2015-12", "origin": "Office", "organisation": "Office",
             "title": "t", "url": "u", "published": "2016-01"}  # fmt: skip
    return Fact(value=value, **(basis | changes))


def known(*facts: Fact, **metric: object) -> Base:
    metrics = {"users": Metric(**({"meaning": "users", "window_months": 1} | metric))}
    editions = (Edition(of="MEET", first_day="2014-11-19", last_day="2014-11-21", url="u"),
                Edition(of="MEET", first_day="2015-12-16", last_day="2015-12-18", url="u"))  # fmt: skip
    return Base(metrics=metrics, facts=facts, editions=editions)


TARGET = FactKind.TARGET
FORECAST = FactKind.FORECAST
