from tests.figures.surveys import case, survey
from tests.report.editions import edition


def test_an_edition_gives_its_tables_and_figures_by_name() -> None:
    made = edition(survey(case("a")))
    assert made.frame("networks").height == 1
    assert made.ledger["coverage.networks"].value == 1


def test_versions_name_every_stage_and_the_report_itself() -> None:
    assert [name for name, _ in edition(survey(case("a"))).versions] == ["format", "report", "rules", "trigpoint"]
