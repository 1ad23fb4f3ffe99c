import polars as pl
import pytest

from tests.figures.surveys import case, realistic, survey
from tests.report.editions import SECTIONS, edition
from trigpoint.report.chapters import CHAPTERS
from trigpoint.report.rows import PAGE_TABLES
from trigpoint.report.section import is_measured

MEASURED = [name for name, section in SECTIONS.items() if section.has is is_measured]


def test_every_section_has_its_own_place_anchor_and_title() -> None:
    places = [(section.chapter, section.order) for section in SECTIONS.values()]
    assert len(set(places)) == len(places)
    for field in ("id", "title", "template"):
        values = [getattr(section, field) for section in SECTIONS.values()]
        assert len(set(values)) == len(values), field


def test_every_section_is_of_a_chapter() -> None:
    assert {section.chapter for section in SECTIONS.values()} <= {chapter.id for chapter in CHAPTERS}


@pytest.mark.parametrize("name", MEASURED)
@pytest.mark.parametrize("publish", [True, False])
def test_every_table_of_a_section_is_made_from_the_frame_that_becomes_its_csv(name: str, publish: bool) -> None:
    made = edition(realistic("IR"), publish=publish)
    for table in SECTIONS[name].tables(made):
        frame = made.frame(table.name)
        assert table.frame.sort(pl.all()).equals(frame.sort(pl.all()))
        assert table.total == frame.height
        assert {column.name for column in table.columns} <= set(frame.columns)
        assert table.name in PAGE_TABLES


@pytest.mark.parametrize("name", MEASURED)
def test_a_section_stands_when_there_is_nothing_to_tell(name: str) -> None:
    held = survey(case("a"))
    held.frames["verdicts"] = held.frames["verdicts"].head(0)
    made = edition(held)
    assert SECTIONS[name].values(made) is not None
    assert all(table.total == made.frame(table.name).height for table in SECTIONS[name].tables(made))


def test_together_the_sections_hold_every_table_that_links_lead_to() -> None:
    made = edition(realistic("IR"))
    there = {table.name for name in MEASURED for table in SECTIONS[name].tables(made)}
    assert there | {"matrix", "openness_countries"} == PAGE_TABLES
