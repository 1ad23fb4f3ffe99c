"""Titles of pages, as those who compare pages compare them."""

from __future__ import annotations

import html
import re

_TITLE = re.compile(r"<title(?:\s[^>]*)?>(.*?)</title", re.IGNORECASE | re.DOTALL)
_LONGEST_TITLE = 256
_USUAL_HEAD = 2_048  # bytes; most titles end before, and a page is looked through in a fifth of the time
_TITLE_TRIES = 8  # elements whose name only begins with "title" may come first; a hostile page has thousands


def title_text(raw: str | None) -> str | None:
    """Write a title: entities resolved, blanks collapsed, 256 characters at most.

    >>> title_text("  A &amp;   B  ")
    'A & B'
    """
    if not raw:
        return None
    if "&" in raw:
        raw = html.unescape(raw)
    return " ".join(raw.split())[:_LONGEST_TITLE] or None


def title_of(content: bytes) -> str | None:
    r"""Find the first title element of a page.

    >>> title_of(b"<html><TITLE lang=en>Hi\n there</Title>")
    'Hi there'
    """
    return _title_in(content[:_USUAL_HEAD]) or _title_in(content)


def _title_in(content: bytes) -> str | None:
    lower = content.lower()
    start = -1
    for _ in range(_TITLE_TRIES):
        start = lower.find(b"<title", start + 1)
        end = lower.find(b"</title", start)
        if start < 0 or end < 0:
            return None
        if match := _TITLE.match(content[start : end + 7].decode("utf-8", "replace")):
            return title_text(match.group(1))
    return None
