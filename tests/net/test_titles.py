from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.net.titles import title_of, title_text


@pytest.mark.parametrize(
    ("page", "title"),
    [
        (b"<title>A</title><title>B</title>", "A"),
        (b"<TITLE class='x'>\n A  &amp;\tB &#x41;</TITLE>", "A & B A"),
        (b"<titles>no</titles><title>yes</title>", "yes"),
        (b"<title>" + b"x" * 999 + b"</title>", "x" * 256),
        (b"<title>\xff</title>", "\ufffd"),
        (b"<title> </title>", None),
        (b"<title>open", None),
        (b"no title", None),
        (b"", None),
        (b"<titles>x</titles>" * 20 + b"<title>too late</title>", None),
    ],
)
def test_the_first_title_is_found_and_cleaned(page: bytes, title: str | None) -> None:
    assert title_of(page) == title


@given(st.integers(1_900, 2_200), st.sampled_from([b"<title>", b"<TITLE lang=en>", b"<titles></title><title>"]))
def test_a_title_is_found_wherever_it_begins(before: int, start: bytes) -> None:
    assert title_of(b"-" * before + start + b"A page</title><title>another</title>") == "A page"


def test_a_title_of_nothing_is_missing() -> None:
    assert title_text(None) is None
    assert title_text("") is None


@given(st.binary())
def test_no_page_makes_the_search_fail(page: bytes) -> None:
    found = title_of(page)
    assert found is None or 0 < len(found) <= 256
