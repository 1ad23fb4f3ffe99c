import hashlib
import re
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from tests.figures.surveys import case, survey
from tests.report.editions import SECTIONS, edition
from tests.report.materials import made, nothing
from trigpoint.model.figure import WORLD
from trigpoint.report.chart import Picture, all_charts, draw, figures_in, pictures

CHARTS = all_charts()
SUBJECTS = ("CN", WORLD)


@pytest.fixture(scope="module")
def drawn() -> dict[tuple[str, str], Picture]:
    return {
        (picture.name, subject): picture
        for subject in SUBJECTS
        for of_section in pictures(made(subject), {chart.section for chart in CHARTS.values()}).values()
        for picture in of_section
    }


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_drawn_of_a_country(drawn: dict[tuple[str, str], Picture], name: str) -> None:
    assert (name, "CN") in drawn


def test_a_chart_is_a_picture_with_a_sentence_and_a_text_alternative(drawn: dict[tuple[str, str], Picture]) -> None:
    for (name, _), it in drawn.items():
        assert 'role="img"' in it.svg
        assert f'aria-labelledby="chart-{name}-title chart-{name}-desc"' in it.svg
        description = re.search(rf'<desc id="chart-{name}-desc">(.+?)</desc>', it.svg)
        assert description is not None
        assert re.search(r"\d", description[1])
        assert len(it.title.split()) > 4
        assert not it.title.endswith(".")
        assert it.description.endswith(".")


def test_a_chart_names_no_address_and_no_colour_of_its_own(drawn: dict[tuple[str, str], Picture]) -> None:
    for it in drawn.values():
        assert "://" not in it.svg
        for colour in re.findall(r'(?:fill|stroke)="(.*?)"', it.svg):
            assert re.fullmatch(r"none|transparent|var\(--[a-z0-9-]+\)|url\(#(pattern-[a-z0-9-]+)\)", colour), it.name


def test_ids_of_two_charts_of_a_page_differ(drawn: dict[tuple[str, str], Picture]) -> None:
    found = [
        name for (_, subject), it in drawn.items() if subject == "CN" for name in re.findall(r' id="(.*?)"', it.svg)
    ]
    assert len(found) == len(set(found))


def test_a_file_of_a_chart_needs_no_page(drawn: dict[tuple[str, str], Picture]) -> None:
    it = drawn["lorenz", "CN"]
    svg, png = (it.files[f"lorenz.{ending}"] for ending in ("svg", "png"))
    text = svg.decode()
    assert ET.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 (our own)
    assert "var(" not in text
    used = set(re.findall(r"url\(#(.+?)\)", text))
    assert used <= set(re.findall(r'id="(.+?)"', text))
    assert it.title.split()[0] in text
    assert it.citation.sha256[:16] in text
    assert png.startswith(b"\x89PNG")


def test_a_chart_is_drawn_alike_twice() -> None:
    first, again = (draw("lorenz", CHARTS["lorenz"], made()) for _ in range(2))
    assert first is not None
    assert again is not None
    assert first.files == again.files
    assert first.citation == again.citation


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_of_nothing_is_not_drawn(name: str) -> None:
    held = survey(case("a"))
    held.frames["verdicts"] = held.frames["verdicts"].head(0)
    assert draw(name, CHARTS[name], edition(held)) is None
    assert draw(name, CHARTS[name], nothing()) is None


def test_a_chart_over_the_ledger_names_the_figures_behind_each_row(drawn: dict[tuple[str, str], Picture]) -> None:
    for it in drawn.values():
        if it.chart.is_patterned or "figure" not in it.rows.columns:
            continue
        assert it.rows["figure"].null_count() == 0
        assert all(name in made().ledger for name in figures_in(it.rows))
        assert it.citation.sources
        assert it.citation.query != "survey"


def test_the_table_of_a_survey_chart_is_in_its_section() -> None:
    material = edition(survey(case("a", state="blocked")))
    for name in ("days", "mechanisms", "networks"):
        section = next(section for section in SECTIONS.values() if section.id == CHARTS[name].section)
        assert CHARTS[name].table in {table.name for table in section.tables(material)}


def test_a_citation_changes_with_a_number_and_with_nothing_else(drawn: dict[tuple[str, str], Picture]) -> None:
    it = drawn["lorenz", "CN"]
    assert it.citation.sha256 == hashlib.sha256(it.files["lorenz.csv"]).hexdigest()
    assert it.citation.id == "lorenz.CN"
    assert it.citation.bibtex.startswith(f"@misc{{trigpoint-lorenz.CN-{it.citation.sha256[:8]},\n")
    assert it.citation.bibtex.count("{") == it.citation.bibtex.count("}")
    assert "  year = {2025},\n" in it.citation.bibtex


def test_markup_in_the_name_of_a_network_stays_text() -> None:
    held = survey(case("a", state="blocked"))
    hostile = "</text><script>x</script>"
    held.frames["measurements"] = held.frames["measurements"].with_columns(probe_network=pl.lit(hostile))
    picture = draw("networks", CHARTS["networks"], edition(held))
    assert picture is not None
    for text in (picture.svg, picture.files["networks.svg"].decode()):
        assert "<script" not in text
        assert "&lt;script" in text
