"""What several behaviours share."""

from __future__ import annotations

from typing import Literal

Place = Literal["on", "in"]


def only_in_path(path: Place, **wishes: bool) -> None:
    """Refuse wishes that nobody can have who sees only a copy.

    Raises:
        ValueError: it names the key.

    """
    for key, wish in wishes.items():
        if wish and path == "on":
            message = f"{key}: nothing can be dropped on the path; placement.path = 'in' is needed"
            raise ValueError(message)


def by_name(cause: str, detail: str, *, is_named: bool) -> str:
    """Give the deeper node where names decide."""
    return f"{cause}.{detail}" if is_named else cause
