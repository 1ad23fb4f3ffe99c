import jinja2
import pytest

from tests.figures.surveys import case, survey
from tests.report.editions import edition
from trigpoint.report.language import speaking
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


def test_what_is_english_in_a_chinese_page_is_marked_and_the_rest_is_not() -> None:
    told = environment().filters["told"]
    with speaking("zh"):
        assert told("World Bank") == "<bdi>世界银行</bdi>"
        assert told("An <unknown> title") == '<bdi lang="en">An &lt;unknown&gt; title</bdi>'
        assert told("新华社，见 Teller Report 和 a.example") == (  # noqa: RUF001 - Chinese
            '<bdi>新华社，见 <span lang="en">Teller Report</span> 和 a.example</bdi>'  # noqa: RUF001 - Chinese
        )
        assert told("ab " * 50_000 + "界").count("<span") > 1  # hostile text is cut into pieces, not searched for ever
    assert told("An unknown title") == "<bdi>An unknown title</bdi>"
