from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.figures.claims.made import FORECAST, TARGET, claim, fact, known
from trigpoint.errors import InputError
from trigpoint.figures.claims import check, read
from trigpoint.figures.claims.facts import base, from_ledger, publish
from trigpoint.figures.ledger import Basis, Ledger, Topic
from trigpoint.model.claim import ClaimKind, ClaimVerdict
from trigpoint.model.figure import WORLD
from trigpoint.model.provenance import SourceRecord

if TYPE_CHECKING:
    from pathlib import Path

    from trigpoint.figures.claims.facts import Fact

V = ClaimVerdict
OBSERVED = [it for it in base().facts if it.kind == "observation" and it.value is not None and not it.object]
GROWING = [it for it in OBSERVED if it.metric == "internet_users" and it.subject == "CN"]


def _verdict(
    value: float | str | list[str] | None, *facts: Fact, metric: dict[str, object] | None = None, **changes: object
) -> V:
    return check(claim(value=value, **changes), known(*facts, **(metric or {}))).verdict


def _of(it: Fact, **changes: object) -> V:
    basis = {"subject": it.subject, "metric": it.metric, "value": it.value, "asof": it.period.split("/")[0]}
    return check(claim(**(basis | changes))).verdict


# A claim's number


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (632e6, V.SUPPORTED),
        (630e6, V.SUPPORTED),  # the same to three digits
        (600e6, V.UNSUPPORTED),
        (650e6, V.UNSUPPORTED),
        (700e6, V.UNSUPPORTED),
    ],
)
def test_a_number_is_held_against_the_fact_of_its_time(value: float, verdict: V) -> None:
    assert _verdict(value, fact(632e6)) is verdict


@pytest.mark.parametrize(
    ("value", "said", "verdict"),
    [
        (700e6, 688e6, V.ROUNDED),
        (1000, 1400, V.UNSUPPORTED),  # one digit, but no rounding makes it so
        (1000, 1030, V.ROUNDED),
        (690e6, 684e6, V.UNSUPPORTED),
        (8, 7, V.UNSUPPORTED),
    ],
)
def test_rounding_excuses_half_of_the_last_digit_and_a_twentieth_at_most(value: float, said: float, verdict: V) -> None:
    assert _verdict(value, fact(said)) is verdict


def test_a_number_that_is_said_to_be_a_bound_is_at_best_rounded() -> None:
    assert _verdict(1000, fact(1000, bound="over")) is V.ROUNDED
    assert _verdict(1000, fact(1000, bound="about")) is V.ROUNDED
    assert _verdict(5000, fact(1000, bound="over")) is V.UNSUPPORTED


def test_inside_a_range_a_number_is_supported_and_near_its_end_rounded() -> None:
    ranged = fact(9398, low=8939, high=9857)
    assert [_verdict(value, ranged) for value in (9000, 10_000, 12_000)] == [V.SUPPORTED, V.ROUNDED, V.UNSUPPORTED]


def test_units_are_heeded() -> None:
    assert _verdict(632, fact(632e6), unit="million") is V.SUPPORTED
    assert _verdict(80, fact(0.8), unit="percent") is V.SUPPORTED


def test_a_unit_that_counts_something_else_is_told() -> None:
    assessed = check(claim(value=632, unit="million households", quote="632 million"), known(fact(632e6)))
    assert (assessed.verdict, assessed.rule) == (V.NOT_CHECKABLE, "claim.unit")
    assert "“million households” is neither a scale nor what is counted" in str(assessed.why)
    assert _verdict(1000, fact(1000), unit="guests", quote="among the 1,000 guests") is V.SUPPORTED


# Its time


def test_december_is_not_the_next_year() -> None:
    assert _verdict(632e6, fact(632e6, period="2014-12"), asof="2015", metric={"window_months": 0}) is V.NOT_CHECKABLE


def test_a_match_at_another_time_is_no_match() -> None:
    assert _verdict(632e6, fact(632e6, period="2014-06"), asof="2013-06") is V.NOT_CHECKABLE
    assert (
        _verdict(632e6, fact(632e6, period="2014-06"), fact(591e6, period="2013-06"), asof="2013-06") is V.UNSUPPORTED
    )


def test_a_figure_of_the_month_outweighs_one_of_the_year() -> None:
    facts = (fact(632e6, period="2014-06"), fact(657e6, period="2014", origin="Bank"))
    assert _verdict(632e6, *facts, asof="2014-06") is V.SUPPORTED
    assert _verdict(657e6, *facts, asof="2014-06") is V.UNSUPPORTED


def test_of_a_year_alone_every_figure_of_the_year_counts() -> None:
    facts = (fact(632e6, period="2014-06"), fact(649e6, period="2014-12"))
    assert [_verdict(value, *facts, asof="2014") for value in (632e6, 649e6, 690e6)] == [
        V.SUPPORTED, V.SUPPORTED, V.UNSUPPORTED,
    ]  # fmt: skip


def test_figures_of_years_alone_do_not_settle_a_month_that_is_near() -> None:
    facts = (fact(657e6, period="2014"),)
    assert [_verdict(value, *facts, asof="2014-06") for value in (657e6, 632e6, 850e6)] == [
        V.SUPPORTED, V.NOT_CHECKABLE, V.UNSUPPORTED,
    ]  # fmt: skip


def test_where_a_number_only_grows_other_times_bound_it() -> None:
    facts = (fact(500e6, period="2012-12"), fact(700e6, period="2016-12"))
    growing = {"grows": True}
    assert [_verdict(value, *facts, asof="2014-06", metric=growing) for value in (400e6, 600e6, 800e6)] == [
        V.UNSUPPORTED, V.NOT_CHECKABLE, V.UNSUPPORTED,
    ]  # fmt: skip
    assert _verdict(800e6, *facts, asof="2014-06") is V.NOT_CHECKABLE


def test_facts_that_contradict_the_growth_bound_nothing() -> None:
    revised = (fact(0.397, period="2014", published="2015-11"), fact(0.35, period="2023", published="2026-02"))
    growing = {"grows": True}
    assert [_verdict(value, *revised, asof="2018", metric=growing) for value in (0.2, 0.6)] == [V.NOT_CHECKABLE] * 2
    assert _verdict(0.6, revised[1], asof="2018", metric=growing) is V.UNSUPPORTED


# Its sources


def test_what_a_source_said_then_and_has_revised_since_is_supported_in_its_vintage() -> None:
    facts = (fact(3.2e9, published="2015-05"), fact(3.008e9, period="2015", published="2024-12"))
    assert [_verdict(value, *facts) for value in (3.2e9, 3.0e9, 2.5e9)] == [
        V.SUPPORTED_IN_VINTAGE, V.SUPPORTED, V.UNSUPPORTED,
    ]  # fmt: skip


def test_definitions_and_ways_of_counting_that_disagree_are_told_apart() -> None:
    assert _verdict(4, fact(4, definition="without"), fact(3, definition="with")) is V.DEPENDS_ON_DEFINITION
    assert _verdict(4, fact(4, counting="months"), fact(3, counting="years")) is V.DEPENDS_ON_COUNTING
    assert _verdict(4, fact(4), fact(3, origin="Bank")) is V.DEPENDS_ON_DEFINITION
    assert _verdict(9, fact(4, counting="months"), fact(3, counting="years")) is V.UNSUPPORTED


# Its kind


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        (ClaimKind.FORECAST, V.TARGET_NOT_FORECAST),
        (ClaimKind.TARGET, V.SUPPORTED),
        (ClaimKind.OBSERVATION, V.UNSUPPORTED),
        (ClaimKind.ATTRIBUTED, V.UNSUPPORTED),
    ],
)
def test_what_is_said_of_a_target_depends_on_what_it_is_called(kind: ClaimKind, verdict: V) -> None:
    facts = (fact(850e6, period="2015", kind=TARGET), fact(688e6))
    assert _verdict(850e6, *facts, kind=kind) is verdict


def test_the_outcome_is_told_beside_a_target() -> None:
    target = fact(850e6, period="2015", kind=TARGET)
    missed = check(claim(value=850e6, kind=ClaimKind.FORECAST), known(target, fact(688e6)))
    assert str(missed.why) == "it is somebody's target, and was missed: it is +24% from the outcome"
    assert [it.decides for it in missed.bearings] == [True, False]
    met = check(claim(value=850e6, kind=ClaimKind.FORECAST), known(target, fact(900e6)))
    assert "and was met" in str(met.why)
    aimed = check(claim(value=850e6, kind=ClaimKind.TARGET), known(target))
    assert str(aimed.why) == "that target is on record, and no outcome is"


def test_forecasts_are_held_against_forecasts() -> None:
    forecast = fact(850e6, period="2015", kind=FORECAST)
    assert _verdict(850e6, forecast, kind=ClaimKind.FORECAST) is V.SUPPORTED
    assert _verdict(700e6, forecast, kind=ClaimKind.FORECAST) is V.UNSUPPORTED
    assert _verdict(850e6, forecast, kind=ClaimKind.TARGET) is V.UNSUPPORTED
    assert _verdict(688e6, fact(688e6), kind=ClaimKind.FORECAST) is V.NOT_CHECKABLE


# What has no number of its own


def _origins() -> tuple[Fact, ...]:
    return (fact(0.293, object="US"), fact(0.06, object="KR"))


@pytest.mark.parametrize(
    ("quote", "value", "verdict"),
    [
        ("mainly from the US", None, V.LARGEST_NOT_MOST),
        ("mainly from South Korea", None, V.UNSUPPORTED),
        ("mainly from Brazil", None, V.NOT_CHECKABLE),
        ("the largest part from the US", None, V.SUPPORTED),
        ("the largest part from South Korea", None, V.UNSUPPORTED),
        ("from the US", None, V.NOT_CHECKABLE),
        ("from the US", 0.293, V.SUPPORTED),
        ("from the US", 0.6, V.UNSUPPORTED),
        ("mainly", None, V.NOT_CHECKABLE),
    ],
)
def test_a_part_is_held_against_the_others(quote: str, value: float | None, verdict: V) -> None:
    assert _verdict(value, *_origins(), quote=quote) is verdict


def test_of_the_future_a_part_without_a_number_is_not_checkable() -> None:
    assert _verdict(None, *_origins(), quote="mainly from the US", kind=ClaimKind.FORECAST) is V.NOT_CHECKABLE


def test_most_is_more_than_half() -> None:
    assert _verdict(None, fact(0.6, object="US"), quote="mostly from the US") is V.SUPPORTED


def test_states_are_no_members_of_a_body_of_organisations() -> None:
    metric = {"members": {"KE": "organisations"}}
    listed = fact(None, names=("GSMA", "CNNIC"), bound="some")
    assert _verdict(["DZA", "RUS"], listed, metric=metric) is V.CATEGORY_ERROR
    assert _verdict("Algeria", listed, metric=metric) is V.CATEGORY_ERROR
    assert _verdict(["gsma"], listed, metric=metric) is V.SUPPORTED
    assert _verdict(["Somebody"], listed, metric=metric) is V.NOT_CHECKABLE


def test_a_list_of_members_holds_of_its_time_and_its_organisation_alone() -> None:
    metric = {"members": {"KE": "organisations"}}
    listed = fact(None, names=("GSMA", "CNNIC"), bound="some")
    assert _verdict(["GSMA"], listed, metric=metric, asof="2013") is V.NOT_CHECKABLE
    assert _verdict(["DZA"], listed, metric=metric, subject="ITU") is V.NOT_CHECKABLE  # its members are states


def test_what_measurements_show_is_left_to_them() -> None:
    assert _verdict(None, metric={"is_measured": True}) is V.CHECKABLE_BY_MEASUREMENT
    assert _verdict(None, fact(1), kind=ClaimKind.MEASURABLE) is V.NOT_CHECKABLE
    unknown = check(claim(metric="reach", kind=ClaimKind.MEASURABLE), known())
    assert unknown.verdict is V.CHECKABLE_BY_MEASUREMENT


@pytest.mark.parametrize(("value", "asof", "verdict"), [
    (1, "2015-11", V.SUPPORTED), (2, "2015-11", V.UNSUPPORTED),
    (1, "2015-12", V.SUPPORTED), (2, "2015-12", V.DEPENDS_ON_COUNTING), (3, "2015-12", V.UNSUPPORTED),
    (1, "2015", V.DEPENDS_ON_COUNTING), (2, "2015", V.SUPPORTED), (0, "2015", V.UNSUPPORTED),
    (1, "2015-12-01", V.SUPPORTED), (2, "2015-12-01", V.UNSUPPORTED), (2, "2015-12-31", V.SUPPORTED),
    (1, "2015-12-17", V.SUPPORTED), (2, "2015-12-17", V.DEPENDS_ON_COUNTING),  # it is being held
    (2, "2016-06", V.SUPPORTED), (3, "2016-06", V.UNSUPPORTED),
    (1, "2019", V.UNSUPPORTED), (2, "2019", V.NOT_CHECKABLE), (5, "2019", V.NOT_CHECKABLE),  # nobody wrote on
    (1, "2013-12", V.NOT_CHECKABLE), (1.5, "2015-12", V.UNSUPPORTED),
])  # fmt: skip
def test_editions_are_counted_up_to_the_claims_time(value: float, asof: str, verdict: V) -> None:
    assert _verdict(value, metric={"is_counted": True, "window_months": 0}, subject="MEET", asof=asof) is verdict


def test_of_what_is_not_on_record_nothing_is_said() -> None:
    assert _verdict(1) is V.NOT_CHECKABLE
    assert _verdict(1, metric=None, subject="nobody") is V.NOT_CHECKABLE
    assert check(claim(metric="unheard of", value=1)).verdict is V.NOT_CHECKABLE


# Laws over the facts that the project keeps


@given(st.sampled_from(OBSERVED))
def test_every_observation_on_record_holds_of_itself(it: Fact) -> None:
    assert _of(it) in {V.SUPPORTED, V.ROUNDED, V.SUPPORTED_IN_VINTAGE, V.DEPENDS_ON_DEFINITION, V.DEPENDS_ON_COUNTING}


@given(st.sampled_from(OBSERVED), st.floats(1.3, 3) | st.floats(0.2, 0.7))
def test_no_number_far_from_every_fact_is_supported(it: Fact, factor: float) -> None:
    value = float(f"{(it.value or 0) * factor:.3g}")
    others = [other for other in OBSERVED if (other.metric, other.subject) == (it.metric, it.subject)]
    near = [other for other in others for end in (other.value, other.low, other.high)
            if end is not None and abs(end - value) <= 0.06 * end]  # fmt: skip
    assume(not near and not (it.low is not None and it.high is not None and it.low <= value <= it.high))
    assert _of(it, value=value) in {V.UNSUPPORTED, V.NOT_CHECKABLE}


@given(st.sampled_from(GROWING), st.integers(2005, 2026))
def test_no_number_of_users_is_supported_in_a_year_in_which_it_was_another(it: Fact, year: int) -> None:
    there = [other.value or 0 for other in GROWING if other.period.startswith(str(year))]
    assume(not any(abs(value - (it.value or 0)) <= 0.06 * value for value in there))
    assert _of(it, asof=str(year)) in {V.UNSUPPORTED, V.NOT_CHECKABLE}


@given(st.sampled_from([it for it in base().facts if it.kind == "target"]))
def test_every_target_on_record_changes_its_verdict_with_what_it_is_called(it: Fact) -> None:
    verdicts = [_of(it, kind=kind) for kind in (ClaimKind.TARGET, ClaimKind.FORECAST, ClaimKind.OBSERVATION)]
    assert verdicts[:2] == [V.SUPPORTED, V.TARGET_NOT_FORECAST]
    assert verdicts[2] not in verdicts[:2]


# Files and ledgers


def test_entries_that_are_no_claims_are_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    good = {
        "id": "a",
        "quote": "q",
        "subject": "China",
        "metric": "internet_users",
        "asof": "2014-06",
        "kind": "attribution",
    }
    changes: tuple[dict[str, object], ...] = (
        {"kind": "rumour"}, {"asof": "lately"}, {"asof": "2014-13"},
        {"asof": "2015/2014"}, {"asof": True}, {"value": True}, {"value": {}}, {"value": "9" * 400},
    )  # fmt: skip
    bad = [3, *(good | change for change in changes)]
    path = tmp_path / "claims.json"
    path.write_text(json.dumps([good, *bad]), encoding="utf-8")
    found = read(path)
    assert [it.kind for it in found.claims] == [ClaimKind.ATTRIBUTED]
    assert len(found.rejects) == len(bad)
    assert all(reject.startswith(f"{path}: claim {at}: ") for at, reject in enumerate(found.rejects, 2))


@pytest.mark.parametrize("content", ["{", '{"a": 1}', "\xff", "[" * 100_000])
def test_a_file_that_is_no_list_is_one_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "claims.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(InputError, match=r"the claims .* cannot be read"):
        read(path)
    with pytest.raises(InputError, match="No such file"):
        read(tmp_path / "none.json")


def test_cited_facts_enter_a_ledger_with_their_sources() -> None:
    ledger = Ledger(Basis(subject=WORLD, period="", vintage="", sources=()))
    publish(ledger)
    assert len(ledger) == len(base().facts)
    (target,) = [it for it in ledger if it.value == 850e6]
    assert (target.subject, target.period, target.flags, target.vintage) == (
        "CN",
        "2015",
        ("cited", "target"),
        "2013-08-17",
    )
    (ranged,) = [it for it in ledger if it.interval is not None]
    assert (ranged.low, ranged.high) == (8939, 9857)
    assert all(record.url.startswith("http") and record.vintage for record in ledger.records)


def _published(*entries: tuple[str, float, str, str, tuple[str, ...]]) -> Ledger:
    """Make a ledger of figures of internet_users: id, value, organisation, vintage, flags."""
    ledger = Ledger(Basis(subject=WORLD, period="", vintage="", sources=()))
    for at, (name, value, organisation, vintage, flags) in enumerate(entries):
        record = SourceRecord(organisation=organisation, series="s", url="u", licence="CC-BY-4.0",
                              sha256=f"{at:064}", vintage=vintage)  # fmt: skip
        metric = "" if "@" in name else "internet_users" if name != "other" else "unheard of"
        topic = Topic(id=name, label="users", unit="people", subject="KE", period="2015", metric=metric, flags=flags)
        ledger.publish(topic, value, record)
    return ledger


def test_figures_of_a_ledger_bear_on_claims() -> None:
    ledger = _published(
        ("a", 7e6, "World Bank", "2025-01-24", ()),
        ("other", 1, "World Bank", "2025-01-24", ()),
        ("c", 9e6, "World Bank", "2025-01-24", ("target",)),
    )
    found = from_ledger(ledger)
    assert [(it.figure, it.origin, it.published, it.kind) for it in found] == [
        ("a", "ITU", "2025-01-24", "observation"), ("c", "ITU", "2025-01-24", "target"),  # whose number the bank prints
    ]  # fmt: skip
    assessed = check(claim(metric="internet_users", asof="2015", value=7e6), base(found))
    assert (assessed.verdict, assessed.bearings[0].fact.figure) == (V.SUPPORTED, "a")


def test_older_vintages_bear_on_claims_and_the_spread_between_sources_does_not() -> None:
    ledger = _published(
        ("a", 7e6, "World Bank", "2025-01-24", ()),
        ("a@2020", 8e6, "World Bank", "2020", ("older vintage",)),
        ("a@2019", 4e6, "Somebody", "2019", ("older vintage",)),
    )
    known = base(from_ledger(ledger))
    verdicts = [check(claim(metric="internet_users", asof="2015", value=it), known).verdict for it in (8e6, 4e6, 6e6)]
    assert verdicts == [V.SUPPORTED_IN_VINTAGE, V.UNSUPPORTED, V.UNSUPPORTED]


@pytest.mark.parametrize("flag", ["imputed", "partial", "projection"])
def test_what_stands_in_for_a_figure_bears_on_no_claim(flag: str) -> None:
    assert from_ledger(_published(("a", 7e6, "World Bank", "2025", (flag,)))) == []


def test_a_figure_in_whole_per_cents_says_a_claim_when_rounded() -> None:
    found = from_ledger(_published(("a", 7e6, "World Bank", "2025", ("rounded",))))
    assert check(claim(metric="internet_users", asof="2015", value=7e6), base(found)).verdict is V.ROUNDED


def test_a_year_may_be_a_number(tmp_path: Path) -> None:
    path = tmp_path / "claims.json"
    entry = {
        "id": "a",
        "quote": "q",
        "subject": "China",
        "metric": "internet_users",
        "asof": 2014,
        "kind": "observation",
    }
    path.write_text(json.dumps([entry]), encoding="utf-8")
    assert [it.asof for it in read(path).claims] == ["2014"]


@pytest.mark.parametrize(
    ("value", "unit", "verdict"),
    [
        (10.1, "percentage points", V.SUPPORTED),
        (10.1, "percent", V.SUPPORTED),  # which most people mean
        (10.1, None, V.SUPPORTED),
        (0.101, None, V.UNSUPPORTED),
        (30, "percentage points", V.UNSUPPORTED),
    ],
)
def test_what_shares_differ_by_is_claimed_in_percentage_points(value: float, unit: str | None, verdict: V) -> None:
    assert _verdict(value, fact(10.08), metric={"unit": "percentage points"}, unit=unit) is verdict
