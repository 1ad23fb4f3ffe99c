import polars as pl

from tests.figures.surveys import case, survey
from tests.report.editions import edition
from trigpoint.report.charts.networks import CHART


def test_networks_without_a_decided_verdict_have_no_dot() -> None:
    rows = CHART.rows(edition(survey(case("a", asn=1, state="insufficient"), case("b", asn=2, state="blocked"))))
    assert rows["network"].to_list() == ["AS2"]
    assert rows["counts"].to_list() == ["1 of 1"]


def test_a_long_name_is_cut_and_a_hidden_character_shown() -> None:
    held = survey(case("a", asn=64500))
    held.frames["measurements"] = held.frames["measurements"].with_columns(probe_network=pl.lit("\u202e" + "x" * 99))
    label = CHART.rows(edition(held))["label"][0]
    assert label.startswith("AS64500 [U+202E]")
    assert label.endswith("…")
    assert len(label) == 34
