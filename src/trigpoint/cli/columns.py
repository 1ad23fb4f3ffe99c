"""Tables for people: columns as wide as their widest cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def aligned(rows: Iterable[Sequence[object]]) -> str:
    """Write rows under each other, two blanks between columns.

    >>> print(aligned([("a", 1), ("bcd", 22)]))
    a    1
    bcd  22
    """
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in texts)
    return "\n".join(lines)


def plain(text: str) -> str:
    """Keep what a measured text says, and drop what would steer a terminal.

    >>> plain("a\\x1b[2Jb")
    'a?[2Jb'
    """
    return "".join(character if character.isprintable() else "?" for character in text)


def place_of(path: str, member: str | None = None, line: int | None = None, **_: object) -> str:
    """Say where a record stands.

    >>> place_of("a.json", line=3), place_of("a.tar.gz", "b.post"), place_of("a.tar.gz", "b.jsonl", 2)
    ('a.json:3', 'a.tar.gz/b.post', 'a.tar.gz/b.jsonl:2')
    """
    place = f"{path}/{member}" if member else path
    return f"{place}:{line}" if line else place
