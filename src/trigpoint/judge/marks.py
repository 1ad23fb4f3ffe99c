"""What is searched for in bodies: each body once, whatever number of pages show it.

A body is much larger than all else that is known of its page. So it is searched apart from what the page is compared
with, and only marks are kept.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import polars as pl

from trigpoint.reference.artefacts import REFUSAL_WORDS, REQUEST_WORDS, Place, Scope, any_of, patterns
from trigpoint.store.schemas import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable

_NO_BODIES = pl.DataFrame(schema=TABLES["bodies"].schema)
_HEADING = r"(?s)<(?:title|h[1-3])\b.*?</(?:title|h[1-3])>"
_LONGEST_REFUSAL = 20_000  # characters: a page that only refuses is short, an article about refusals is not
_ARTEFACTS = {
    "has_block_page": patterns(Place.BODY, Scope.NETWORK),
    "has_challenge": patterns(Place.BODY, Scope.SERVER),
    "has_parking": patterns(Place.BODY, Scope.PARKING),
    "has_portal": patterns(Place.BODY, Scope.PORTAL),
}
_LITERALS = tuple(sorted({*chain.from_iterable(_ARTEFACTS.values()), *REFUSAL_WORDS}))
_SHORTEST = tuple(one for one in _LITERALS if not any(other in one for other in _LITERALS if other != one))
"""Literals without those of which another is a part: where one of them is found, so is the other."""
_ANYTHING = any_of(_SHORTEST)
_AT_ONCE = 10
"""Literals that are searched for together, since the packed search of ``regex`` (Teddy) has eight buckets. With so
many each, all passes take half the time of one, which looks closer at many more places of a page."""
_PASSES = [any_of(_SHORTEST[first : first + _AT_ONCE]) for first in range(0, len(_SHORTEST), _AT_ONCE)]
_IN_ANY_CASE = f"(?i){_ANYTHING}|\u0130"
"""What may hold any of it once it is in lower case, whose one letter that becomes two is this one (Unicode, UAX 44)."""

MARKS = (*_ARTEFACTS, "has_refusal", "mentions_refusal", "heading_refuses")
"""Columns of marks: an artefact of a network, server, parking or portal; a short page whose heading refuses and which
asks for nothing; a text that mentions a refusal and asks for nothing; a heading that refuses."""


def page_marks(bodies: pl.DataFrame) -> pl.DataFrame:
    """Search bodies: ``body_sha256`` and :data:`MARKS` of each in which anything was found.

    Few bodies hold anything that is searched for, so these are found first.

    Args:
        bodies: rows of the table of that name.

    """
    text = pl.col("text")
    refuses = pl.col("headings").str.contains(any_of(REFUSAL_WORDS))
    return (
        _telling(bodies.select(body_sha256="sha256", text=_text(bodies["content"])))
        .with_columns(headings=text.str.extract_all(_HEADING).list.join(" "))
        .select(
            "body_sha256",
            *(text.str.contains(any_of(literals)).alias(mark) for mark, literals in _ARTEFACTS.items()),
            # A heading says what a page is; somewhere in a text such words stand in many pages.
            has_refusal=refuses
            & (text.str.len_chars() <= _LONGEST_REFUSAL)
            & ~text.str.contains(any_of(REQUEST_WORDS)),
            mentions_refusal=text.str.contains(any_of(REFUSAL_WORDS)) & ~text.str.contains(any_of(REQUEST_WORDS)),
            heading_refuses=refuses,
        )
        .unique("body_sha256", maintain_order=True)  # a table in memory may hold a body twice
    )


def _telling(bodies: pl.DataFrame) -> pl.DataFrame:
    """Find the bodies that hold anything, and give them in lower case.

    A text in ASCII alone is in lower case in no time, and then searched in half the time. Any other takes longer to be
    put in lower case than to be searched without regard to case.
    """
    text = pl.col("text")
    is_ascii = text.str.len_bytes() == text.str.len_chars()
    in_lower_case = bodies.filter(is_ascii).with_columns(text.str.to_lowercase())
    others = bodies.filter(~is_ascii).filter(text.str.contains(_IN_ANY_CASE)).with_columns(text.str.to_lowercase())
    return pl.concat(
        [
            in_lower_case.filter(pl.any_horizontal(text.str.contains(some) for some in _PASSES)),
            others.filter(text.str.contains(_ANYTHING)),
        ]
    )


def _text(content: pl.Series) -> pl.Series:
    """Read bodies as text; what is no UTF-8 is read as far as it is, a missing body as none.

    Polars reads all at once without a copy, or nothing where one is torn: so the torn ones are looked for by halves.
    """
    try:
        return content.cast(pl.String)
    except pl.exceptions.ComputeError:
        if len(content) == 1:
            return pl.Series([content[0].decode("utf-8", "replace")], dtype=pl.String)
        middle = len(content) // 2
        return _text(content[:middle]).append(_text(content[middle:]))


def marks_of(pieces: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Search bodies piece by piece, so that memory need not hold all; a body of several pieces has one row.

    Args:
        pieces: rows of the table of that name.

    """
    found = [page_marks(_NO_BODIES), *map(page_marks, pieces)]
    return pl.concat(found).unique("body_sha256", maintain_order=True)
