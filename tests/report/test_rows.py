import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.figures.surveys import case, measurement_id, realistic, survey
from trigpoint.figures.country import load
from trigpoint.report import rows
from trigpoint.report.rows import plan, record_name, slug


@given(st.text(st.characters()), st.text(st.characters()))
def test_a_file_name_is_safe_and_its_own(one: str, other: str) -> None:
    for name in (slug(one), slug(other)):
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_.-")
        assert not name.startswith(".")
        assert 0 < len(name) < 100
    assert (slug(one) == slug(other)) == (one == other)


def test_a_measurement_whose_id_is_no_hash_still_gets_a_safe_name() -> None:
    assert record_name(measurement_id("a")) == measurement_id("a")
    assert len(record_name("../../etc/passwd")) == 64


def test_every_set_holds_the_verdicts_that_the_figures_count() -> None:
    tables = load(realistic(), "XL")
    links = plan(tables, (), tables.days, has_records=True)
    verdicts = tables.verdicts

    def held(ref: str) -> int:
        return verdicts.filter(links.sets[ref].where).height

    assert held("state:blocked") == verdicts.filter(pl.col("state") == "blocked").height
    assert sum(held(f"day:{day}") for day in tables.days) == verdicts.height
    assert held("mechanism:tls.reset.sni") == verdicts.filter(pl.col("mechanisms") == "tls.reset.sni").height > 0


def test_one_mechanism_does_not_take_the_rows_of_another_whose_name_begins_alike() -> None:
    held = survey(
        case("a", state="blocked", mechanisms="tls.reset.sni"), case("b", state="blocked", mechanisms="tls.reset")
    )
    tables = load(held, "IR")
    links = plan(tables, (), (), has_records=True)
    assert tables.verdicts.filter(links.sets["mechanism:tls.reset"].where).height == 1


def test_every_measurement_has_a_page_and_a_record() -> None:
    tables = load(realistic(), "XL")
    assert plan(tables, (), (), has_records=True).records == set(tables.measurements["measurement"].to_list())
    links = plan(tables, (), (), has_records=False)
    assert links.records == frozenset()
    assert links.measurement(tables.measurements["measurement"][0]) is None


@pytest.mark.parametrize(("limit", "kept"), [(1, "d"), (2, "db"), (3, "dbc"), (5, "dbcea")])
def test_where_records_are_cut_signs_stay_first_and_the_plainly_reached_go_first(
    monkeypatch: pytest.MonkeyPatch, limit: int, kept: str
) -> None:
    monkeypatch.setattr(rows, "MOST_RECORDS", limit)
    held = survey(
        case("a"), case("b", state="insufficient"), case("c", "v", interference="dns"),
        case("e", "w", explanations="dns.consistent"), case("d", state="blocked"),
    )  # fmt: skip
    links = plan(load(held, "IR"), (), (), has_records=True)
    assert links.records == {measurement_id(name) for name in kept}


def test_a_state_without_a_page_of_rows_leads_to_the_csv() -> None:
    links = plan(load(survey(case("a", state="blocked")), "IR"), (), (), has_records=True)
    assert links.group("network:AS64500", "blocked") == "evidence/network-as64500-" + (
        links.sets["network:AS64500"].path.rpartition("-")[2] + "#blocked"
    )
    assert links.group("network:AS1", "ok") == rows.ALL_ROWS


def test_the_limits_hold_and_what_is_beyond_leads_to_the_csv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST_SETS", 6)
    monkeypatch.setattr(rows, "MOST_RECORDS", 2)
    held = survey(*(case(str(number), f"t{number}", "down") for number in range(9)), case("x", "z", "blocked"))
    links = plan(load(held, "IR"), (), (), has_records=True)
    assert len(links.sets) == 6
    assert links.href("target:t8") == rows.ALL_ROWS
    assert len(links.records) == 2
    assert measurement_id("x") in links.records


def test_a_table_of_the_page_is_linked_by_its_anchor_and_another_by_its_file() -> None:
    links = plan(load(survey(case("a")), "IR"), (), (), has_records=True)
    assert links.href("data:networks") == "#table-networks"
    assert links.href("data:verdicts") == "data/verdicts.csv"
