from tests.report.materials import made
from trigpoint.report.charts.letters import CHART


def test_the_letters_of_the_subject_are_named_and_others_left_empty() -> None:
    rows = CHART.rows(made("CN"))
    own = sorted(rows.filter(rows["is_subject"])["letter"].to_list())
    assert 0 < len(own) < 13
    letters = chr(160).join(own)
    assert CHART.title(rows, "China") == f"China: {len(own)} of 13 root letters have an instance there ({letters})"
    assert rows["name"][0] == "China"
    assert len(rows.filter(rows["is_subject"])) == len(own)


def test_the_report_on_the_world_names_the_country_with_most() -> None:
    assert "has the most instances of root servers" in CHART.title(CHART.rows(made("001")), "The world")
    assert CHART.rows(made("FR")).filter(CHART.rows(made("FR"))["is_subject"]).is_empty()
