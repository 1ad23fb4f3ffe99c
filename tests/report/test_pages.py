import jinja2
import pytest

from tests.figures.surveys import case, survey
from tests.report.editions import edition
from trigpoint.report.pages import _quoted, environment, page


def test_a_page_that_asks_for_what_is_not_there_fails() -> None:
    with pytest.raises(jinja2.UndefinedError):
        page("rows.html", edition(survey(case("a"))))


def test_a_figure_that_is_not_in_the_ledger_cannot_be_printed() -> None:
    template = environment().from_string('{{ figure("no.such") }}')
    made = edition(survey(case("a")))
    with pytest.raises(KeyError):
        template.render(figure=lambda name: made.ledger[name])


def test_a_count_of_nothing_is_not_linked_and_another_is() -> None:
    made = edition(survey(case("a")))
    none, some = (_quoted(made.ledger[name], "x.html", "../") for name in ("blocking.targets", "verdicts.ok"))
    assert none == '<span class="figure" data-figure="blocking.targets">0</span>'
    assert some == '<a class="figure" data-figure="verdicts.ok" href="../x.html">1</a>'


def test_an_anchor_is_not_moved_to_another_folder() -> None:
    made = edition(survey(case("a")))
    assert 'href="#table-days"' in _quoted(made.ledger["coverage.days"], "#table-days", "../")


def test_a_missing_day_is_called_unknown() -> None:
    made = edition(survey(case("a", day="unknown")))
    assert ">unknown<" in _quoted(made.ledger["coverage.first_day"], "#x", "")
