import re

import polars as pl
import pytest

from tests.figures.surveys import case, realistic, survey
from tests.report.editions import CHARTS, SECTIONS, edition
from trigpoint.report.chart import draw


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_a_picture_with_a_text_alternative_and_a_table(name: str) -> None:
    chart, made = CHARTS[name], edition(realistic("IR"))
    svg = str(draw(name, chart, made))
    assert 'role="img"' in svg
    assert f'aria-labelledby="chart-{name}-title chart-{name}-desc"' in svg
    description = re.search(rf'<desc id="chart-{name}-desc">(.+?)</desc>', svg)
    assert description is not None
    assert re.search(r"\d", description[1])
    section = next(section for section in SECTIONS.values() if section.id == chart.section)
    assert chart.table in {table.name for table in section.tables(made)}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_names_no_address_and_no_colour_of_its_own(name: str) -> None:
    svg = str(draw(name, CHARTS[name], edition(realistic("IR"))))
    assert "://" not in svg
    assert set(re.findall(r'(?:fill|stroke)="(.*?)"', svg)) <= {
        "none", "transparent", "var(--ink)", "var(--muted)", "var(--rule)", "url(#pattern-blocked)", "url(#pattern-ok)",
        "url(#pattern-down)", "url(#pattern-insufficient)",
    }  # fmt: skip


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_drawn_alike_twice(name: str) -> None:
    made = edition(realistic("IR"))
    assert draw(name, CHARTS[name], made) == draw(name, CHARTS[name], made)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_of_nothing_is_not_drawn(name: str) -> None:
    held = survey(case("a"))
    held.frames["verdicts"] = held.frames["verdicts"].head(0)
    assert draw(name, CHARTS[name], edition(held)) is None


def test_markup_in_the_name_of_a_network_stays_text() -> None:
    held = survey(case("a", state="blocked"))
    hostile = "</text><script>x</script>"
    held.frames["measurements"] = held.frames["measurements"].with_columns(probe_network=pl.lit(hostile))
    svg = str(draw("networks", CHARTS["networks"], edition(held)))
    assert "<script" not in svg
    assert "&lt;script" in svg
