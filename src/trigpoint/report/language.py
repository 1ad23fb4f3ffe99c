"""The language that a report is written in: its texts (GNU gettext), numbers, days and names of countries (CLDR).

A language holds for what is written inside :func:`speaking`; templates and charts ask for texts by their English words.
"""

from __future__ import annotations

import io
import re
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec
from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol, get_group_symbol

from trigpoint.figures.claims.why import Value, Why
from trigpoint.reference.countries import FICTIONAL
from trigpoint.reference.countries import country_name as english_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """One language."""

    tag: str
    """Language tag of the page (BCP 47)."""
    locale: str
    """Its locale (CLDR), and the folder of its texts."""
    axes: str
    """How charts write numbers (a locale of d3-format)."""
    gap: str
    """What stands between sentences."""
    fonts: str
    """Fonts of charts. One with Chinese letters is large, and would be taken for every letter where it is installed."""


LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        "en": Language(tag="en", locale="en_GB", axes="en-US", gap=" ", fonts="Helvetica, Arial, sans-serif"),
        "zh": Language(
            tag="zh-Hans",
            locale="zh_Hans",
            axes="zh-CN",
            gap="",
            fonts="Helvetica, Arial, Noto Sans CJK SC, Noto Sans SC, sans-serif",
        ),
    }
)
"""By what a person types."""
CATALOGUE = "messages.po"
"""Source of the texts of a language, in ``locale/LOCALE/LC_MESSAGES/``. English needs none: it is what is looked up."""

_BLANK = "\xa0"  # does not break
_DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9])")
_NUMBER = re.compile(r"(?<![\w.,])[+-]?[0-9](?:[0-9.,]*[0-9])?%?(?![\w{])")
_spoken: ContextVar[str] = ContextVar("language", default="en")


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Write in a language of :data:`LANGUAGES`.

    Raises:
        KeyError: there is no such language.

    """
    LANGUAGES[name]
    token = _spoken.set(name)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> Language:
    """Give the language that is spoken.

    >>> spoken().tag
    'en'
    """
    return LANGUAGES[_spoken.get()]


def locale() -> Locale:
    """Give the locale of the language that is spoken."""
    return Locale.parse(spoken().locale)


def gettext(text: str) -> str:
    """Translate a text."""
    return _texts(_spoken.get()).gettext(text)


def N_(text: str) -> str:  # noqa: N802 (gettext's own name for it)
    """Mark a text that is translated where it is shown."""
    return text


def split_numbers(text: str) -> tuple[str, list[str]]:
    """Give a sentence with a place for each number, and the numbers: of one that is worked out, this is its message.

    >>> split_numbers("IPv4: 29.3% of 12 sites")
    ('IPv4: {0} of {1} sites', ['29.3%', '12'])
    """
    numbers = [found[0] for found in _NUMBER.finditer(text)]
    places = iter(range(len(numbers)))
    return _NUMBER.sub(lambda _: f"{{{next(places)}}}", text), numbers


def phrase(text: str) -> str:
    """Translate a text of a data file; one that the catalogue does not know, such as a quote, stays as it is.

    >>> phrase("a quote")
    'a quote'
    """
    shown = gettext(text) if text else ""
    if shown != text:
        return shown
    message, numbers = split_numbers(text)
    found = gettext(message) if numbers else message
    return found.format(*numbers) if found != message else text


def reason(why: Why) -> str:
    """Translate a reason, and each clause in it.

    >>> from trigpoint.figures.claims.why import because
    >>> with speaking("zh"):
    ...     print(reason(because("it is {share} of the whole", share="12%")))
    占总数的 12%
    """
    return gettext(why.message).format(**{name: _said(value) for name, value in why.values.items()})


def _said(value: Value) -> str:
    if isinstance(value, Why):
        return reason(value)
    return value if isinstance(value, str) else gettext(", ").join(country(code) for code in value)


def sentences(*texts: str) -> str:
    """Join sentences, those that are not empty.

    >>> sentences("One.", "", "Two.")
    'One. Two.'
    """
    return spoken().gap.join(filter(None, texts))


def ngettext(one: str, many: str, count: int) -> str:
    """Translate a text that counts."""
    return _texts(_spoken.get()).ngettext(one, many, count)


def catalogue_of(name: str) -> Path | None:
    """Give the file with the texts of a language; there is none of English, in which they are written."""
    folder = Path(str(files("trigpoint.report"))) / "locale" / LANGUAGES[name].locale / "LC_MESSAGES"
    return None if name == "en" else folder / CATALOGUE


@cache
def _texts(name: str) -> NullTranslations:
    path = catalogue_of(name)
    if path is None:
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(path.read_bytes()), locale=LANGUAGES[name].locale))
    compiled.seek(0)
    return GNUTranslations(compiled)


def decimal(value: float, digits: int = 0) -> str:
    """Show a number with as many digits after its point.

    >>> decimal(1234.5, 2).replace(chr(0x202F), "_")
    '1_234.50'
    """
    rounded = round(value, digits)
    shown = f"{rounded:,d}" if isinstance(rounded, int) and not digits else f"{rounded:,.{digits}f}"
    return shown.translate(_marks(_spoken.get()))


@cache
def _marks(name: str) -> dict[int, str]:
    """Give what stands between thousands and before decimals; a page has thousands of numbers (CLDR)."""
    spoken_there = Locale.parse(LANGUAGES[name].locale)
    between = "\u202f" if name == "en" else get_group_symbol(spoken_there)
    return str.maketrans({",": between, ".": get_decimal_symbol(spoken_there)})


def percent(value: float, digits: int = 0) -> str:
    r"""Show a share in per cent.

    >>> percent(0.256, 1)
    '25.6\xa0%'
    """
    return f"{decimal(value * 100, digits)}{_BLANK if _spoken.get() == 'en' else ''}%"


def day(text: str) -> str:
    """Show a day (ISO 8601) as the language writes it; English pages keep to ISO 8601, and any other text stays.

    >>> day("2026-11-22"), day("never")
    ('2026-11-22', 'never')
    >>> with speaking("zh"):
    ...     print(day("2026-11-22"), day("2026-11"))
    2026年11月22日 2026-11
    """
    if _spoken.get() == "en" or not _DAY.fullmatch(text):
        return text
    return str(format_date(date.fromisoformat(text), "long", locale=locale()))


def ranged(period: str) -> str:
    """Show a period; first and last are joined by a word.

    >>> ranged("2014-01/2014-06"), ranged("2014")
    ('2014-01 to 2014-06', '2014')
    """
    first, _, last = period.partition("/")
    return gettext("{low} to {high}").format(low=first, high=last) if last else period


def country(code: str, *, is_laboratory: bool = False) -> str:
    """Name a country, or give its code where none is known; that of a laboratory says that it is one.

    >>> country("KE"), country("XQ")
    ('Kenya', 'XQ')
    """
    if _spoken.get() == "en":
        return english_name(code, is_laboratory=is_laboratory)
    if code == FICTIONAL:
        return gettext("Fictional country {code}").format(code=code)
    unknown = gettext("Laboratory {code}").format(code=code) if is_laboratory else english_name(code)
    return str(locale().territories.get(code, unknown))
