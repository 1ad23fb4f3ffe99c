from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.lab.services.pages import document, large, missing, page, redirect, with_fields
from trigpoint.lab.world.site import Site


def site(**how: object) -> Site:
    return Site(name="news.example", hosts=("web",), **how)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "status", "mark"),
    [
        ("page", 200, "<h1>news.example</h1>"),
        ("parked", 200, "Buy this domain"),
        ("challenge", 403, "/cdn-cgi/challenge-platform"),
        ("geoblock", 403, "not available in your country"),
        ("unavailable", 451, "Unavailable For Legal Reasons"),
        ("consent", 200, "We use cookies"),
        ("error", 503, "Service Unavailable"),
    ],
)
def test_each_kind_has_its_status_and_its_mark(kind: str, status: int, mark: str) -> None:
    shown = page(site(kind=kind))
    assert shown.status == status
    assert mark in shown.body.decode()
    assert page(site(kind=kind)) == shown
    assert page(site(kind=kind, status=418)).status == 418


def test_a_large_file_is_not_held_and_a_blank_page_is_empty() -> None:
    assert (page(site(kind="large", bytes=90_000_000)).length, page(site(kind="large")).body) == (90_000_000, b"")
    assert page(site(kind="blank")).length == 0
    assert large(5).length == 5


def test_a_site_that_is_down_shows_an_error_whatever_its_kind() -> None:
    assert page(site(fault="error", kind="parked")).status == 503


@given(st.integers(0, 300_000))
def test_a_page_is_about_as_long_as_it_should_be(size: int) -> None:
    assert abs(page(site(bytes=size)).length - max(size, 400)) < 400


def test_a_very_long_text_is_bounded() -> None:
    assert page(site(bytes=100_000_000)).length < 4_100_000


def test_a_site_that_varies_shows_most_of_the_same() -> None:
    varying = site(varies=True)
    first, second = page(varying, 1).body, page(varying, 2).body
    assert first != second
    assert first[:6_000] == second[:6_000]
    assert page(site(), 1) == page(site(), 2)


def test_titles_are_text_and_not_markup() -> None:
    shown = page(site(title="<script>alert(1)</script>")).body
    assert b"<script>alert" not in shown
    assert re.search(rb"<title>&lt;script&gt;", shown)
    assert document("a & b", "").count(b"&amp;") == 1


def test_a_redirect_cannot_carry_fields_of_its_own() -> None:
    moved = redirect("http://x.example/\r\nset-cookie: a=b")
    assert dict(moved.fields)["location"] == "http://x.example/set-cookie: a=b"
    assert redirect("/", 301).status == 301


def test_unknown_names_have_pages_and_fields_can_be_added() -> None:
    assert (missing(404).status, missing(421).status) == (404, 421)
    assert with_fields(missing(404), ("a", "b")).fields[-1] == ("a", "b")


def test_the_451_page_says_who_blocks() -> None:
    assert dict(page(site(kind="unavailable")).fields)["link"].endswith('rel="blocked-by"')
