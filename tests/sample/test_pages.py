from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from trigpoint.sample import pages
from trigpoint.sample.country import SITES

if TYPE_CHECKING:
    from trigpoint.sample.pages import Page

PAGES = [value for value in vars(pages).values() if isinstance(value, pages.Page)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_a_page_is_a_document_whose_title_is_stated(page: Page) -> None:
    assert page.body.startswith("<!DOCTYPE html>")
    assert f"<title>{page.title}</title>" in page.body
    assert "fictional country XL" in page.body


def test_home_pages_repeat_and_differ() -> None:
    site, other = SITES["tram-times.example"], SITES["paper-kites.example"]
    assert pages.home(site) == pages.home(site)
    assert len({pages.home(site).body, pages.home(site, 1).body, pages.home(other).body}) == 3
    assert pages.home(site).title == pages.home(site, 1).title


def test_a_redirect_says_where_to() -> None:
    page = pages.redirect("https://tram-times.example/", 301)
    assert page.status == 301
    assert ("Location", "https://tram-times.example/") in page.headers
