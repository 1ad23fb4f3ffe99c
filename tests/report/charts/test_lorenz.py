from tests.report.materials import made
from trigpoint.report.charts.lorenz import CHART


def test_each_curve_rises_to_all_and_the_subject_is_marked_on_the_newest() -> None:
    rows = CHART.rows(made("CN"))
    for _, curve in rows.group_by("period"):
        people, addresses = curve["share_of_people"].to_list(), curve["share_of_addresses"].to_list()
        assert people == sorted(people)
        assert addresses == sorted(addresses)
        assert all(held <= among for held, among in zip(addresses, people, strict=True))
        assert abs(people[-1] - 1) + abs(addresses[-1] - 1) < 1e-9
    named = [layer for layer in CHART.spec(rows)["layer"] if layer["mark"]["type"] == "text"]
    assert [layer["data"]["values"][0]["name"] for layer in named] == ["China"]
    assert not [layer for layer in CHART.spec(CHART.rows(made("001")))["layer"] if layer["mark"]["type"] == "text"]


def test_two_curves_over_different_countries_are_told_not_to_compare() -> None:
    rows = CHART.rows(made("CN"))
    assert "do not compare" not in CHART.note(rows)
    first = rows["period"][0]
    fewer = rows.filter((rows["period"] != first) | (rows["subject"] != "KE"))
    assert "do not compare" in CHART.note(fewer)
