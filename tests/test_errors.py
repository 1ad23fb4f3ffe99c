"""The tree of errors is the one that its module draws."""

from __future__ import annotations

import inspect
import re

import pytest

from trigpoint import errors

CLASSES = {
    name: value
    for name, value in vars(errors).items()
    if inspect.isclass(value) and value.__module__ == errors.__name__
}


def _drawn() -> dict[str, str | None]:
    """Read the drawing: the name of each class, and of the one that it hangs from."""
    parents: dict[str, str | None] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"^ {4}([ │├└─]*)(\w+Error)\b", line)
        if found:
            depth = len(found[1]) // 4
            path[depth:] = [found[2]]
            parents[found[2]] = path[depth - 1] if depth else None
    return parents


def test_the_drawing_shows_every_error_under_its_parent() -> None:
    real = {
        name: None if kind.__base__ is Exception else kind.__base__.__name__  # type: ignore[union-attr]
        for name, kind in CLASSES.items()
    }
    assert _drawn() == real


@pytest.mark.parametrize("kind", CLASSES.values(), ids=CLASSES)
def test_every_error_carries_a_sentence(kind: type[errors.TrigpointError]) -> None:
    sentence = "the folder is empty"
    with pytest.raises(errors.TrigpointError, match=f"^{sentence}$"):
        raise kind(sentence)
