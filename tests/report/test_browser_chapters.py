"""The status reports in a real browser: chapters, charts and languages, without a network."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from tests.counting import uncounted
from tests.report.materials import leave_out_png, ledger
from tests.report.test_browser import RULES, _needed, _page, browser
from trigpoint.report import Statistics, write

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

__all__ = ["browser"]

FEWER = "() => document.querySelectorAll('tbody tr:nth-child(n+4)').forEach(row => row.remove())"
"""Rows of a table are made alike: the first three stand for all, and axe takes a third of the time."""
AXE = """({rules, off}) => axe.run(document,
    {runOnly: rules, rules: Object.fromEntries(off.map(name => [name, {enabled: false}]))})"""


EDITIONS = {"CN": ("CN", "en"), "world": ("world", "en"), "CN in Chinese": ("CN", "zh")}
PAPER = 680
"""Pixels between the margins of A4 (@page): what is wider makes a browser print the whole smaller."""


NARROWEST = """() => Math.min(...[...document.querySelectorAll('main > section dl.facts dd')]
    .filter(it => it.offsetParent).map(it => it.offsetWidth))"""
"""Width of what is told beside its name: a column of one letter is as wide as the page allows, and unreadable."""


CUT_OFF = """() => [...document.querySelectorAll('.tiles')].filter(it => it.scrollWidth > it.clientWidth)
    .map(it => it.textContent)"""
"""Key figures that do not fit: what stands around them hides the rest."""


TOO_WIDE = """() => [...document.querySelectorAll('figure > .scroll')].filter(it => it.scrollWidth > it.clientWidth)
    .map(it => it.getAttribute('aria-label'))"""
"""Charts that do not fit the window."""


SMALLEST = """() => Math.min(...[...document.querySelectorAll('figure > .scroll svg text')]
    .map(it => [it, it.closest('svg')]).filter(([it]) => it.getBoundingClientRect().width)
    .map(([it, svg]) => parseFloat(getComputedStyle(it).fontSize) * svg.getBoundingClientRect().width /
        svg.viewBox.baseVal.width))"""
"""Pixels of the smallest letters of charts, as they are shown."""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    where = tmp_path_factory.mktemp("reports")
    statistics = Statistics(ledger=ledger())
    with pytest.MonkeyPatch.context() as patch, uncounted():
        leave_out_png(patch, narrow=True)
        return {
            name: write(subject, where / name, statistics=statistics, language=language).page.parent
            for name, (subject, language) in EDITIONS.items()
        }


@pytest.mark.parametrize(
    ("name", "scheme", "media", "width"),
    [("CN", "light", "screen", 360), ("world", "dark", "screen", 1280), ("CN in Chinese", "light", "print", PAPER)],
)
def test_a_report_is_accessible_and_quiet(
    browser: Browser, folders: dict[str, Path], name: str, scheme: str, media: str, width: int
) -> None:
    _, axe = _needed()
    size = {"width": width, "height": 900}
    with _page(browser, folders[name] / "index.html", color_scheme=scheme, viewport=size, bypass_csp=True) as page:
        page.emulate_media(media=media)
        assert page.evaluate("document.documentElement.lang") == ("zh-Hans" if "Chinese" in name else "en")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(NARROWEST) > 100
        assert page.evaluate(CUT_OFF) == []
        assert page.evaluate(TOO_WIDE) == []
        assert page.evaluate(SMALLEST) > 8.5
        assert page.locator("ul.keys").first.is_visible() == (width < PAPER)  # beside a map whose own legend is hidden
        page.evaluate(FEWER)
        page.add_script_tag(path=str(axe))
        # nobody presses a link on paper
        found = page.evaluate(AXE, {"rules": RULES, "off": ["target-size"] if media == "print" else []})
        assert [(item["id"], item["nodes"][0]["html"]) for item in found["violations"]] == []
        assert page.problems == []


@pytest.mark.parametrize(("name", "code"), [("CN", "CN"), ("world", "001")])
def test_charts_are_there_without_scripts_and_a_number_leads_to_its_evidence(
    browser: Browser, folders: dict[str, Path], name: str, code: str
) -> None:
    with _page(browser, folders[name] / "index.html", java_script_enabled=False) as page:
        charts = page.locator("figure svg.chart")
        assert charts.count() >= 7
        page.locator("#chart-lorenz details.cite summary").click()
        cited = page.locator("#chart-lorenz details.cite pre").inner_text()
        assert cited.startswith(f"@misc{{trigpoint-lorenz.{code}-")
        page.locator(f"[data-figure^='internet_users_share.{code}']").first.click()
        assert "/evidence/" in page.url
        assert "World Bank" in page.locator("body").inner_text()
        assert page.problems == []


def test_every_pattern_and_colour_of_a_chart_is_drawn(browser: Browser, folders: dict[str, Path]) -> None:
    script = """() => [...document.querySelectorAll('svg.chart [fill]')].map(it => getComputedStyle(it).fill)
        .filter(fill => fill.startsWith('url')).map(fill => fill.match(/#([a-z0-9-]+)/)[1])"""
    with _page(browser, folders["CN"] / "index.html") as page:
        used = set(page.evaluate(script))
        assert {"pattern-step-2", "pattern-step-4", "pattern-unknown"} <= used
        assert all(page.locator(f"pattern#{name}").count() == 1 for name in used)


class _Links(HTMLParser):
    """Ids of a page, and where its links lead."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids |= {found["id"] or ""} if "id" in found else set()
        self.links |= {found["href"] or ""} if tag == "a" and "href" in found else set()


@pytest.mark.parametrize("name", EDITIONS)
def test_every_link_of_the_page_reaches_what_it_names(folders: dict[str, Path], name: str) -> None:
    folder = folders[name]
    pages = {path.relative_to(folder).as_posix(): _Links(path) for path in folder.rglob("*.html")}
    for link in pages["index.html"].links:
        file, _, anchor = link.partition("#")
        assert (folder / file).exists(), link
        assert not anchor or anchor in pages[file or "index.html"].ids, link
