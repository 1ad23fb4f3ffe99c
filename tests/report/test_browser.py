"""The report in a real browser: Chromium of the system, without a network."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from tests.counting import uncounted
from tests.figures.surveys import MemorySurvey, case, measurement_id, realistic, record, survey
from trigpoint.report import Survey, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HOSTILE = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">\u202e"
_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def _needed() -> tuple[Any, Path]:
    """Give the driver and axe, or skip saying what is absent; in CI nothing may be absent."""
    absent = [] if CHROMIUM.exists() else [f"{CHROMIUM} (Debian's package chromium)"]
    driver, axe = None, Path()
    try:
        import axe_playwright_python  # noqa: PLC0415 (absent where the browser is)
        from playwright import sync_api as driver  # noqa: PLC0415 (absent where the browser is)

        axe = Path(axe_playwright_python.__file__).parent / "axe.min.js"
    except ImportError as error:
        absent.append(str(error))
    if absent and os.environ.get("CI") == "true":
        pytest.fail(f"the browser test needs {' and '.join(absent)}")
    if absent:
        pytest.skip(f"not installed: {' and '.join(absent)}")
    return driver, axe


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    driver, _ = _needed()
    with driver.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=_OPTIONS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _folder(tmp_path_factory.mktemp("report"), realistic(days=8, each=8), "XL")


def _folder(where: Path, held: MemorySurvey, code: str) -> Path:
    with uncounted():
        return write(code, where / "out", survey=Survey(tables=held, fetch=record)).page.parent


@contextmanager
def _page(browser: Browser, path: Path, **options: Any) -> Iterator[Page]:
    context = browser.new_context(**options)
    page = context.new_page()
    page.problems = []
    page.on("request", lambda request: _note_request(page, request.url))
    page.on("console", lambda message: page.problems.append(message.text))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.goto(path.as_uri())
    yield page
    context.close()


def _note_request(page: Page, url: str) -> None:
    if not url.startswith(("file:", "data:")):
        page.problems.append(url)


def _pages(folder: Path) -> list[Path]:
    measurements = sorted((folder / "evidence").glob("m-*.html"))
    return [folder / "index.html", folder / "evidence" / "state-blocked.html", measurements[0]]


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_pages_are_accessible_quiet_and_no_wider_than_the_window(
    browser: Browser, folder: Path, scheme: str, width: int
) -> None:
    _, axe = _needed()
    size = {"width": width, "height": 900}
    for path in _pages(folder):
        with _page(browser, path, color_scheme=scheme, viewport=size, bypass_csp=True) as page:
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.add_script_tag(path=str(axe))
            found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
            assert [(item["id"], item["nodes"][0]["html"]) for item in found["violations"]] == []
            assert page.problems == []


def test_the_page_is_whole_without_scripts_and_a_number_leads_to_the_record(browser: Browser, folder: Path) -> None:
    with _page(browser, folder / "index.html", java_script_enabled=False) as page:
        assert page.locator("svg.chart").count() == 3
        assert page.locator("#table-matrix tbody tr").count() > 5
        page.locator("[data-figure='blocking.targets']").first.click()
        page.locator("a", has_text="evidence").first.click()
        assert page.locator("pre").first.inner_text().startswith("{")
        page.locator("a", has_text="JSON").click()
        assert "/records/" in page.url
        assert page.problems == []


def test_every_state_has_a_colour_of_its_own_in_the_matrix(browser: Browser, folder: Path) -> None:
    script = "name => getComputedStyle(document.querySelector('.tile.' + name)).backgroundColor"
    for scheme in ("light", "dark"):
        with _page(browser, folder / "index.html", color_scheme=scheme) as page:
            names = ("blocked", "ok", "down", "insufficient", "not_measured")
            assert len({page.evaluate(script, name) for name in names}) == len(names)


def test_script_and_markup_in_measured_text_are_text(browser: Browser, tmp_path: Path) -> None:
    held = survey(
        case("a", HOSTILE, "blocked", mechanisms="tls.reset", rules=HOSTILE, reason=HOSTILE),
        case("b", "calm.example", "insufficient", explanations=HOSTILE, reason=HOSTILE),
        rejects=[{"path": HOSTILE, "member": HOSTILE, "line": 1, "reason": HOSTILE}],
    )
    held.frames["measurements"] = held.frames["measurements"].with_columns(probe_network=pl.lit(HOSTILE))
    held.frames["findings"] = held.frames["findings"].with_columns(
        detail=pl.lit(HOSTILE), endpoint=pl.lit(HOSTILE), rule=pl.lit(HOSTILE)
    )
    out = write("IR", tmp_path / "out", survey=Survey(tables=held, fetch=lambda *_: _hostile_record())).page.parent
    named = out / "evidence" / f"m-{measurement_id('a')}.html"
    for path in [out / "index.html", named, *(out / "evidence").glob("target-*.html")]:
        with _page(browser, path) as page:
            assert "owned" not in page.title() or "<script>" in page.title()
            assert page.locator("script, img").count() == 0
            assert page.problems == []
            assert "<script>" in page.locator("body").inner_text()


def _hostile_record() -> bytes:
    return json.dumps({"test_keys": {"tls_handshakes": [HOSTILE]}}).encode()


def test_the_printed_page_is_tagged_light_and_small(browser: Browser, folder: Path) -> None:
    with _page(browser, folder / "index.html", color_scheme="dark") as page:
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        content = page.pdf(prefer_css_page_size=True, tagged=True, outline=True)
    assert content.startswith(b"%PDF")
    assert b"/StructTreeRoot" in content
    assert len(content) < 3_000_000
