import polars as pl

from tests.figures.surveys import case, survey
from trigpoint.figures import coverage
from trigpoint.figures.country import load
from trigpoint.figures.ledger import Basis, Ledger

CASES = (
    case("a", "x.example", "blocked", asn=1, run="r1"),
    case("b", "x.example", asn=2, run="r1", day="2024-03-02"),
    case("c", "y.example", "insufficient", asn=None, run="r2", day="2024-03-02"),
)


def test_every_number_of_coverage_is_what_was_measured() -> None:
    held = survey(*CASES)
    ledger = Ledger(Basis(subject="IR", period="", vintage="", sources=()))
    coverage.add(ledger, load(held, "IR"), held.sources, pl.DataFrame({"reason": ["x", "y"]}))
    values = {figure.id.removeprefix("coverage."): figure.value for figure in ledger}
    assert values == {
        "measurements": 3, "runs": 2, "networks": 2, "targets": 2, "days": 2, "nettests": 1, "rejects": 2,
        "duplicates": 0, "merged_networks": 0, "withheld": 0, "first_day": "2024-03-01", "last_day": "2024-03-02",
    }  # fmt: skip


def test_the_days_add_up_to_the_whole() -> None:
    days = coverage.days(load(survey(*CASES), "IR"))
    assert days["day"].to_list() == ["2024-03-01", "2024-03-02"]
    assert days["networks"].to_list() == [1, 1]
    sums = days.select("measurements", "verdicts", "blocked", "ok", "down", "insufficient").sum().row(0)
    assert sums == (3, 3, 1, 1, 0, 1)


def test_a_test_without_a_verdict_is_listed() -> None:
    held = survey(*CASES)
    held.frames["verdicts"] = held.frames["verdicts"].head(0)
    tests = coverage.nettests(load(held, "IR"))
    assert tests.select("nettest", "measurements", "runs", "verdicts", "targets").row(0) == (
        "web_connectivity", 3, 2, 0, 0,
    )  # fmt: skip


def test_no_known_day_gives_no_day() -> None:
    held = survey(case("a", day="unknown"))
    ledger = Ledger(Basis(subject="IR", period="", vintage="", sources=()))
    coverage.add(ledger, load(held, "IR"), held.sources, pl.DataFrame({"reason": []}))
    assert ledger["coverage.first_day"].value is None
