"""The indices of what is at hand."""

from __future__ import annotations

import pytest

from tests.figures.made_series import series, years
from trigpoint.figures.index import intake
from trigpoint.figures.index.structure import own, published
from trigpoint.figures.statistics import compiled
from trigpoint.model.series import Intake

USERS = (
    series("internet_users_share", years("AA", 2023, 0.8) | years("BB", 2023, 0.4)),
    series("population", years("AA", 2023, 1e6) | years("BB", 2023, 5e6)),
)
ADDRESSES = series("ipv4_addresses", years("AA", 2023, 1e5) | years("BB", 2023, 1e4))
NUMBERS = series("asns", years("AA", 2023, 40.0) | years("BB", 2023, 9.0))
ROOTS = series("root_instances", years("AA", 2023, 7.0) | years("BB", 2023, 2.0))


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = intake.simulate
    monkeypatch.setattr(intake, "simulate", lambda *given, **more: drawn(*given, **more | {"draws": 40}))


def test_an_index_of_all_its_indicators_is_whole() -> None:
    found = compiled(Intake(series=(*USERS, ADDRESSES, NUMBERS, ROOTS)))
    for scale in ("per_head", "total"):
        figure = found[f"index.{scale}.rank.AA.2023"]
        assert (figure.value, figure.flags) == (1 if scale == "per_head" else figure.value, ())


def test_indicators_that_no_country_has_are_left_out_and_every_rank_says_so() -> None:
    found = compiled(Intake(series=(*USERS, ADDRESSES)))
    ranks = [
        found[f"index.{scale}.median_rank.{code}.2023"] for scale in ("per_head", "total") for code in ("AA", "BB")
    ]
    assert {figure.flags for figure in ranks} == {("partial",)}
    assert set(ranks[0].inputs) == {"internet_users_share.AA.2023", "ipv4_per_head.AA.2023"}
    assert {f.flags for f in found.of("index.both.explained.scale")} <= {("partial",)}


def test_one_dimension_alone_is_no_index() -> None:
    found = compiled(Intake(series=USERS))
    assert not [metric for metric in found.metrics if metric.startswith("index.")]


def test_a_readers_own_weights_are_of_the_same_indicators() -> None:
    found = compiled(Intake(series=(*USERS, ADDRESSES)), own([("use", 3.0)]))
    assert found["index.per_head_own.score.AA.2023"].flags == ("partial",)
    whole, reweighed = (found[f"index.{name}.score.BB.2023"].value for name in ("per_head", "per_head_own"))
    assert whole != reweighed
    assert [one.id for one in published()] == ["per_head", "total"]
