"""How long a regular expression can take: Python's engine tries every way to match, and some patterns have too many.

The count is an upper bound: as if every way in which each part could match were tried, whatever the text. So it refuses
some patterns that are quick, and no pattern that is slow passes.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_TEXT = 256
"""Characters of the text that is searched; a domain name has at most 253 (RFC 1035, section 2.3.4)."""

# The parse tree has no public name since Python 3.11. A parser of our own would be one more thing that disagrees with
# what is really run; whatever the tree holds that is not known here is refused, so that a change refuses too much.
_parser: Any = import_module("re._parser")

_MOST_ROUNDS = 64  # of a repeat with several ways: two to this power is beyond every limit
_CHARACTERS = {"LITERAL", "NOT_LITERAL", "ANY", "IN", "RANGE", "CATEGORY", "AT"}
_GROUPS = {"SUBPATTERN": 3, "ASSERT": 1, "ASSERT_NOT": 1}  # and where in the argument their parts are
_REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}


class _Effort(NamedTuple):
    ways: int
    """In how many ways it can match from one position."""
    steps: int
    """How many tries all of them take."""


def effort(pattern: str, limit: int) -> int:
    """Give an upper bound of the steps that a search takes from one position of the text, right up to a limit.

    >>> effort("ab", 1_000), effort("(a+)+", 1_000) > 1_000
    (3, True)

    Raises:
        re.error: it is no regular expression.

    """
    return _sequence(_parser.parse(pattern), limit).steps


def _sequence(parts: Iterable[tuple[Any, Any]], limit: int) -> _Effort:
    ways = steps = 1
    for operation, argument in parts:
        part = _part(str(operation), argument, limit)
        steps = min(steps + ways * part.steps, limit + 1)
        ways = min(ways * part.ways, limit + 1)
    return _Effort(ways, steps)


def _part(operation: str, argument: Any, limit: int) -> _Effort:  # noqa: ANN401 - the tree has no types
    if operation in _CHARACTERS:
        return _Effort(1, 1)
    if operation in _GROUPS:
        return _sequence(argument[_GROUPS[operation]], limit)
    if operation == "ATOMIC_GROUP":
        return _sequence(argument, limit)
    if operation == "BRANCH":
        branches = [_sequence(branch, limit) for branch in argument[1]]
        return _Effort(sum(branch.ways for branch in branches), sum(branch.steps for branch in branches))
    if operation in _REPEATS:
        least, most, body = argument
        return _repeat(least, most, body, limit)
    return _Effort(limit + 1, limit + 1)  # references to groups, and what later versions may bring


def _repeat(least: int, most: int, body: Any, limit: int) -> _Effort:  # noqa: ANN401 - as above
    once = _sequence(body, limit)
    # A text ends; a body that can be empty is repeated without taking any of it.
    rounds = min(most, LONGEST_TEXT) if body.getwidth()[0] else max(least, min(most, LONGEST_TEXT))
    if once.ways > 1:
        rounds = min(rounds, _MOST_ROUNDS)
    least = min(least, rounds)
    if once.ways == 1:
        return _Effort(min(rounds - least + 1, limit + 1), min((rounds + 1) * once.steps, limit + 1))
    tries = sum(once.ways**round_ for round_ in range(rounds + 1))
    ways = sum(once.ways**round_ for round_ in range(least, rounds + 1))
    return _Effort(min(ways, limit + 1), min(tries * once.steps, limit + 1))
