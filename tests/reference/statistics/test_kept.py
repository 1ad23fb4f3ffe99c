"""What was read of large files is kept, and nothing else changes by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from trigpoint.reference.statistics import kept, registries
from trigpoint.reference.statistics.kept import kept_or_read
from trigpoint.reference.statistics.reading import Origin

if TYPE_CHECKING:
    from pathlib import Path

    from trigpoint.model.series import Intake

ORIGIN = Origin(name="file", organisation="Somebody", url="https://example.org", licence=None)
FILE = b"2.3|apnic|20260101|1||20251231|+1000\napnic|KE|asn|10|3|20110811|allocated|A\napnic|KE\n"


class Reader:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, content: bytes, origin: Origin) -> Intake:
        self.asked += 1
        return registries.read(content, origin)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIGPOINT_REFERENCE", str(tmp_path / "reference"))
    monkeypatch.setattr(kept, "SMALLEST", len(FILE))
    return tmp_path / "reference" / "read"


def test_the_same_file_is_read_once_and_says_the_same(home: Path) -> None:
    read = Reader()
    first = kept_or_read(FILE, ORIGIN, "registries", read)
    assert first == registries.read(FILE, ORIGIN) == kept_or_read(FILE, ORIGIN, "registries", read)
    assert read.asked == 1
    assert len(list(home.iterdir())) == 1


def test_another_file_origin_format_or_program_is_read_anew(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Reader()
    other = msgspec.structs.replace(ORIGIN, name="other")
    kept_or_read(FILE, ORIGIN, "registries", read)
    assert kept_or_read(FILE, other, "registries", read).rejects[0].startswith("other, line 3")
    kept_or_read(FILE.replace(b"|3|", b"|4|"), ORIGIN, "registries", read)
    kept_or_read(FILE, ORIGIN, "another", read)
    monkeypatch.setattr(kept, "_program", lambda: b"a later one")
    kept_or_read(FILE, ORIGIN, "registries", read)
    assert (read.asked, len(list(home.iterdir()))) == (5, 5)


def test_of_a_small_file_nothing_is_kept(home: Path) -> None:
    kept_or_read(FILE[:-2], ORIGIN, "registries", registries.read)
    assert not home.exists()


@pytest.mark.parametrize("content", [b"", b"damaged", msgspec.msgpack.encode({"series": 3})])
def test_what_is_kept_and_damaged_is_read_anew(home: Path, content: bytes) -> None:
    read = Reader()
    whole = kept_or_read(FILE, ORIGIN, "registries", read)
    (place,) = home.iterdir()
    place.write_bytes(content)
    assert kept_or_read(FILE, ORIGIN, "registries", read) == whole
    assert kept_or_read(FILE, ORIGIN, "registries", read) == whole
    assert read.asked == 2


def test_what_is_kept_of_another_file_is_not_taken(home: Path) -> None:
    read = Reader()
    kept_or_read(FILE, ORIGIN, "registries", read)
    (place,) = home.iterdir()
    place.write_bytes(msgspec.msgpack.encode(registries.read(FILE.replace(b"|3|", b"|9|"), ORIGIN)))
    assert kept_or_read(FILE, ORIGIN, "registries", read) == registries.read(FILE, ORIGIN)


def test_where_nothing_can_be_kept_it_is_read_all_the_same(home: Path) -> None:
    home.parent.mkdir(parents=True)
    home.write_text("no folder")
    assert kept_or_read(FILE, ORIGIN, "registries", registries.read) == registries.read(FILE, ORIGIN)


def test_the_oldest_go(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 2)
    for number in range(4):
        kept_or_read(FILE, ORIGIN, f"form {number}", registries.read)
    assert len(list(home.iterdir())) == 2
