import polars as pl

from trigpoint.report.page_table import Column, number, page_table, percent
from trigpoint.report.rows import Links, RowSet

LINKS = Links({}, frozenset())
FRAME = pl.DataFrame({"name": ["a", "b"], "count": [3, 0], "share": [0.5, None], "words": ["x.y z", "not told"]})


def test_a_number_links_to_its_rows_and_nothing_to_no_rows() -> None:
    table = page_table("t", "T", FRAME, [Column("count", "Count", "count", ("target", "name"))], LINKS)
    assert [row[0].href for row in table.rows] == ["data/verdicts.csv", None]
    assert [row[0].text for row in table.rows] == ["3", "0"]


def test_a_column_of_the_table_itself_links_to_its_data() -> None:
    table = page_table("t", "T", FRAME, [Column("count", "Count", "count", ("data", "networks"))], LINKS)
    assert table.rows[0][0].href == "#table-networks"


def test_each_word_has_a_link_of_its_own() -> None:
    table = page_table("t", "T", FRAME, [Column("words", "Words", "code", ("mechanism", ""))], LINKS)
    assert [part[0] for part in table.rows[0][0].parts] == ["x.y", "z"]
    assert [part[0] for part in table.rows[1][0].parts] == ["not told"]


def test_words_without_rows_are_not_linked() -> None:
    table = page_table("t", "T", FRAME, [Column("words", "Words", "code")], LINKS)
    assert table.rows[0][0].parts == (("x.y", ""), ("z", ""))


def test_a_table_is_cut_and_tells_how_many_rows_there_are() -> None:
    table = page_table("t", "T", FRAME, [Column("name", "Name")], LINKS, limit=1)
    assert (len(table.rows), table.total) == (1, 2)


def test_a_missing_share_is_not_a_zero() -> None:
    table = page_table("t", "T", FRAME, [Column("share", "Share", "share")], LINKS)
    assert [row[0].text for row in table.rows] == [percent(0.5), "n/a"]
    assert number(None) == "n/a"


def test_a_count_of_a_state_leads_to_the_rows_of_that_state() -> None:
    row_set = RowSet(ref="target:a", title="A", where=pl.lit(value=True))
    links = Links({"target:a": row_set}, frozenset())
    frame = pl.DataFrame({"name": ["a"], "blocked": [2], "verdicts": [3]})
    columns = [Column(name, name, "count", ("target", "name")) for name in ("blocked", "verdicts")]
    table = page_table("t", "T", frame, columns, links)
    assert [cell.href for cell in table.rows[0]] == ["evidence/target-a.html#blocked", "evidence/target-a.html"]
