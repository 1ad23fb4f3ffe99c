"""What a file of measurements holds already: what is done, what is still to be explained, where its last line ends."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import msgspec

from trigpoint.errors import InputError
from trigpoint.model.limits import LARGEST_RECORD_BYTES
from trigpoint.probe.followups import FollowUp
from trigpoint.probe.record import SOFTWARE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CHUNK_BYTES = 1 << 18
_GZIP = 16 + zlib.MAX_WBITS


class Left(msgspec.Struct, frozen=True):
    """One measurement whose follow-ups are not all made."""

    name: str
    """Of the measurement, in its annotation."""
    annotations: Mapping[str, str]
    """All of its record."""
    follow_ups: tuple[FollowUp, ...]
    """Those that are missing."""


class Done:
    """What a file holds."""

    def __init__(self) -> None:
        self.inputs: Counter[tuple[str, str | None]] = Counter()
        """How often each pair of nettest and input was measured, follow-ups apart."""
        self._wanted: dict[str, Left] = {}
        self._made: set[tuple[str, str, str | None]] = set()
        self.lines = 0

    def add(self, head: _Head) -> None:
        """Take in a line."""
        self.lines += 1
        followed = head.annotations.get("follow_up_of")
        if followed is not None:
            self._made.add((followed, head.test_name, head.input))
            return
        self.inputs[head.test_name, head.input] += 1
        if head.test_keys.x_follow_ups:
            name = head.annotations.get("measurement", "")
            self._wanted[name] = Left(name, head.annotations, head.test_keys.x_follow_ups)

    @property
    def left(self) -> list[Left]:
        """Measurements with signs that nothing explains yet, in the order of the file."""
        found = (
            msgspec.structs.replace(
                one,
                follow_ups=tuple(
                    wanted for wanted in one.follow_ups if (one.name, wanted.nettest, wanted.input) not in self._made
                ),
            )
            for one in self._wanted.values()
        )
        return [one for one in found if one.follow_ups]


class _Line(NamedTuple):
    content: bytes
    """Without its line end."""
    end: int
    """Position in the file after it."""


class _Keys(msgspec.Struct, frozen=True):
    """What tells how signs are to be explained."""

    x_follow_ups: tuple[FollowUp, ...] = ()


class _Head(msgspec.Struct):
    """What tells whose a line is, and what was measured."""

    software_name: str
    test_name: str
    input: str | None = None
    annotations: dict[str, str] = {}
    test_keys: _Keys = _Keys()


def whole_lines(file: BinaryIO, path: Path, *, is_packed: bool) -> tuple[Done, int]:
    """Read a file from its beginning.

    Args:
        file: the file.
        path: its name, for messages.
        is_packed: whether each line is a gzip member.

    Returns:
        What is done, and the position after the last whole line; what follows there is torn.

    Raises:
        InputError: it holds something else than measurements of ours, or is damaged before its end.

    """
    done = Done()
    end = 0
    for line in _members(file, path) if is_packed else _lines(file, path):
        try:
            head = msgspec.json.decode(line.content, type=_Head)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise _not_ours(path, done.lines) from error
        if head.software_name != SOFTWARE:
            raise _not_ours(path, done.lines)
        done.add(head)
        end = line.end
    return done, end


def _not_ours(path: Path, lines: int) -> InputError:
    where = f"after {lines} measurements of it, " if lines else ""
    return InputError(f"{path}: {where}something stands there that this program did not write; choose another file")


def _lines(file: BinaryIO, path: Path) -> Iterator[_Line]:
    """Give the lines that end; one that does not is torn."""
    end, rest = 0, b""
    while chunk := file.read(_CHUNK_BYTES):
        *lines, rest = (rest + chunk).split(b"\n")
        for content in lines:
            end += len(content) + 1
            yield _Line(content, end)
        if len(rest) > LARGEST_RECORD_BYTES:
            raise _not_ours(path, 0)


def _members(file: BinaryIO, path: Path) -> Iterator[_Line]:
    """Give the gzip members that end; one that does not is torn."""
    end, data = 0, b""
    inflate, parts = zlib.decompressobj(_GZIP), list[bytes]()
    while data or (data := file.read(_CHUNK_BYTES)):
        try:
            parts.append(inflate.decompress(data, LARGEST_RECORD_BYTES + 1))
        except zlib.error as error:
            if not any(data) and not any(iter(lambda: file.read(_CHUNK_BYTES).strip(b"\0"), b"")):
                return  # zeros up to the end: space was given to the file, and a crash came before its content
            raise _not_ours(path, 0) from error
        end += len(data) - len(inflate.unused_data) - len(inflate.unconsumed_tail)
        if inflate.unconsumed_tail or sum(map(len, parts)) > LARGEST_RECORD_BYTES + 1:
            raise _not_ours(path, 0)
        data = inflate.unused_data
        if inflate.eof:
            content = b"".join(parts)
            if content[-1:] != b"\n" or content.count(b"\n") != 1:
                raise _not_ours(path, 0)
            yield _Line(content[:-1], end)
            inflate, parts = zlib.decompressobj(_GZIP), []
