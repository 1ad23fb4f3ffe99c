"""Cells: what adds up, what is worked out, and who cannot outvote whom."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.events import CELL_KEYS, Votes, cells, merged, networks, words
from trigpoint.events.cells import probe_votes, resolver_votes
from trigpoint.store.schemas import TABLES

if TYPE_CHECKING:
    from random import Random

_SCHEMA = {
    "date": pl.String, "country": pl.String, "target": pl.String, "viewer": pl.String, "asn": pl.Int64,
    "run": pl.String, "state": pl.String, "started_at": pl.Float64,
}  # fmt: skip
_VOTE = st.tuples(
    st.sampled_from(["2026-01-01", "2026-01-02", "unknown"]),
    st.sampled_from(["XA", "XB"]),
    st.sampled_from(["a.example", "b.example"]),
    st.just("probe"),
    st.sampled_from([1, 2, None]),
    st.sampled_from(["r1", "r2", "r3"]),
    st.sampled_from(["blocked", "ok", "down", "insufficient"]),
    st.one_of(st.none(), st.floats(0, 100)),
)
_VOTES = st.lists(_VOTE, max_size=30)
_KEYS = st.lists(st.sampled_from(CELL_KEYS), unique=True).map(lambda keys: [key for key in CELL_KEYS if key in keys])


def _runs(votes: list[Any]) -> pl.DataFrame:
    return Votes(pl.DataFrame(votes, schema=_SCHEMA, orient="row")).tallied()


def _cell(*states: str, runs: list[str] | None = None) -> dict[str, Any]:
    names = runs or [f"r{number}" for number in range(len(states))]
    votes = [("d", "XA", "a", "probe", 1, run, state, 1.0) for run, state in zip(names, states, strict=True)]
    return cells(_runs(votes), ["target"]).row(0, named=True)


@given(_VOTES, _KEYS, st.randoms(use_true_random=False))
def test_order_does_not_matter(votes: list[Any], by: list[str], chance: Random) -> None:
    turned = list(votes)
    chance.shuffle(turned)
    assert _runs(votes).equals(_runs(turned))
    runs = _runs(votes)
    assert cells(runs, by).equals(cells(runs.sample(fraction=1, shuffle=True, seed=chance.randint(0, 99)), by))


@given(_VOTES, _VOTES, _KEYS)
def test_grouping_does_not_matter(first: list[Any], second: list[Any], by: list[str]) -> None:
    together = _runs(first + second)
    apart = merged(pl.concat([_runs(first), _runs(second)]))
    columns = together.columns
    assert apart.select(columns).equals(together)
    assert cells(apart, by).equals(cells(together, by))


@given(_VOTES, st.data())
def test_by_way_of_finer_keys_is_the_same(votes: list[Any], data: st.DataObject) -> None:
    fine = data.draw(_KEYS)
    coarse = [key for key in fine if data.draw(st.booleans())]
    runs = _runs(votes)
    assert merged(merged(runs, fine), coarse).equals(merged(runs, coarse))
    assert cells(merged(runs, fine), coarse).equals(cells(runs, coarse))


@given(_VOTES, _KEYS)
def test_nothing_added_changes_nothing(votes: list[Any], by: list[str]) -> None:
    runs = _runs(votes)
    assert cells(pl.concat([runs, _runs([])]), by).equals(cells(runs, by))
    assert cells(_runs([]), by).is_empty()


@given(_VOTES)
def test_no_verdict_is_lost_or_counted_twice(votes: list[Any]) -> None:
    found = cells(_runs(votes), ["country"])
    assert found.select(pl.sum_horizontal("blocked", "ok", "down", "insufficient").sum()).item() == len(votes)


def test_runs_are_counted_once_over_targets_and_days() -> None:
    votes = [(f"d{n}", "XA", f"{n}.example", "probe", 1, "same", "ok", 1.0) for n in range(5)]
    assert cells(_runs(votes), ["country"]).row(0, named=True)["runs"] == 1


@pytest.mark.parametrize(
    ("states", "state"),
    [
        (["blocked"] * 2, "insufficient"),
        (["blocked"] * 3, "blocked"),
        (["ok"] * 2, "insufficient"),
        (["ok"] * 3, "ok"),
        (["down"] * 3 + ["ok"] * 2, "down"),
        (["blocked"] * 4 + ["ok"] * 40, "blocked"),  # a part of the time
        (["blocked"] * 4 + ["ok"] * 400, "ok"),  # errors explain it
        (["blocked"] + ["ok"] * 2, "insufficient"),
        (["blocked"] * 2 + ["ok"] * 3, "insufficient"),
        (["blocked"] + ["ok"] * 9, "ok"),
        (["insufficient"] * 9, "insufficient"),
        (["blocked"] * 2 + ["insufficient"] * 9, "insufficient"),
    ],
)
def test_runs_and_their_interval_decide(states: list[str], state: str) -> None:
    assert _cell(*states)["state"] == state


def test_a_run_counts_once_however_much_it_measured() -> None:
    cell = _cell(*["blocked"] * 100, *["ok"] * 4, runs=["flood"] * 100 + ["a", "b", "c", "d"])
    assert (cell["share"], cell["runs"], cell["state"]) == (0.2, 5, "insufficient")
    assert cell["largest_run"] == pytest.approx(100 / 104)


def test_disagreement_is_named_with_its_times() -> None:
    votes = [("d", "XA", "a", "probe", 1, f"r{n}", state, float(n)) for n, state in enumerate(["ok", "ok", "blocked"])]
    cell = cells(_runs(votes), ["target"]).row(0, named=True)
    assert cell["disagreement"] == "blocked ok"
    assert (cell["last_ok"], cell["first_blocked"]) == (1.0, 2.0)  # it began in between
    assert _cell("ok", "insufficient")["disagreement"] == ""


def test_networks_are_counted_and_those_without_a_number_are_not() -> None:
    votes = [
        ("d", "XA", "a", "probe", asn, f"{asn} {n}", state, 1.0)
        for asn, state in ((1, "blocked"), (2, "ok"), (3, "insufficient"), (None, "blocked"))
        for n in range(4)
    ]
    votes.append(("d", "XA", "a", "probe", 4, "once", "blocked", 1.0))
    line = networks(_runs(votes), ["country"]).row(0, named=True)
    assert line == {"country": "XA", "networks": 3, "networks_blocked": 1, "networks_with_signs": 2}
    assert networks(_runs([]), ["country"]).is_empty()


def _frame(table: str, *rows: dict[str, Any]) -> pl.DataFrame:
    schema = TABLES[table].schema | {"date": pl.String, "country": pl.String}
    return pl.DataFrame([dict.fromkeys(schema) | {"date": "d", "country": "XA"} | row for row in rows], schema=schema)


_MEASURED = _frame(
    "measurements",
    {"id": "m1", "report_id": "r1", "target": "a.example", "started_at": 5.0},
    {"id": "m2", "target": "a.example", "started_at": 6.0},
    {"id": "m3", "target": "a.example"},
)


def test_runs_without_a_number_are_one_for_each_network_and_day() -> None:
    verdicts = _frame(
        "verdicts",
        *({"measurement": name, "target": "a.example", "probe_asn": 1, "state": "ok"} for name in ("m1", "m2", "m3")),
    )
    assert cells(probe_votes(verdicts, _MEASURED).tallied(), ["target"])["runs"].to_list() == [2]


def test_a_resolver_is_seen_by_its_own_network() -> None:
    lookup = {"vantage": "probe", "hostname": "a.example", "resolver_asn": 9, "answer_count": 1}
    lookups = _frame(
        "dns_lookups",
        lookup | {"measurement": "m1", "step": 0},
        lookup | {"measurement": "m1", "step": 1, "resolver_asn": 8},
        lookup | {"measurement": "m2", "step": 0, "failure": "dns_refused"},
        lookup | {"measurement": "m3", "step": 0, "vantage": "control"},
        lookup | {"measurement": "m3", "step": 1, "hostname": "other.example"},
        lookup | {"measurement": "m3", "step": 2, "resolver_asn": None},
    )
    signs = pl.DataFrame({"measurement": ["m1", "m1"], "step": [0, 0]})
    found = cells(resolver_votes(lookups, signs, _MEASURED).tallied(), ["viewer", "asn"])
    rows = {row["asn"]: (row["blocked"], row["ok"], row["insufficient"]) for row in found.iter_rows(named=True)}
    assert rows == {8: (0, 1, 0), 9: (1, 0, 1)}
    assert found["viewer"].unique().to_list() == ["resolver"]


def test_words_are_counted_by_kind() -> None:
    said = {"measurement": "m1", "target": "a", "mechanisms": "tls.reset dns.bogon", "interference": "", "rules": "x"}
    said["state"] = "blocked"
    verdicts = _frame(
        "verdicts", said | {"explanations": ""}, said | {"measurement": "m2", "explanations": "collateral"}
    )
    found = {(row["kind"], row["word"]): row["verdicts"] for row in words(verdicts).iter_rows(named=True)}
    assert found == {
        ("explanation", "collateral"): 1,
        ("mechanism", "dns.bogon"): 2,
        ("mechanism", "tls.reset"): 2,
        ("rule", "x"): 2,
    }


def test_signs_of_what_is_undecided_are_words_of_their_own_and_no_mechanisms() -> None:
    said = {"measurement": "m1", "target": "a", "mechanisms": "tls.reset", "interference": "", "explanations": ""}
    verdicts = _frame("verdicts", said | {"state": "insufficient", "rules": ""})
    found = {(row["kind"], row["word"]): row["verdicts"] for row in words(verdicts).iter_rows(named=True)}
    assert found == {("sign", "tls.reset"): 1}


def test_a_service_as_a_whole_has_cells_of_its_own() -> None:
    verdict = {"measurement": "m1", "probe_asn": 1, "state": "blocked", "mechanisms": "tls.reset", "rules": "x"}
    verdicts = _frame(
        "verdicts",
        verdict | {"target": "telegram", "parts": "telegram/chat telegram/web"},
        verdict | {"target": "telegram/web", "parts": ""},
        verdict | {"target": "telegram/chat", "state": "ok"},  # of a survey that is older than the column
    ).with_columns(pl.col("mechanisms", "interference", "explanations", "rules").fill_null(""))
    rows = cells(probe_votes(verdicts, _MEASURED).tallied(), ["viewer", "target"]).rows(named=True)
    assert [(row["viewer"], row["target"], row["blocked"]) for row in rows] == [
        ("probe", "telegram/chat", 0),
        ("probe", "telegram/web", 1),
        ("service", "telegram", 1),
    ]
    counted = words(verdicts).filter(kind="mechanism", viewer="probe")
    assert counted["verdicts"].sum() == 1


def test_cells_are_sorted_by_their_keys() -> None:
    votes = [(day, "XA", "a", "probe", asn, "r", "ok", None) for day in ("2", "1") for asn in (None, 7, 5)]
    found = cells(_runs(votes))
    order = [(row["date"], row["asn"] is None, row["asn"] or 0) for row in found.iter_rows(named=True)]
    assert all(before < after for before, after in pairwise(order))
