import polars as pl

from tests.report.materials import made
from trigpoint.report.charts.heat import CHART


def test_the_subject_stands_first_and_a_year_without_a_figure_says_so() -> None:
    rows = CHART.rows(made("SO"))
    assert rows["name"][0] == "Somalia"
    fewer = rows.filter((pl.col("subject") != "SO") | (pl.col("year") != 2010))
    axes, shapes = CHART.spec(fewer)["layer"]
    ground, *steps = shapes["data"]["values"]
    assert ground["properties"]["step"] == "no figure"
    places = {
        (square[0][0][0], square[0][0][1]): shape["properties"]["step"]
        for shape in steps
        for square in shape["geometry"]["coordinates"]
    }
    assert len(places) == fewer.height
    left = (2010 - min(fewer["year"].to_list())) * 21 + 0.5
    assert (left, 0.5) not in places
    assert places[left + 21, 0.5] != "no figure"
    assert 2010 in axes["encoding"]["x"]["scale"]["domain"]
    assert axes["encoding"]["y"]["scale"]["domain"][0] == "Somalia"


def test_the_title_names_the_greatest_newest_share_of_whatever_year() -> None:
    rows = CHART.rows(made("CN")).filter((pl.col("subject") != "US") | (pl.col("year") < 2020))
    great = pl.when(pl.col("subject") == "US").then(0.99).otherwise("value")
    title = CHART.title(rows.with_columns(value=great), "China")
    assert title.startswith("United States: 99.0\xa0% in 2019, the greatest newest share of users of China and ")


def test_one_country_alone_is_no_comparison() -> None:
    assert CHART.rows(made("CN", has_survey=False)).height
    assert CHART.describe(CHART.rows(made("001"))).startswith("A square for each country and year")


def test_the_world_is_no_row_beside_countries() -> None:
    assert CHART.title(CHART.rows(made("001")), "The world").endswith("share of users of the most populous countries")
