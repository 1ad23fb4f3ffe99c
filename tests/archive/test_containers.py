"""Compression and archives, found by content."""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import TYPE_CHECKING

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tests.archive.shapes import tar_of, zipped
from trigpoint.archive import stream as stream_module
from trigpoint.archive.containers import entries
from trigpoint.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = b'{"test_name": "x"}\n' * 50_000  # several chunks long


def opened(data: bytes) -> list[tuple[str | None, bytes | str]]:
    """Open bytes as a file; content is what came before a damage, then its reason."""
    found: list[tuple[str | None, bytes | str]] = []
    for entry in entries(io.BytesIO(data)):
        if isinstance(entry.content, RecordError):
            found.append((entry.member, str(entry.content)))
            continue
        parts = []
        try:
            parts.extend(entry.content)
        except RecordError as damage:
            found.append((entry.member, str(damage)))
        if parts:
            found.append((entry.member, b"".join(parts)))
    return found


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def zip_of(members: dict[str, bytes], encrypted: str | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    data = bytearray(buffer.getvalue())
    if encrypted is not None:  # set the flag where a program that encrypts would (APPNOTE 4.4.4)
        at = data.rindex(encrypted.encode()) - 46
        data[at + 8] |= 1
        at = data.index(encrypted.encode()) - 30
        data[at + 6] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    "pack",
    [
        lambda data: data,
        zipped,
        zstd,
        lambda data: zipped(data[:1000]) + zipped(data[1000:]),
        lambda data: zstd(data[:1000]) + zstd(data[1000:]),
        lambda data: zipped(data) + b"\0" * 600_000,
        lambda data: zipped(zstd(data)),
    ],
)
def test_however_a_file_is_packed_its_content_is_the_same(pack: object) -> None:
    assert opened(pack(TEXT)) == [(None, TEXT)]  # type: ignore[operator] # a function of the parameters


@pytest.mark.parametrize("pack", [lambda data: data, zipped, zstd])
def test_members_of_an_archive_are_entries(pack: object) -> None:
    given = {"a/b.post": b"1", "c.json": TEXT}
    assert opened(pack(tar_of(given))) == list(given.items())  # type: ignore[operator] # as above


def test_members_are_unpacked_too_and_archives_inside_archives() -> None:
    inner = tar_of({"b.json.gz": zipped(b"2")})
    assert opened(tar_of({"a.gz": zipped(b"1"), "i.tar": inner})) == [("a.gz", b"1"), ("i.tar/b.json.gz", b"2")]


def test_packed_too_deep_is_refused() -> None:
    data = b"1"
    for _ in range(5):
        data = zipped(data)
    assert opened(data) == [(None, "refused: packed more than 4 times")]


@pytest.mark.parametrize("cut", [0.3, 0.9])
@pytest.mark.parametrize(("pack", "word"), [(zipped, "gzip"), (zstd, "zstd")])
def test_what_is_cut_off_gives_what_stands_before_the_cut_and_one_reason(pack: object, word: str, cut: float) -> None:
    text = bytes(range(256)) * 10_000
    packed = pack(text)  # type: ignore[operator] # as above
    reason, *rest = opened(packed[: int(len(packed) * cut)])
    assert reason == (None, f"{word} data is cut off in the middle")
    for _, content in rest:
        assert isinstance(content, bytes)
        assert text.startswith(content)


def test_an_archive_cut_off_in_its_compression_gives_one_reason() -> None:
    packed = zipped(tar_of({"a": b"1" * 100, "b": bytes(range(256)) * 4000}))
    found = opened(packed[: len(packed) // 2])
    assert found[0] == ("a", b"1" * 100)
    assert [content for _, content in found if isinstance(content, str)] == ["gzip data is cut off in the middle"]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (zipped(TEXT)[:-8] + b"#" * 8, "damaged gzip data"),
        (zstd(TEXT)[:20] + b"\xff" * 400, "damaged zstd data"),
        (b"PK\x03\x04" + b"#" * 400, "damaged zip archive"),
    ],
)
def test_damaged_data_has_a_reason(data: bytes, word: str) -> None:
    assert word in str(opened(data)[0][1])


@pytest.mark.parametrize("pack", [zipped, zstd, lambda data: zip_of({"a": data})])
def test_a_bomb_is_refused_early(pack: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_module, "FREE_EXPANSION_BYTES", 1_000_000)
    reason, *rest = opened(pack(b"\0" * 40_000_000))  # type: ignore[operator] # as above
    assert reason[1] == "refused: it expands more than 250 times"
    assert sum(len(content) for _, content in rest) < 39_000_000


def test_a_bomb_of_bombs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_module, "FREE_EXPANSION_BYTES", 1_000_000)
    found = opened(zipped(gzip.compress(b"\0" * 40_000_000, mtime=0)))
    assert found[0] == (None, "refused: it expands more than 250 times")


def test_zip_members_are_entries_and_folders_are_none() -> None:
    assert opened(zip_of({"a.json": b"1", "folder/": b"", "b.gz": zipped(b"2")})) == [("a.json", b"1"), ("b.gz", b"2")]


def test_a_password_protected_member_is_refused_and_the_rest_is_read() -> None:
    found = opened(zip_of({"secret.json": b"1", "open.json": b"2"}, encrypted="secret.json"))
    assert found == [("secret.json", "refused: password-protected"), ("open.json", b"2")]


def test_a_zip_member_that_points_outside_is_refused() -> None:
    assert opened(zip_of({"../a": b"1", "b": b"2"})) == [("../a", "refused: its path contains '..'"), ("b", b"2")]


def test_a_damaged_zip_member_is_unreadable_and_the_rest_is_read() -> None:
    data = bytearray(zip_of({"a.json": bytes(range(256)) * 40, "b.json": b"2"}))
    data[50:90] = b"\xff" * 40
    found = opened(bytes(data))
    assert found[0][0] == "a.json"
    assert str(found[0][1]).startswith("unreadable zip member")
    assert found[-1] == ("b.json", b"2")


def corpus_of_archives() -> Iterator[bytes]:
    yield zipped(tar_of({"a": TEXT[:3000]}))
    yield zstd(TEXT[:3000])
    yield zip_of({"a": TEXT[:3000], "b": b"1"})


ARCHIVES = list(corpus_of_archives())


@given(st.sampled_from(ARCHIVES), st.integers(0, 700), st.binary(max_size=40))
def test_an_archive_cut_anywhere_with_noise_never_fails(data: bytes, cut: int, noise: bytes) -> None:
    for _, content in opened(data[:cut] + noise):
        assert isinstance(content, bytes | str)


@given(st.binary(), st.sampled_from([b"", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"]))
def test_any_bytes_are_entries(data: bytes, magic: bytes) -> None:
    for _, content in opened(magic + data):
        assert isinstance(content, bytes | str)
