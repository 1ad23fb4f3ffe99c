from tests.figures.surveys import case, survey
from tests.report.editions import edition
from trigpoint.report.charts.days import CHART


def test_days_that_were_not_measured_stay_empty() -> None:
    rows = CHART.rows(edition(survey(case("a"), case("b", day="2024-03-03", state="down"))))
    assert rows["period"].to_list() == ["2024-03-01", "2024-03-02", "2024-03-03"]
    assert rows["down"].to_list() == [0, 0, 1]


def test_a_long_time_is_shown_by_month() -> None:
    rows = CHART.rows(edition(survey(case("a", day="2023-12-31"), case("b"), case("c", day="2024-05-05"))))
    assert rows["period"].to_list() == ["2023-12", "2024-01", "2024-02", "2024-03", "2024-04", "2024-05"]
    assert rows["ok"].to_list() == [1, 0, 0, 1, 0, 1]


def test_what_tells_no_day_is_not_drawn() -> None:
    assert CHART.rows(edition(survey(case("a", day="unknown")))).is_empty()


def test_the_text_counts_every_state() -> None:
    rows = CHART.rows(edition(survey(case("a"), case("b", state="blocked"))))
    assert "1 verdicts reached, 1 with signs of blocking, 0 down, 0 not decided" in CHART.describe(rows)
