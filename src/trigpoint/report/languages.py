"""Languages of a report: which there are, how they run, and where their texts come from."""

from __future__ import annotations

import gettext
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """One language."""

    tag: str
    """Language tag of the page (BCP 47)."""
    direction: str
    """``ltr`` or ``rtl``."""


LANGUAGES: Mapping[str, Language] = MappingProxyType({"en": Language(tag="en", direction="ltr")})
"""By what a person types."""


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Give the texts of a language; of English, in which templates are written, there is nothing to translate."""
    del language
    return gettext.NullTranslations()
