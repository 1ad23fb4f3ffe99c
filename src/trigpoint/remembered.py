"""A function's answers, remembered by what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

_LONGEST = 256  # characters; the longest host name has 253, and URLs that are longer seldom repeat


class Remembered(dict[Asked, Answer], Generic[Asked, Answer]):
    """Answers of a pure function: ``answers[asked]`` asks it once, as long as the answer is remembered.

    A look costs what a look into a dictionary costs, a quarter of calling a function that asks a cache. Full, it
    forgets all and begins again: what repeats comes back, and hostile input fills no memory.

    >>> squares = Remembered(lambda number: number * number, limit=2)
    >>> squares[3], squares[4], squares[5], len(squares)
    (9, 16, 25, 1)
    """

    def __init__(self, answer: Callable[[Asked], Answer], limit: int) -> None:
        """Remember at most ``limit`` answers, and none to a text of more than 256 characters."""
        super().__init__()
        self._answer = answer
        self._limit = limit

    def __missing__(self, asked: Asked) -> Answer:
        answer = self._answer(asked)
        if not isinstance(asked, str) or len(asked) <= _LONGEST:
            if len(self) >= self._limit:
                self.clear()
            self[asked] = answer
        return answer
