import polars as pl

from tests.figures.surveys import case, realistic, survey
from trigpoint.figures import matrix as figures_matrix
from trigpoint.figures.country import load
from trigpoint.report import matrix
from trigpoint.report.matrix import GLYPHS, LABELS, grid


def _cells(*cases: dict[str, list[dict[str, object]]]) -> pl.DataFrame:
    return figures_matrix.cells(load(survey(*cases), "IR"))


def test_every_state_has_its_own_character_and_words() -> None:
    assert len(set(GLYPHS.values())) == len(set(LABELS.values())) == 5
    assert GLYPHS.keys() == LABELS.keys()


def test_days_between_the_first_and_the_last_are_there_and_not_measured() -> None:
    shown = grid(_cells(case("a", "x", day="2024-03-01"), case("b", "x", day="2024-03-03")))
    assert shown.days == ("2024-03-01", "2024-03-02", "2024-03-03")
    assert [cell.state for cell in shown.rows[0].cells] == ["ok", "not_measured", "ok"]


def test_a_long_gap_is_left_out_and_told() -> None:
    shown = grid(_cells(case("a", day="2020-01-01"), case("b", day="2024-03-03")))
    assert [column.gap_days for column in shown.columns] == [0, 1522]


def test_an_unknown_day_stands_last() -> None:
    assert grid(_cells(case("a", day="unknown"), case("b"))).days == ("2024-03-01", "unknown")
    assert grid(_cells(case("a", day="unknown"))).days == ("unknown",)


def test_signs_of_blocking_come_first_and_the_counts_are_told() -> None:
    cases = [case("a", "calm"), case("b", "x", "blocked"), case("c", "x", asn=2), case("d", "dim", "insufficient")]
    shown = grid(_cells(*cases))
    assert shown.targets == ("x", "dim", "calm")
    cell = shown.rows[0].cells[0]
    assert cell.is_mixed
    assert cell.text == "signs of blocking (1 with signs of blocking, 1 reached; signs on 1 of 2 networks)"


def test_the_page_stays_bounded(monkeypatch: object) -> None:
    shown = grid(figures_matrix.cells(load(realistic(days=80, each=20), "XL")))
    assert len(shown.columns) <= matrix.MOST_DAYS
    assert shown.days_total == 78
    many = [case(str(number), f"t{number}") for number in range(matrix.MOST_TARGETS + 5)]
    shown = grid(_cells(*many))
    assert (len(shown.rows), shown.targets_total) == (matrix.MOST_TARGETS, matrix.MOST_TARGETS + 5)


def test_no_verdict_at_all_gives_no_rows() -> None:
    held = survey(case("a"))
    held.frames["verdicts"] = held.frames["verdicts"].head(0)
    shown = grid(figures_matrix.cells(load(held, "IR")))
    assert shown.rows == ()
