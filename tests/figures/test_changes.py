from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.figures.made_series import series, years
from trigpoint.figures.changes import Cause, Change, changes
from trigpoint.figures.data import Data
from trigpoint.figures.indicator import all_indicators
from trigpoint.figures.ledger import Basis, Ledger, Topic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trigpoint.model.figure import Figure

values = st.floats(0.01, 0.99).map(lambda value: round(value, 3))
histories = st.dictionaries(st.sampled_from([str(year) for year in range(2015, 2024)]), values, min_size=1)
organisations = st.sampled_from(["World Bank", "ITU"])
vintages = st.sampled_from(["2024-01-01", "2025-01-01"])


def _ledger(history: Mapping[str, float], organisation: str = "World Bank", vintage: str = "2025-01-01") -> Ledger:
    points = {("KE", year): value for year, value in history.items()}
    sha256 = f"{organisation} {vintage} {sorted(history.items())}"
    people = series("population", {("KE", str(year)): 100.0 for year in range(2010, 2030)}, organisation="UN")
    data = Data([series("internet_users_share", points, vintage, organisation=organisation, sha256=sha256), people])
    made = Ledger(Basis(subject="001", period="", vintage="", sources=()))
    for name in ("population", "internet_users_share", "internet_users", "internet_users_growth"):
        all_indicators()[name].compute(made, data)
    return made


def _of(before: Ledger, after: Ledger, metric: str = "internet_users_share") -> list[Change]:
    return [change for change in changes(before, after, "KE") if change.metric == metric]


def _causes(before: Ledger, after: Ledger) -> list[Cause]:
    return [change.cause for change in _of(before, after)]


editions = st.builds(_ledger, histories, organisations, vintages)


@given(editions)
def test_nothing_changed_against_itself(edition: Ledger) -> None:
    assert changes(edition, edition, "KE") == ()


@given(editions, editions)
def test_the_steps_of_a_metric_join_and_add_up_to_its_whole_change(before: Ledger, after: Ledger) -> None:
    for metric in ("internet_users_share", "internet_users_growth"):
        old, new = (max(map(_period_and_value, ledger.of(metric)), default=None) for ledger in (before, after))
        if old is None or new is None:
            continue
        told = _of(before, after, metric)
        steps = [step for step in told if step.before is not None and step.before.period == old[0]]
        assert sum(step.difference or 0 for step in steps) == pytest.approx(new[1] - old[1], abs=1e-9)
        assert all(one.after == two.before for one, two in pairwise(steps))


def _period_and_value(figure: Figure) -> tuple[str, float]:
    return figure.period, float(figure.value or 0)


@given(histories, histories, vintages)
def test_one_organisation_by_one_method_is_never_called_another_source_or_method(
    first: dict[str, float], second: dict[str, float], vintage: str
) -> None:
    before, after = _ledger(first), _ledger(second, vintage=vintage)
    assert set(_causes(before, after)) <= {Cause.WORLD, Cause.REVISED}


@given(histories, values, vintages)
def test_the_same_periods_never_change_with_the_world(history: dict[str, float], other: float, vintage: str) -> None:
    after = _ledger(dict.fromkeys(history, other), vintage=vintage)
    assert Cause.WORLD not in _causes(_ledger(history), after)


def test_a_year_more_is_the_world_and_a_year_said_otherwise_is_a_revision() -> None:
    before = _ledger({"2022": 0.5})
    after = _ledger({"2022": 0.4, "2023": 0.6}, vintage="2026-01-01")
    assert [(one.cause, pytest.approx(one.difference)) for one in _of(before, after)] == [
        (Cause.REVISED, -0.1),
        (Cause.WORLD, 0.2),
    ]


def test_an_earlier_year_that_is_said_otherwise_is_a_revision_too() -> None:
    before = _ledger({"2015": 0.3, "2022": 0.5})
    after = _ledger({"2015": 0.2, "2022": 0.5}, vintage="2026-01-01")
    assert [(one.cause, one.after and one.after.period) for one in _of(before, after)] == [(Cause.REVISED, "2015")]


def test_another_organisation_is_a_new_source() -> None:
    assert _causes(_ledger({"2022": 0.5}), _ledger({"2022": 0.4}, organisation="ITU")) == [Cause.SOURCE]
    assert _causes(_ledger({"2022": 0.5}), _ledger({"2023": 0.6}, organisation="ITU")) == [Cause.SOURCE]


def test_a_year_that_is_withdrawn_is_a_revision() -> None:
    assert _causes(_ledger({"2022": 0.5, "2023": 0.6}), _ledger({"2022": 0.5}, vintage="2026-01-01")) == [Cause.REVISED]


def test_the_same_bytes_with_another_number_are_method() -> None:
    before, after = _ledger({"2022": 0.5}), _ledger({"2022": 0.5})
    topic = Topic(id="x.KE.2022", label="x", unit="x", subject="KE", period="2022", metric="x")
    given = ["internet_users_share.KE.2022"]
    before.compute(topic, 1.0, by="old", inputs=given)
    after.compute(topic, 2.0, by="new", inputs=given)
    assert [one.cause for one in _of(before, after, "x")] == [Cause.METHOD]
    again = _ledger({"2022": 0.5})
    again.compute(topic, 3.0, by="old", inputs=given)
    assert [one.cause for one in _of(before, again, "x")] == [Cause.METHOD]


@pytest.mark.parametrize(("organisation", "cause"), [("World Bank", Cause.METHOD), ("root-servers.org", Cause.SOURCE)])
def test_what_is_new_or_gone_is_put_down_to_its_source_where_that_is_not_known(organisation: str, cause: Cause) -> None:
    without, more = _ledger({"2022": 0.5}), _ledger({"2022": 0.5})
    roots = series("root_sites", years("KE", 2022, 5.0), organisation=organisation)
    all_indicators()["root_sites"].compute(more, Data([roots]))
    (new,) = _of(without, more, "root_sites")
    (gone,) = _of(more, without, "root_sites")
    assert (new.cause, new.before, new.difference) == (cause, None, None)
    assert (gone.cause, gone.after) == (cause, None)


def _survey(value: int, period: str = "2024-01-01/2024-01-31", sources: tuple[str, ...] = ("a",)) -> Ledger:
    ledger = Ledger(Basis(subject="KE", period=period, vintage="v", sources=sources))
    ledger.count("blocking.targets", value, "targets", label="targets", rows="state:blocked", by="f")
    return ledger


@pytest.mark.parametrize(
    ("after", "causes"),
    [
        (_survey(3), []),
        (_survey(4), [Cause.METHOD]),
        (_survey(4, sources=("b",)), [Cause.SOURCE]),
        (_survey(4, "2024-02-01/2024-02-29", ("b",)), [Cause.WORLD]),
    ],
)
def test_what_was_counted_in_surveys_is_compared(after: Ledger, causes: list[Cause]) -> None:
    assert [one.cause for one in changes(_survey(3), after, "KE")] == causes
    assert changes(_survey(3), after, "UG") == ()
