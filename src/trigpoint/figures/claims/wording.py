"""What a few words of a quote say: that something is not so, that a part is the most, or which place it has."""

from __future__ import annotations

import re

from trigpoint.figures.claims.why import Why, because
from trigpoint.model.claim import ClaimVerdict

_NOT = re.compile(r"\b(?:not|never|no longer|cannot|nor|hardly|untrue|false)\b|n['’]t\b", re.IGNORECASE)  # noqa: RUF001 - both apostrophes
_NO_DENIAL = re.compile(r"\b(?:not only|(?:not|no) (?:more|less|fewer) than|whether or not)\b", re.IGNORECASE)
_MOST = re.compile(r"\b(mainly|mostly|most|majority|more than half|primarily|predominantly)\b", re.IGNORECASE)
_ALL = re.compile(r"(?<!of )(?<!in )(?<!at )\b(all|every|entirely|exclusively|solely)\b", re.IGNORECASE)
_LARGEST = re.compile(r"\b(largest|biggest|leading|greatest|top|main|chief|number one)\b", re.IGNORECASE)
_PLACES = (
    re.compile(r"\b(?:second|2nd)[- ](?:largest|biggest|greatest|most)\b", re.IGNORECASE),
    re.compile(r"\b(?:third|3rd)[- ](?:largest|biggest|greatest|most)\b", re.IGNORECASE),
)
_HALF = 0.5
_WHOLE = 0.95
"""Share from which on a part is nearly all."""


_RANKED = r"(?:rank(?:s|ed|ing)?|comes|came|placed)\s+(?:as\s+)?(?:the\s+)?"
_ORDINALS = ("first", "second", "third")
_NUMBERED = re.compile(rf"\b{_RANKED}(\d+)(?:st|nd|rd|th)?\b|\b(\d+)(?:st|nd|rd|th) place\b", re.IGNORECASE)
_WORDED = re.compile(rf"\b{_RANKED}({'|'.join(_ORDINALS)})\b|\b({'|'.join(_ORDINALS)}) place\b", re.IGNORECASE)
_FIRST = re.compile(r"\b(the most|largest|biggest|greatest|highest|number one)\b", re.IGNORECASE)
_MORE_THAN_HALF = re.compile(r"\b(most|majority|more than half|over half)\b", re.IGNORECASE)


_SCOPE = re.compile(
    r"\b(asia\w*|africa\w*|europe\w*|americas?|oceania|pacific|middle east\w*|arab\w*|eu|brics|g20|g7|oecd|region\w*"
    r"|continent\w*|developing|developed|emerging)\b",
    re.IGNORECASE,
)
"""Words that say that fewer than all countries are compared."""


def place_of(quote: str) -> int | None:
    """Give the place among all countries that a quote claims, from 1 for the greatest; ``None``: none.

    >>> place_of("has the most users"), place_of("the second largest"), place_of("ranks 97th"), place_of("most users")
    (1, 2, 97, None)
    """
    if _SCOPE.search(quote):
        return None
    named = next((at for at, words in enumerate(_PLACES, 2) if words.search(quote)), None)
    if named is None and (found := _NUMBERED.search(quote)):
        named = int(found[1] or found[2])
    if named is None and (found := _WORDED.search(quote)):
        named = 1 + _ORDINALS.index((found[1] or found[2]).casefold())
    return named or (1 if _FIRST.search(quote) else None)


def says_more_than_half(quote: str) -> bool:
    """Tell whether a quote says of a share that it is more than half.

    >>> says_more_than_half("the majority is online"), says_more_than_half("the largest share")
    (True, False)
    """
    return _MORE_THAN_HALF.search(quote) is not None


def denies(quote: str) -> bool:
    """Tell whether a quote says that something is not so.

    >>> denies("did not reach 700 million"), denies("not only 700 million"), denies("no more than 700 million")
    (True, False, False)
    """
    return _NOT.search(_NO_DENIAL.sub("", quote)) is not None


def compared(quote: str, share: float, place: int) -> tuple[ClaimVerdict, Why]:
    """Judge what a quote says of a part without a number.

    Args:
        quote: the words.
        share: of the part, 0 to 1.
        place: of the part among all that are known, from 1.

    """
    claimed = next((at for at, words in enumerate(_PLACES, 2) if words.search(quote)), None)
    if claimed is not None:
        return _placed(place, claimed)
    if _MOST.search(quote):
        return _most(share, is_largest=place == 1)
    if _ALL.search(quote):
        is_whole = share >= _WHOLE
        verdict = ClaimVerdict.SUPPORTED if is_whole else ClaimVerdict.UNSUPPORTED
        return verdict, because("it is {share} of the whole", share=f"{share:.1%}")
    if _LARGEST.search(quote):
        return _placed(place, 1)
    return ClaimVerdict.NOT_CHECKABLE, because("the claim compares nothing")


def _placed(place: int, claimed: int) -> tuple[ClaimVerdict, Why]:
    counted = because("it is part number {place} by size", place=str(place))
    if place == claimed:
        return ClaimVerdict.SUPPORTED, because("it is the largest part") if place == 1 else counted
    return ClaimVerdict.UNSUPPORTED, because("another part is larger") if claimed == 1 else counted


def _most(share: float, *, is_largest: bool) -> tuple[ClaimVerdict, Why]:
    if share > _HALF:
        return ClaimVerdict.SUPPORTED, because("it is more than half")
    if is_largest:
        why = because("it is the largest part, and {share} is less than half", share=f"{share:.1%}")
        return ClaimVerdict.LARGEST_NOT_MOST, why
    return ClaimVerdict.UNSUPPORTED, because("another part is larger, and it is less than half")
