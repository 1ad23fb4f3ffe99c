"""Pages in Chinese: what is English is marked as English, is code, or is a name."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from tests.counting import uncounted
from tests.figures.surveys import realistic, record
from tests.report import materials
from tests.report.test_status import earlier
from trigpoint.report import Statistics, Survey, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from trigpoint.figures.ledger import Ledger

ENGLISH = re.compile(r"(?<![\w./:@-])[a-z][a-z'’]+(?: [a-z][a-z'’]*)+(?![\w/:@-])")  # noqa: RUF001 - both apostrophes
"""Two small words and more in a row: no name and no id has them."""
WORDS = {
    *("all", "blocked", "blocking", "coarsened", "control", "day", "down", "estimate", "fictional", "figure", "from"),
    *("insufficient", "laboratory", "line", "measurement", "network", "none", "not", "of", "ok", "other", "partial"),
    *("probe", "projection", "reached", "rounded", "signs", "survey", "target", "the", "to", "undecided", "unknown"),
    *("verdict", "verdicts", "with"),
}
"""Words of ours that stand alone somewhere: states, flags, heads."""
WORD = re.compile(r"(?<![\w./:@=-])[a-z]+(?![\w./:@=-])")
BROKEN = re.compile(r"[\u4e00-\u9fff”）》][,;:!?]|[,;:!?(][\u4e00-\u9fff“（《]|[\u4e00-\u9fff]\.|[。，；：？！、] ")  # noqa: RUF001 - Chinese
"""English punctuation beside ideographs, and blanks after Chinese one."""
NAMES = re.compile(r"University Network of the\S*(?: Three Lakes)?|trigpoint survey")
"""A network of the made survey, which may be cut short, and a command."""
VOID = {"meta", "link", "br", "rect", "path", "line", "circle", "hr"}
UNSEEN = {"style", "code", "pre"}


class Shown(HTMLParser):
    """Texts of a page that are not marked as English, by what stands around them: ``bdi`` for what was measured."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.texts += [(tag, found[name] or "") for name in ("aria-label", "title") if name in found]
        if tag not in VOID:
            self._open.append((tag, tag in UNSEEN or found.get("lang") == "en"))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Leave out what holds no text."""

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(is_left_out for _, is_left_out in self._open):
            self.texts.append((self._open[-1][0] if self._open else "", " ".join(data.split())))


def _edition(name: str, folder: Path, earlier_one: Ledger) -> Path:
    statistics = Statistics(ledger=materials.ledger(), rejects=("users.csv, line 7: a share above 100 %",))
    held = realistic("IR", days=3, each=6)
    lab = realistic("XL", days=2, each=6)
    if name == "CN":
        return write("CN", folder, statistics=statistics, earlier=earlier_one, language="zh").page.parent
    if name == "world":
        both = Survey(tables=held)
        return write("world", folder, statistics=statistics, survey=both, language="zh").page.parent
    if name == "published":
        kept = Survey(tables=held, publish=True)
        return write("IR", folder, statistics=statistics, survey=kept, language="zh").page.parent
    own = Survey(tables=lab, fetch=record)
    return write("XL", folder, survey=own, language="zh").page.parent


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str, str, str]]]:
    """Give the texts of each edition with the page and the tag that they stand in."""
    top = tmp_path_factory.mktemp("chinese")
    with pytest.MonkeyPatch.context() as patch, uncounted():
        materials.leave_out_png(patch)
        folders = {name: _edition(name, top / name, earlier()) for name in ("CN", "world", "published", "laboratory")}
    return {name: list(_texts(folder)) for name, folder in folders.items()}


def _texts(folder: Path) -> Iterator[tuple[str, str, str]]:
    for path in sorted(folder.rglob("*.html")):
        yield from ((path.name, tag, NAMES.sub("", text)) for tag, text in Shown(path).texts)


EDITIONS = ("CN", "world", "published", "laboratory")


@pytest.mark.parametrize("name", EDITIONS)
def test_no_english_sentence_stands_in_a_chinese_page_unmarked(
    texts: dict[str, list[tuple[str, str, str]]], name: str
) -> None:
    assert [one for one in texts[name] if ENGLISH.search(one[2])] == []


@pytest.mark.parametrize("name", EDITIONS)
def test_no_word_of_ours_stands_in_a_chinese_page_in_english(
    texts: dict[str, list[tuple[str, str, str]]], name: str
) -> None:
    ours = [one for one in texts[name] if one[1] != "bdi"]  # names of tests and targets may be any word
    assert [one for one in ours if WORDS & set(WORD.findall(one[2]))] == []


@pytest.mark.parametrize("name", EDITIONS)
def test_punctuation_is_chinese(texts: dict[str, list[tuple[str, str, str]]], name: str) -> None:
    assert [one for one in texts[name] if BROKEN.search(one[2])] == []
    assert any("，" in text for _, _, text in texts[name])  # noqa: RUF001 - Chinese


def test_what_is_looked_for_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<p lang="en">not this</p><p>but this</p><td>down</td><p>甲, 乙</p><p>Access Now，见 a.example</p><br>',  # noqa: RUF001 - Chinese
        encoding="utf-8",
    )
    shown = [text for _, text in Shown(page).texts]
    assert [text for text in shown if ENGLISH.search(text)] == ["but this"]
    assert [text for text in shown if WORDS & set(WORD.findall(text))] == ["down"]
    assert [text for text in shown if BROKEN.search(text)] == ["甲, 乙"]
