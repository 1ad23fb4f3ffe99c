import polars as pl
import pytest

from tests.figures.surveys import case, realistic, survey
from trigpoint.errors import CountryError
from trigpoint.figures.country import OTHER_NETWORKS, UNKNOWN_NETWORK, coarsened, load, network_order


def test_a_country_without_measurements_names_those_there_are() -> None:
    held = survey(case("a", country="RU"), case("b", country="CN"))
    with pytest.raises(CountryError, match=r"^the survey has no measurements of KE; it has CN, RU$"):
        load(held, "KE")


def test_an_empty_survey_says_that_it_has_none() -> None:
    with pytest.raises(CountryError, match="it has none at all"):
        load(survey(), "KE")


def test_only_the_country_asked_for_is_read() -> None:
    tables = load(survey(case("a", country="RU"), case("b", "x.example", country="CN")), "CN")
    assert tables.verdicts["target"].to_list() == ["x.example"]
    assert tables.measurements.height == 1


def test_an_unknown_network_is_shown_and_not_counted() -> None:
    tables = load(survey(case("a", asn=None), case("b", asn=7)), "IR")
    assert tables.networks == ("AS7",)
    assert set(tables.verdicts["network"].to_list()) == {"AS7", UNKNOWN_NETWORK}


def test_an_unknown_day_is_no_day() -> None:
    tables = load(survey(case("a", day="unknown"), case("b", day="2024-03-02")), "IR")
    assert tables.days == ("2024-03-02",)
    assert tables.period == "2024-03-02/2024-03-02"
    assert load(survey(case("a", day="unknown")), "IR").period == ""


def test_measurements_without_a_run_number_count_as_one_run_for_each_network_and_day() -> None:
    cases = [case(str(number), run=None) for number in range(3)] + [case("x", run=None, day="2024-03-02")]
    assert load(survey(*cases), "IR").measurements["run"].n_unique() == 2


def test_a_verdict_knows_where_its_record_is() -> None:
    row = load(survey(case("a")), "IR").verdicts.row(0, named=True)
    assert (row["path"], row["line"], row["time"]) == ("runs.jsonl", 7, "2024-03-01T10:11:12Z")


def test_a_network_has_the_name_that_most_of_its_measurements_give() -> None:
    held = survey(*(case(str(number)) for number in range(3)))
    names = held.frames["measurements"]["probe_network"].to_list()
    names[0] = "Another name"
    held.frames["measurements"] = held.frames["measurements"].with_columns(probe_network=pl.Series(names))
    assert set(load(held, "IR").measurements["network_name"].to_list()) == {"Network 64500"}


def test_the_sample_is_known_by_its_software() -> None:
    assert load(realistic("XL"), "XL").is_fictional
    assert not load(survey(case("a")), "IR").is_fictional


def test_measurements_and_verdicts_of_the_lab_are_known_by_their_world() -> None:
    held = survey(*(case(str(number)) for number in range(5)))
    worlds = pl.Series(["iran", None, "gfw-2024:henan", "iran", None])
    held.frames["measurements"] = held.frames["measurements"].with_columns(lab_world=worlds)
    tables = load(held, "IR")
    assert tables.lab_worlds == ("gfw-2024:henan", "iran")
    assert tables.lab_measurements == 3
    assert sorted(tables.verdicts["lab_world"].to_list()) == ["", "", "gfw-2024:henan", "iran", "iran"]
    assert load(survey(case("a")), "IR").lab_worlds == ()


def test_networks_are_sorted_by_number() -> None:
    assert network_order(["AS10", "AS9", UNKNOWN_NETWORK]) == ("AS9", "AS10", UNKNOWN_NETWORK)


def test_coarsening_merges_networks_with_fewer_than_five_runs() -> None:
    big = [case(f"b{number}", asn=1, run=f"big {number}") for number in range(5)]
    small = [case(f"s{number}", asn=2 + number % 2, run=f"small {number}") for number in range(6)]
    tables = coarsened(load(survey(*big, *small), "IR"))
    assert tables.networks == ("AS1",)
    assert (tables.networks_merged, tables.measurements_withheld) == (2, 0)
    assert set(tables.verdicts["network"].to_list()) == {"AS1", OTHER_NETWORKS}


def test_runs_without_a_number_do_not_make_a_network_large() -> None:
    cases = [case(str(number), run=None, day=f"2024-03-0{number + 1}") for number in range(9)]
    with pytest.raises(CountryError, match="nothing of IR can be published"):
        coarsened(load(survey(*cases), "IR"))


def test_small_networks_that_are_few_even_together_are_withheld() -> None:
    big = [case(f"b{number}", asn=1, run=f"big {number}") for number in range(5)]
    small = [case(f"s{number}", "secret.example", asn=2 + number % 2, run=f"small {number}") for number in range(4)]
    tables = coarsened(load(survey(*big, *small), "IR"))
    assert (tables.networks_merged, tables.measurements_withheld) == (2, 4)
    assert (tables.measurements.height, tables.verdicts.height) == (5, 5)
    assert set(tables.verdicts["network"].to_list()) == {"AS1"}
    assert sum(tables.by_source.values()) == 5


def test_a_coarsened_measurement_has_a_number_that_its_verdicts_share() -> None:
    tables = coarsened(load(survey(*(case(str(number), run=str(number)) for number in range(6))), "IR"))
    names = {f"measurement {number}" for number in range(1, 7)}
    assert set(tables.measurements["measurement"].to_list()) == names
    assert set(tables.verdicts["measurement"].to_list()) == names


def test_coarsening_leaves_no_exact_time_no_path_no_run_and_no_reason() -> None:
    runs = [f"20240301T101112Z_IR_64500_{number}" for number in range(6)]
    tables = coarsened(load(survey(*(case(run, run=run, reason="secret reason") for run in runs)), "IR"))
    text = tables.verdicts.write_csv() + tables.measurements.write_csv()
    for secret in ("10:11", "T1011", "runs.jsonl", "secret", "64500_"):
        assert secret not in text
    assert tables.verdicts["run"].n_unique() == 6
