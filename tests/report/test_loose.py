from importlib.resources import files

import pytest

from tests.report.loose import loose_numbers
from trigpoint.discovery import declared
from trigpoint.report import sections
from trigpoint.report.chapters import CHAPTERS
from trigpoint.report.pages import environment
from trigpoint.report.section import Section

TEMPLATES = files("trigpoint.report") / "templates"
NAMES = [name for name in environment().list_templates() if name.endswith(".html")]
SECTIONS = declared(sections, "SECTION", Section)


@pytest.mark.parametrize("name", NAMES)
def test_no_template_prints_a_loose_number(name: str) -> None:
    assert loose_numbers(environment(), (TEMPLATES / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", SECTIONS)
def test_no_text_of_a_section_holds_a_loose_number(name: str) -> None:
    section = SECTIONS[name]
    texts = [section.title, *(text for need in section.needs for text in (need.what, need.source, need.command))]
    assert [loose_numbers(environment(), text) for text in texts] == [[]] * len(texts)


def test_no_question_of_a_chapter_holds_a_loose_number() -> None:
    assert [loose_numbers(environment(), f"{one.title} {one.question}") for one in CHAPTERS] == [[]] * len(CHAPTERS)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>In 2015 there were 3.2 billion.</p>", ["2015", "3.2"]),
        ("{% trans %}more than 80 sites{% endtrans %}", ["80"]),
        ("{% trans x=figure('a.CN.2015') %}{{ x }} of 7{% endtrans %}", ["7"]),
        ("{{ _('nine, 9') }}", ["9"]),
        ("{{ 12 }}", ["12"]),
        ("{{ '12' if it else 'x5 6' }}", ["12", "6"]),
        ("{% if a %}{% for b in c %}<b title='4 of them'>x</b>{% endfor %}{% endif %}", ["4"]),
        ("{% macro a() %}11{% endmacro %}", ["11"]),
        ("{% call a() %}13{% endcall %}", ["13"]),
        ("{% block a %}{{ a ~ 14 }}{% endblock %}", ["14"]),
        ("<td>{{ a | default(3) }} 15</td>", ["3", "15"]),
        ("{{ a or 'x 16' }}", ["16"]),
    ],
)
def test_a_loose_number_is_found_wherever_it_is_printed(source: str, found: list[str]) -> None:
    assert loose_numbers(environment(), source) == found


@pytest.mark.parametrize(
    "source",
    [
        "<h2 id='a1' style='font-size:1.75rem'>IPv4, IPv6 and SHA-256</h2>",
        "{{ figure('ipv4_addresses.CN.2016') }}",
        "{{ name[:16] }}{{ names | length }}{% if a > 3 %}x{% endif %}",
        "<style>p { margin: 2px }</style><svg><text>1</text></svg>",
        "&#8239;&nbsp;",
    ],
)
def test_ids_names_and_styles_are_no_loose_numbers(source: str) -> None:
    assert loose_numbers(environment(), source) == []
