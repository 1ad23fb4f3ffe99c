"""Rows of a CSV file, one broken line of which costs that line and nothing else."""

from __future__ import annotations

import csv
import itertools
from typing import TYPE_CHECKING

from trigpoint.reference.statistics.reading import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.reference.statistics.reading import Origin, Rejects

MOST_BROKEN = 100
"""Lines after which a file is not begun anew any more: each may be read to the end before it shows to be broken."""


def rows(content: bytes, origin: Origin, rejects: Rejects) -> Iterator[tuple[int, list[str]]]:
    """Give the rows with the number of the line on which each begins; empty lines have no row.

    Bytes that are no UTF-8 become replacement characters. A line that cannot be read, such as one with a quotation mark
    that nothing closes, is told, and reading goes on with the next one.

    Raises:
        InputError: what is gzip is damaged.

    """
    lines = plain(content, origin).decode("utf-8-sig", "replace").splitlines(keepends=True)
    start = 0
    for _ in range(MOST_BROKEN):
        reader = csv.reader(itertools.islice(lines, start, None), strict=True)
        at = start
        try:
            for row in reader:
                if row:
                    yield at + 1, row
                at = start + reader.line_num
        except csv.Error as error:
            rejects.add(f"line {at + 1}", f"no row of a table: {error}")
            start = at + 1
        else:
            return
    rejects.add(f"line {start + 1}", "too many lines are broken; nothing more is read")
