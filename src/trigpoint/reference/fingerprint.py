"""What a fingerprint of blocking is: a pattern, where it is looked for, whose work it shows, and how sure its list is.

Lists of fingerprints are other people's work (``ooni/blocking-fingerprints``; the signatures of Censored Planet), and
:mod:`trigpoint.reference.fingerprint_files` reads them. Only what a country or a provider is known to serve,
seen in that country, shows blocking: products stand in offices and homes as well, and vague words stand anywhere.
"""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_BARE_TAG = re.compile(r"</?\w+\s*/?>|\s")
_SPECIAL = re.compile(r"\\[A-Za-z0-9]|(?<!\\)[][(){}|^$?+*]")

LEAST_CONFIDENCE = 5
"""Confidence, of 10, that a list must have in a fingerprint for it to show blocking: what the lists give by default.

Their makers give less where they know the same pattern from innocent networks (``confidence_no_fp`` in the schema of
ooni/blocking-fingerprints).
"""

LEAST_TEXT = 6
"""Characters, blanks and tags without attributes aside, that a pattern in a page must have: an empty page is anybody's,
and so is a first name in a paragraph. Both stand in lists of today."""


class Where(StrEnum):
    """Where a fingerprint is looked for."""

    ANSWER = "answer"
    """Address or name in a DNS answer."""
    BODY = "body"
    """Body of a response."""
    TITLE = "title"
    """Title of a page."""
    HEADER = "header"
    """Value of one header of a response."""
    RESPONSE = "response"
    """Anywhere in a response: its headers, one ``Name: value`` a line, or its body."""


class How(StrEnum):
    """How a pattern is compared."""

    FULL = "full"
    PREFIX = "prefix"
    CONTAINS = "contains"
    REGEXP = "regexp"
    """In the syntax of RE2."""


class Reach(StrEnum):
    """Whose work a fingerprint shows (the scopes of ooni/blocking-fingerprints)."""

    NATIONAL = "nat"
    PROVIDER = "isp"
    PRODUCT = "prod"
    """A product that anybody can have."""
    INSTITUTION = "inst"
    """A school or an office, by its own choice."""
    VAGUE = "vbw"
    """A word that blocks use, and others too."""
    INNOCENT = "fp"
    """A page that looks like blocking and is not: where it is seen, no other fingerprint counts."""
    OTHER = "other"
    """Any scope that is not known here."""


class Fingerprint(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a list."""

    name: str
    """Its name in the list."""
    where: Where
    how: How
    pattern: str
    header: str = ""
    """Name of the header in lower case, where it is looked for in one."""
    reach: Reach
    confidence: int = LEAST_CONFIDENCE
    """How sure the list is that innocent networks do not show it, 0 to 10."""
    countries: tuple[str, ...] = ()
    """Countries (ISO 3166-1 alpha-2) in which it is expected."""
    is_page: bool = True
    """Whether it is a page, or the address of one; false where the list does not say so of an address."""

    @property
    def blocks_in(self) -> tuple[str, ...]:
        """Countries in which it shows blocking; none where it never does."""
        is_theirs = self.reach in {Reach.NATIONAL, Reach.PROVIDER} and self.confidence >= LEAST_CONFIDENCE
        return self.countries if is_theirs and self.is_telling else ()

    @property
    def is_telling(self) -> bool:
        """Whether it holds enough text for pages of others not to hold it by chance; what is in no page always does."""
        if self.where in {Where.ANSWER, Where.HEADER}:
            return True
        return len(_BARE_TAG.sub("", self.pattern)) >= LEAST_TEXT

    def example(self) -> str | None:
        """Give a text that it must match: its own pattern, of a regular expression with the escapes taken away.

        None where a regular expression has more than escapes, ``.`` and ``.*`` in it: then no example is known.
        """
        if self.how is not How.REGEXP:
            return self.pattern
        text = self.pattern.replace(".*", "")
        return None if _SPECIAL.search(text) else _ESCAPE.sub(r"\1", text)
