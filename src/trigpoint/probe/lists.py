"""Lists of what to measure, in the columns of Citizen Lab's.

The lists (``citizenlab/test-lists``: url, category_code, category_description, date_added, source, notes) are reviewed
by people; they are not part of this program. A name such as ``cn`` or ``global`` is looked for in a folder of reference
data (:func:`trigpoint.reference.library.home`), as ``NAME.csv``, ``lists/NAME.csv`` or ``test-lists/lists/NAME.csv``.
"""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from trigpoint.errors import InputError
from trigpoint.given import content_of
from trigpoint.probe.targets import Target, target_of
from trigpoint.reference.library import home

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

HARSH = frozenset({"ALDR", "ANON", "LGBT", "MILX", "PORN"})
"""Categories left out by the preset for places with harsh law: drugs, circumvention, LGBTQ, militancy, pornography."""

NEVER = frozenset({"CAM", "CP", "CSA", "CSAM"})
"""Categories that nobody tests, whatever they ask for: there is no lawful way to look."""

_ABUSE = re.compile(
    r"\b(?:csam|csem|child[\s-]+(?:(?:sexual|sex)[\s-]+)?(?:abuse|exploitation|porn\w*)|p(?:a)?edo\w*)\b", re.IGNORECASE
)
_NAME = re.compile(r"[a-z]{2,10}", re.ASCII)
_FOLDERS = ("", "lists", "test-lists/lists")
_LARGEST_LIST_BYTES = 2**26
_LONGEST_ROW_LINES = 8  # notes of a list go over a few lines at most


class Problem(msgspec.Struct, frozen=True):
    """A line that is left out."""

    line: int
    """From 1, the heading included."""
    reason: str
    """One sentence."""


class TestList(msgspec.Struct, frozen=True):
    """What a list says."""

    __test__ = False  # no test of pytest's, whatever its name begins with

    targets: tuple[Target, ...]
    """In the order of the file, each URL once."""
    problems: tuple[Problem, ...] = ()
    """Lines that cannot be measured."""
    repeats: int = 0
    """Lines that say what an earlier one said."""
    refused: int = 0
    """Lines of categories that nobody tests."""

    def of(self, wanted: Collection[str] = (), without: Collection[str] = ()) -> tuple[Target, ...]:
        """Give the targets of some categories; all where none is named.

        Raises:
            InputError: a wanted category is nowhere in the list.

        """
        have = {target.category for target in self.targets}
        for code in wanted:
            if code.upper() not in have:
                known = ", ".join(sorted(filter(None, have))) or "none"
                message = f"--category {code}: the list has no such category; it has {known}"
                raise InputError(message)
        codes, off = {code.upper() for code in wanted}, {code.upper() for code in without}
        return tuple(
            target for target in self.targets if (not codes or target.category in codes) and target.category not in off
        )


def find(name: str, reference: Path | None = None, environment: Mapping[str, str] = os.environ) -> Path:
    """Find a list: a file, or a name in the folder of reference data.

    Args:
        name: path of a file, or a name such as ``cn``.
        reference: the folder of reference data. None: the one that the environment names, or a user's own.
        environment: where the variable is looked up.

    Raises:
        InputError: there is none; the sentence says what to do.

    """
    path = Path(name)
    if path.is_file():
        return path
    if not _NAME.fullmatch(name.lower()):
        message = f"{path} is no file" if path.exists() else f"{path} does not exist"
        raise InputError(message)
    given = reference or home(environment)
    for folder in _FOLDERS:
        if (found := given / folder / f"{name.lower()}.csv").is_file():
            return found
    message = (
        f"--list {name}: no {name.lower()}.csv in {given}, nor in its folders lists and test-lists/lists; "
        "run trigpoint reference update test-lists, or give a file"
    )
    raise InputError(message)


def read_list(path: Path) -> TestList:
    """Read a list.

    Raises:
        InputError: it cannot be read, has no column ``url``, or nothing in it can be measured.

    """
    targets = dict[str, Target]()
    problems = list[Problem]()
    repeats = refused = 0
    for line, row in _rows(path):
        if isinstance(row, str):
            problems.append(Problem(line, row))
            continue
        category = row.get("category_code", "").strip().upper() or None
        if category in NEVER or _ABUSE.search(row.get("category_description", "")):
            refused += 1
            continue
        try:
            target = target_of(row["url"], category)
        except InputError as error:
            problems.append(Problem(line, str(error)))
            continue
        repeats += target.url in targets
        targets.setdefault(target.url, target)
    if not targets:
        because = f" (line {problems[0].line}: {problems[0].reason})" if problems else ""
        message = f"{path}: nothing in it can be measured{because}"
        raise InputError(message)
    return TestList(tuple(targets.values()), tuple(problems), repeats, refused)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str] | str]]:
    """Give each row with the line on which it begins; in place of one that is broken, the reason."""
    rows = _cells(content_of(path, _LARGEST_LIST_BYTES).decode("utf-8-sig", "replace").splitlines())
    _, heading = next(rows, (1, list[str]()))
    names = [name.strip().lower() for name in heading] if isinstance(heading, list) else []
    if "url" not in names:
        message = f"{path}: its first line names no column url; lists have the columns of citizenlab/test-lists"
        raise InputError(message)
    for line, cells in rows:
        if isinstance(cells, str):
            yield line, cells
        elif any(map(str.strip, cells)):
            row = dict(zip(names, cells, strict=False))
            yield (line, row) if "url" in row else (line, "fewer columns than the first line names")


def _cells(lines: list[str]) -> Iterator[tuple[int, list[str] | str]]:
    """Cut lines into cells. A quoted cell may go on for a few lines; a quote without end spoils its own line only."""
    number = 0
    while number < len(lines):
        for taken in range(1, _LONGEST_ROW_LINES + 1):
            try:
                found = next(csv.reader(["\n".join(lines[number : number + taken])], strict=True), [])
            except csv.Error:
                continue
            yield number + 1, found
            break
        else:
            taken = 1
            yield number + 1, "not in the format of CSV: a quote without an end, or text after one"
        number += taken
