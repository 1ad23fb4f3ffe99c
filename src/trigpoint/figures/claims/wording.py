"""What a few words of a quote say: that something is not so, that a part is the most, or which place it has."""

from __future__ import annotations

import re

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


def denies(quote: str) -> bool:
    """Tell whether a quote says that something is not so.

    >>> denies("did not reach 700 million"), denies("not only 700 million"), denies("no more than 700 million")
    (True, False, False)
    """
    return _NOT.search(_NO_DENIAL.sub("", quote)) is not None


def compared(quote: str, share: float, place: int) -> tuple[ClaimVerdict, str]:
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
        return verdict, f"it is {share:.1%} of the whole"
    if _LARGEST.search(quote):
        return _placed(place, 1)
    return ClaimVerdict.NOT_CHECKABLE, "the claim compares nothing"


def _placed(place: int, claimed: int) -> tuple[ClaimVerdict, str]:
    if place == claimed:
        return ClaimVerdict.SUPPORTED, "it is the largest part" if place == 1 else f"it is part number {place} by size"
    return ClaimVerdict.UNSUPPORTED, "another part is larger" if claimed == 1 else f"it is part number {place} by size"


def _most(share: float, *, is_largest: bool) -> tuple[ClaimVerdict, str]:
    if share > _HALF:
        return ClaimVerdict.SUPPORTED, "it is more than half"
    if is_largest:
        return ClaimVerdict.LARGEST_NOT_MOST, f"it is the largest part, and {share:.1%} is less than half"
    return ClaimVerdict.UNSUPPORTED, "another part is larger, and it is less than half"
