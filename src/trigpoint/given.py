"""Files that a person gives: read whole and up to a limit, or refused in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_BYTES = 2**30
"""1 GiB: more than any list, table or dump that is published for this, and less than memory."""


def content_of(path: Path, largest: int = LARGEST_BYTES) -> bytes:
    """Read a file that a person gave.

    Args:
        path: the file; a pipe is read to its end.
        largest: bytes that such a file can have.

    Raises:
        InputError: it cannot be read, or is larger.

    """
    try:
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or error}"
        raise InputError(message) from error
    if len(content) > largest:
        message = f"{path} is larger than {largest >> 20} MiB, which no such file is"
        raise InputError(message)
    return content
