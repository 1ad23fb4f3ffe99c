"""What bodies hold."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import astuple

from trigpoint.judge.marks import _LITERALS, MARKS, marks_of, page_marks
from trigpoint.model.step import Body
from trigpoint.store.schemas import TABLES

SCHEMA = TABLES["bodies"].schema


def bodies(*contents: bytes) -> pl.DataFrame:
    rows = [astuple(Body(sha256=f"{number:064x}", body_bytes=len(c), content=c)) for number, c in enumerate(contents)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def marks(content: bytes) -> set[str]:
    """Give the marks of one body."""
    return {mark for row in page_marks(bodies(content)).iter_rows(named=True) for mark in MARKS if row[mark]}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"<a href='http://www.airtel.in/dot/'>", {"has_block_page"}),
        (b"caf\xe9 <A HREF='HTTP://WWW.AIRTEL.IN/DOT/'>\xff", {"has_block_page"}),
        (b"<script src=/cdn-cgi/challenge-platform/x.js>", {"has_challenge"}),
        (b"<h1>Access denied</h1>", {"has_refusal", "mentions_refusal", "heading_refuses"}),
        (b"<h1>Access denied</h1> password", {"heading_refuses"}),
        (b"<title>News</title> a court order", {"mentions_refusal"}),
        (b"<title>News</title> A COURT ORDER", {"mentions_refusal"}),
        ("<title>\u00c9tat</title> bloc\u212aed".encode(), {"mentions_refusal"}),  # Kelvin: k in lower case
        (b"<title>News</title>", set()),
        (b"", set()),
    ],
)
def test_a_body_is_marked_by_what_it_holds(content: bytes, expected: set[str]) -> None:
    assert marks(content) == expected


def test_a_body_that_holds_nothing_of_it_is_left_out() -> None:
    found = page_marks(bodies(b"<title>News</title>", b"/cdn-cgi/challenge-platform", b"\xff\xfe"))
    assert found["body_sha256"].to_list() == [f"{1:064x}"]


def test_a_body_of_several_pieces_has_one_row() -> None:
    piece = bodies(b"cf-chl-")
    twice = pl.concat([piece, piece])
    assert page_marks(twice).height == marks_of([piece, twice, piece]).height == 1
    assert marks_of([]).is_empty()


def test_without_bodies_there_are_the_columns_all_the_same() -> None:
    assert dict(page_marks(bodies()).schema) == {"body_sha256": pl.String(), **dict.fromkeys(MARKS, pl.Boolean())}


CONTENTS = st.sampled_from([b"<h1>blocked</h1>", "\u00e9 CF-CHL-".encode(), b"cf-chl-", b"\xff", b"news"])


@given(st.lists(CONTENTS, max_size=6), st.integers(0, 6))
def test_bodies_are_marked_alike_together_and_in_pieces(contents: list[bytes], cut: int) -> None:
    whole = bodies(*contents)
    in_pieces = marks_of([whole[:cut], whole[cut:]])
    assert in_pieces.sort("body_sha256").equals(page_marks(whole).sort("body_sha256"))


@pytest.mark.parametrize("literal", _LITERALS)
@pytest.mark.parametrize("letters", ["", "\u00e9"])
def test_each_literal_is_found_in_any_case_whatever_else_is_written_there(literal: str, letters: str) -> None:
    assert page_marks(bodies(f"{letters} {literal.upper()}.".encode())).height == 1
