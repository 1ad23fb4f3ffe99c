"""Lists of names, as filters keep them: exact, by suffix, by substring, by pattern."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from trigpoint.lab.engine.effort import LONGEST_TEXT, effort
from trigpoint.lab.engine.group import Group

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_PATTERN = 1_000  # characters; a pattern is written by a person
_LONGEST_NAME = 1_024  # characters of a name or path that are looked at, whatever was sent
_MOST_EFFORT = 1_000_000  # steps from one position: two repeats without end, and a little more
_SERIES = re.compile(r"\{(\d{1,9})\.\.(\d{1,9})\}", re.ASCII)


class Names(Group, frozen=True):
    """Which names are meant. No list at all means every name."""

    exact: tuple[str, ...] = ()
    """Names as they are; ``site-{1..600}.example`` is six hundred of them."""
    suffix: tuple[str, ...] = ()
    """Names with everything below them: ``example.org`` means ``www.example.org`` too, not ``notexample.org``. Series
    as above."""
    substring: tuple[str, ...] = ()
    """Text anywhere in the name, which blocks innocent names as well."""
    regex: tuple[str, ...] = ()
    """Python regular expressions, searched for in the first 256 characters; none that could take long."""
    case: Literal["fold", "sensitive"] = "fold"
    """Whether case counts."""

    def __post_init__(self) -> None:
        """Refuse patterns that are none, series that are, and empty entries, which would mean every name."""
        for key in ("exact", "suffix", "substring", "regex"):
            if not all(getattr(self, key)):
                message = f"{key}: an empty entry"
                raise ValueError(message)
        for key in ("exact", "suffix"):
            for entry in getattr(self, key):
                _check_series(key, entry)
        for pattern in self.regex:
            _compiled(pattern, 0)

    @property
    def means_all(self) -> bool:
        """Whether there is no list."""
        return not (self.exact or self.suffix or self.substring or self.regex)


class _Series:
    """Names that differ by a number, as one entry; they take no room, however many there are."""

    __slots__ = ("_first", "_last", "_pattern")

    def __init__(self, entry: str, *, is_suffix: bool) -> None:
        begin, first, last, end = _SERIES.split(entry)
        self._first, self._last = int(first), int(last)
        start = r"(?:.*\.)?" if is_suffix else ""
        self._pattern = re.compile(rf"{start}({re.escape(begin)}([1-9][0-9]{{0,8}}|0){re.escape(end)})", re.DOTALL)

    def find(self, text: str) -> str | None:
        """Give the name that is meant by a text, None if none is."""
        met = self._pattern.fullmatch(text)
        return met[1] if met and self._first <= int(met[2]) <= self._last else None


def _check_series(key: str, entry: str) -> None:
    """Refuse a series without a name, and braces that are none.

    Raises:
        ValueError: it names the key.

    """
    series = _SERIES.findall(entry)
    is_one = len(series) == 1 and entry.count("{") == entry.count("}") == 1 and int(series[0][0]) <= int(series[0][1])
    if not is_one and set(entry) & set("{}"):
        message = f"{key}: {entry!r}: braces hold one series, such as {{1..600}}"
        raise ValueError(message)


def _compiled(pattern: str, flags: int) -> re.Pattern[str]:
    if len(pattern) > _LONGEST_PATTERN:
        message = f"regex: a pattern of more than {_LONGEST_PATTERN} characters"
        raise ValueError(message)
    try:
        compiled, steps = re.compile(pattern, flags), effort(pattern, _MOST_EFFORT)
    except (re.error, OverflowError, RecursionError) as error:
        message = f"regex: {pattern!r} is no regular expression ({error})"
        raise ValueError(message) from error
    if steps > _MOST_EFFORT:
        message = f"regex: {pattern!r} can take too long: two endless repeats at most, none nested, no back-references"
        raise ValueError(message)
    return compiled


class NameList:
    """A list of names ready to be asked."""

    __slots__ = ("_exact", "_folds", "_patterns", "_series", "_substrings", "_suffixes", "means_all")

    def __init__(self, names: Names) -> None:
        self._folds = names.case == "fold"
        fold = str.lower if self._folds else str
        self._exact, exact = _parted(names.exact, fold)
        self._suffixes, suffixes = _parted(names.suffix, lambda suffix: fold(suffix).removeprefix("."))
        self._series = (
            *(("exact", _Series(entry, is_suffix=False)) for entry in exact),
            *(("suffix", _Series(entry, is_suffix=True)) for entry in suffixes),
        )
        self._substrings = tuple(map(fold, names.substring))
        self._patterns = tuple(_compiled(pattern, re.IGNORECASE if self._folds else 0) for pattern in names.regex)
        self.means_all = names.means_all

    def find(self, name: str) -> str | None:
        """Say which entry a name meets, None if it meets none.

        >>> NameList(Names(suffix=("example.org",))).find("www.EXAMPLE.org")
        'suffix example.org'
        """
        if self.means_all:
            return "any name"
        text = (name.lower() if self._folds else name)[:_LONGEST_NAME]
        if text in self._exact:
            return f"exact {text}"
        return self._suffix(text) or self._inside(text)

    def _suffix(self, text: str) -> str | None:
        rest = text if self._suffixes else ""
        while rest:
            if rest in self._suffixes:
                return f"suffix {rest}"
            rest = rest.partition(".")[2]
        return None

    def _inside(self, text: str) -> str | None:
        for kind, series in self._series:
            if met := series.find(text):
                return f"{kind} {met}"
        for substring in self._substrings:
            if substring in text:
                return f"substring {substring}"
        for pattern in self._patterns:
            if pattern.search(text[:LONGEST_TEXT]):
                return f"regex {pattern.pattern}"
        return None


def _parted(entries: tuple[str, ...], written: Callable[[str], str]) -> tuple[frozenset[str], list[str]]:
    """Part the entries of a list into single names and series, each written as names are compared."""
    series = [entry for entry in map(written, entries) if _SERIES.search(entry)]
    return frozenset(map(written, entries)) - frozenset(series), series
