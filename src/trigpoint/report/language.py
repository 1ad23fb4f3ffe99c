"""The language that a report is written in: its texts (GNU gettext), numbers, days and names of countries (CLDR).

A language holds for what is written inside :func:`speaking`; templates and charts ask for texts by their English words.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from trigpoint.reference.countries import country_name as english_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "en_GB", "zh": "zh_Hans"})
"""Locale (CLDR) by the code that a person types."""
CATALOGUE = "messages.po"
"""Source of the texts of a language, in ``locale/LOCALE/LC_MESSAGES/``. English needs none: it is what is looked up."""

_current: ContextVar[str] = ContextVar("language", default="en")


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Write in a language of :data:`LANGUAGES`.

    Raises:
        KeyError: there is no such language.

    """
    LANGUAGES[code]
    token = _current.set(code)
    try:
        yield
    finally:
        _current.reset(token)


def code() -> str:
    """Give the code of the language that is spoken.

    >>> code()
    'en'
    """
    return _current.get()


def locale() -> Locale:
    """Give the locale of the language that is spoken."""
    return Locale.parse(LANGUAGES[_current.get()])


def tag() -> str:
    """Give its tag (BCP 47), for ``lang``.

    >>> tag()
    'en'
    """
    return "en" if _current.get() == "en" else str(locale()).replace("_", "-")


def gettext(text: str) -> str:
    """Translate a text."""
    return _texts(_current.get()).gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """Translate a text that counts."""
    return _texts(_current.get()).ngettext(one, many, count)


@cache
def _texts(code: str) -> NullTranslations:
    if code == "en":
        return NullTranslations()
    path = files("trigpoint.report") / "locale" / LANGUAGES[code] / "LC_MESSAGES" / CATALOGUE
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(path.read_bytes()), locale=LANGUAGES[code]))
    compiled.seek(0)
    return GNUTranslations(compiled)


def decimal(value: float, digits: int = 0) -> str:
    """Show a number with as many digits after its point.

    >>> decimal(1234.5, 2).replace(chr(0x202F), "_")
    '1_234.50'
    """
    shown = format_decimal(round(value, digits), format=f"#,##0.{'0' * digits}".rstrip("."), locale=locale())
    return shown.replace(",", "\u202f") if _current.get() == "en" else shown


def day(text: str) -> str:
    """Show a day (ISO 8601) as the language writes it; a month, a year or any other text as it stands.

    >>> day("2026-11-22"), day("2026-11"), day("never")
    ('22 November 2026', '2026-11', 'never')
    """
    try:
        return (
            str(format_date(date.fromisoformat(text), "long", locale=locale())) if len(text) > len("2026-11") else text
        )
    except ValueError:
        return text


def country(code: str) -> str:
    """Name a country, or give its code where none is known.

    >>> country("KE"), country("XQ")
    ('Kenya', 'XQ')
    """
    if _current.get() == "en":
        return english_name(code)
    return str(locale().territories.get(code, english_name(code)))
