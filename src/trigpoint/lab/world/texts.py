"""Texts of a world reach terminals, pages and header fields: none may hold what these take for an order."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from trigpoint.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

_REFUSED = {"Cc", "Cs", "Zl", "Zp"}  # controls, halves of characters, ends of lines and paragraphs
_TURNS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # order of writing (UAX 9): text that misleads


def has_control(text: str) -> bool:
    r"""Tell whether a text holds a control character, an end of a line, or a change of the order of writing.

    >>> has_control("Erişim engellendi"), has_control("a\x1b[31m"), has_control("a\n")
    (False, True, True)
    """
    return not text.isprintable() and any(
        character in _TURNS or unicodedata.category(character) in _REFUSED for character in text
    )


def escaped(text: str) -> str:
    r"""Write a text so that a terminal shows it and does nothing else.

    >>> print(escaped("bücher\x1b[2J"))
    bücher\x1b[2J
    """
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


def check_texts(document: object) -> None:
    """Refuse control characters in any text or key of a document of TOML.

    Raises:
        InputError: there is one; where it is, is said.

    """
    for where, text in _texts(document, ""):
        if has_control(text):
            message = f"{escaped(where) or 'key'}: {text[:80]!r} holds a control character"
            raise InputError(message)


def _texts(value: object, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield where, key
            yield from _texts(inner, f"{where}.{key}" if where else key)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{where}[{number}]")
