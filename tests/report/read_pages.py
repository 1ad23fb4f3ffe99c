"""Pages of a report as a program reads them."""

from __future__ import annotations

import html.parser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Page(html.parser.HTMLParser):
    """Links, ids, text and figures of one page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self.figures: dict[str, str] = {}
        self.text = ""
        self.numbers: dict[str, set[str]] = {}
        self.group: str | None = None
        self.groups: dict[str, int] = {}
        self._link: str | None = None
        self._figure: str | None = None
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [found["href"] or ""] if "href" in found else []
        self._figure = found.get("data-figure")
        self.group = found.get("id") if tag == "tbody" else self.group
        if tag == "tr" and self.group:
            self.groups[self.group] = self.groups.get(self.group, 0) + 1
        self._link = found.get("href") if tag == "a" else self._link

    def handle_endtag(self, tag: str) -> None:
        self.group = None if tag == "tbody" else self.group

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._link and data.strip():
            self.numbers.setdefault(self._link, set()).add(data)
            self._link = None
        if self._figure:
            self.figures[self._figure] = data
            self._figure = None


def loose_ends(folder: Path) -> list[tuple[str, str]]:
    """Give the links of all pages that lead to nothing, or out of the folder, with their page."""
    pages = {path: Page(path) for path in sorted(folder.rglob("*.html"))}
    found = list[tuple[str, str]]()
    for path, page in pages.items():
        for link in page.links:
            name, _, anchor = link.partition("#")
            target = (path.parent / name).resolve() if name else path
            leads = target.is_relative_to(folder) and target.exists() and (not anchor or anchor in pages[target].ids)
            if not leads and not link.startswith("data:,"):
                found.append((path.name, link))
    return found
