import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.figures.surveys import case, survey
from trigpoint.figures import matrix
from trigpoint.figures.country import load

_STATES = ("ok", "blocked", "down", "insufficient")


@given(
    st.lists(
        st.tuples(st.sampled_from(["x", "y"]), st.sampled_from(["2024-03-01", "2024-03-02"]), st.sampled_from(_STATES)),
        min_size=1,
        max_size=12,
    )
)
def test_a_cell_is_not_measured_exactly_where_it_has_no_verdict(drawn: list[tuple[str, str, str]]) -> None:
    cases = [case(str(number), target, state, day=day) for number, (target, day, state) in enumerate(drawn)]
    cells = matrix.cells(load(survey(*cases), "IR"))
    for row in cells.iter_rows(named=True):
        assert (row["state"] == matrix.NOT_MEASURED) == (row["verdicts"] == 0)
        assert row["verdicts"] == sum(row[state] for state in _STATES)
        assert row["is_mixed"] == (sum(row[state] > 0 for state in _STATES) > 1)
        assert row["state"] == matrix.NOT_MEASURED or row[row["state"]] > 0
    assert cells["verdicts"].sum() == len(drawn)
    assert cells.height == cells["target"].n_unique() * cells["day"].n_unique()


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["ok", "blocked"], "blocked"),
        (["ok", "insufficient"], "ok"),
        (["down", "insufficient"], "down"),
        (["insufficient", "insufficient"], "insufficient"),
        (["down", "ok"], "ok"),
    ],
)
def test_the_state_of_a_cell_follows_the_rule_that_the_page_states(states: list[str], expected: str) -> None:
    cases = [case(str(number), "x", state) for number, state in enumerate(states)]
    row = matrix.cells(load(survey(*cases), "IR")).row(0, named=True)
    assert row["state"] == expected
    assert row["is_mixed"] == (len(set(states)) > 1)


def test_only_insufficient_verdicts_are_never_drawn_as_ok() -> None:
    cells = matrix.cells(load(survey(case("a", state="insufficient")), "IR"))
    assert cells["state"].to_list() == ["insufficient"]


def test_a_day_with_measurements_but_no_verdict_is_in_the_grid() -> None:
    held = survey(case("a"), case("b", day="2024-03-05"))
    held.frames["verdicts"] = held.frames["verdicts"].head(1)
    states = dict(matrix.cells(load(held, "IR")).select("day", "state").iter_rows())
    assert states == {"2024-03-01": "ok", "2024-03-05": matrix.NOT_MEASURED}


def test_a_large_grid_lists_measured_cells_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "FULL_GRID_CELLS", 3)
    held = survey(case("a", "x"), case("b", "y", day="2024-03-02"))
    assert matrix.cells(load(held, "IR")).height == 2
