"""Why a claim has its verdict: sentences with places for names and numbers, so that another language can say them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from trigpoint.reference.countries import country_name


class Why(msgspec.Struct, frozen=True):
    """A sentence without its full stop, or a clause of one."""

    message: str
    """In English, with a name in braces for each value: what a catalogue of translations is asked for."""
    values: Mapping[str, Value] = {}
    """What stands in those places."""

    def __str__(self) -> str:
        """Give it in English.

        >>> str(because("{names} are {kind}", names=("DZ", "RU"), kind=because("states")))
        'Algeria, Russia are states'
        """
        shown = {name: _english(value) if isinstance(value, tuple) else value for name, value in self.values.items()}
        return self.message.format(**shown)


Value: TypeAlias = str | Why | tuple[str, ...]
"""Text that is the same in every language, a clause, or codes of countries (ISO 3166-1 alpha-2)."""


def _english(codes: tuple[str, ...]) -> str:
    return ", ".join(country_name(code) for code in codes)


def because(message: str, **values: Value) -> Why:
    """Give a reason; ``tools/catalogue.py`` finds its message by the name of this function."""
    return Why(message, values)
