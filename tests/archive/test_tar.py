"""tar archives."""

from __future__ import annotations

import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.archive.shapes import tar_of
from trigpoint.archive.stream import Stream
from trigpoint.archive.tar import BLOCK_BYTES, is_header, tar_members, unsafe_name
from trigpoint.errors import RecordError

LONG = "folder/" * 30 + "name.post"


def members(data: bytes, chunk: int = 700) -> list[tuple[str, bytes | str]]:
    found: list[tuple[str, bytes | str]] = []
    for name, content in tar_members(Stream(data[i : i + chunk] for i in range(0, len(data), chunk))):
        if isinstance(content, RecordError):
            found.append((name, str(content)))
            continue
        try:
            found.append((name, b"".join(content)))
        except RecordError as damage:
            found.append((name, str(damage)))
    return found


def special(name: str, kind: bytes, target: str = "") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, target
        archive.addfile(info)
        after = tarfile.TarInfo("after.post")
        after.size = 2
        archive.addfile(after, io.BytesIO(b"ok"))
    return buffer.getvalue()


@pytest.mark.parametrize("fmt", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_members_come_with_name_and_content(fmt: int) -> None:
    given = {"a.post": b"", "b/c.post": b"x" * 512, "d.post": b"y" * 3000}
    assert members(tar_of(given, fmt=fmt)) == list(given.items())


@pytest.mark.parametrize("fmt", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_long_and_foreign_names_are_whole(fmt: int) -> None:
    given = {LONG: b"x"} | ({} if fmt == tarfile.USTAR_FORMAT else {"é" * 90: b"y"})
    assert members(tar_of(given, fmt=fmt)) == list(given.items())


def test_a_member_nobody_reads_is_skipped() -> None:
    data = tar_of({"a": b"x" * 5000, "b": b"y"})
    assert [name for name, _ in tar_members(Stream(iter([data])))] == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../a", "'..'"),
        ("a/../../b", "'..'"),
        ("..\\a", "'..'"),
        ("/etc/passwd", "absolute"),
        ("C:\\a", "absolute"),
        ("\\\\host\\a", "absolute"),
    ],
)
def test_a_name_that_points_outside_is_refused_and_the_rest_is_read(name: str, reason: str) -> None:
    assert reason in (unsafe_name(name) or "")
    if "\\" not in name:
        found = members(tar_of({name: b"x" * 600, "after.post": b"ok"}))
        assert found[0] == (name, f"refused: {unsafe_name(name)}")
        assert found[1] == ("after.post", b"ok")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_a_link_is_refused_and_the_rest_is_read(kind: bytes) -> None:
    assert members(special("l", kind, "/etc/passwd")) == [
        ("l", "refused: it is a link, not a file"),
        ("after.post", b"ok"),
    ]


def test_a_device_is_refused_and_a_folder_is_nothing() -> None:
    assert members(special("d", tarfile.CHRTYPE)) == [
        ("d", "refused: it is neither a file nor a folder"),
        ("after.post", b"ok"),
    ]
    assert members(special("d", tarfile.DIRTYPE)) == [("after.post", b"ok")]


def test_a_global_header_names_no_member() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", pax_headers={"comment": "x"}) as archive:
        info = tarfile.TarInfo("a")
        info.size = 1
        archive.addfile(info, io.BytesIO(b"x"))
    assert members(buffer.getvalue()) == [("a", b"x")]


def test_a_header_that_asks_for_much_memory_is_refused() -> None:
    info = tarfile.TarInfo("long")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 100_000
    data = info.tobuf(format=tarfile.GNU_FORMAT) + b"n" * 100_352 + tar_of({"after": b"ok"})
    found = members(data)
    assert "refused: a tar header of more than" in str(found[0][1])
    assert found[1] == ("after", b"ok")


def test_a_size_in_a_pax_header_counts() -> None:
    info = tarfile.TarInfo("big")
    info.size = 4
    info.pax_headers = {"size": "4"}
    data = info.tobuf(format=tarfile.PAX_FORMAT) + b"abcd" + b"\0" * 508
    assert members(data) == [("big", b"abcd")]


@pytest.mark.parametrize(
    "data", [b"0 path=x\n", b"13 mtime=123\n9999 path=y\n", b"no records", b"20 path=whole.post\n\n"]
)
def test_a_pax_header_of_any_form_gives_the_member_a_name(data: bytes) -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, len(data)
    found = members(info.tobuf(format=tarfile.USTAR_FORMAT) + data.ljust(512, b"\0") + tar_of({"plain": b"1"}))
    assert len(found) == 1
    assert found[0][1] == b"1"


def test_a_size_too_large_for_octal_digits_is_read() -> None:
    info = tarfile.TarInfo("big")
    info.size = 8**12
    found = members(info.tobuf(format=tarfile.GNU_FORMAT) + b"abc")
    assert found == [("big", "cut off in the middle of this archive member")]


@pytest.mark.parametrize("cut", [700, 512 + 3, 512])
def test_an_archive_cut_off_inside_a_member_says_so_once(cut: int) -> None:
    data = tar_of({"a.post": b"x" * 1000, "b.post": b"y"})
    assert members(data[:cut]) == [("a.post", "cut off in the middle of this archive member")]


def test_damage_that_no_reader_met_is_told() -> None:
    data = tar_of({"../a": b"x" * 1000})[:700]
    assert [reason for _, reason in members(data)] == [
        "refused: its path contains '..'",
        "cut off in the middle of this archive member",
    ]


def test_an_archive_cut_off_inside_a_header_says_so() -> None:
    data = tar_of({"a.post": b"x", "b.post": b"y"})
    assert members(data[: 2 * BLOCK_BYTES + 100]) == [
        ("a.post", b"x"),
        ("", "tar archive is cut off in the middle of a header"),
    ]


def test_a_damaged_header_ends_the_archive_with_a_reason() -> None:
    data = tar_of({"a.post": b"x", "b.post": b"y"})
    found = members(data[: 2 * BLOCK_BYTES] + b"#" * BLOCK_BYTES + data[3 * BLOCK_BYTES :])
    assert found[0] == ("a.post", b"x")
    assert "damaged tar header" in str(found[1][1])


def test_damage_below_is_told_where_a_header_should_be() -> None:
    def chunks() -> object:
        yield tar_of({"a": b"x"})[: 2 * BLOCK_BYTES]
        message = "damaged below"
        raise RecordError(message)

    found = [
        (name, str(content)) for name, content in tar_members(Stream(chunks())) if isinstance(content, RecordError)
    ]  # type: ignore[arg-type] # a generator
    assert found == [("", "damaged below")]


def test_an_extension_cut_off_is_told() -> None:
    info = tarfile.TarInfo("long")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 300
    found = members(info.tobuf(format=tarfile.GNU_FORMAT) + b"n" * 100)
    assert found == [("long", "cut off in the middle of this archive member")]


def test_text_is_no_header() -> None:
    assert not is_header(b'{"a": 1}' * 64)
    assert not is_header(b"")
    assert not is_header(b"\0" * 512)


@given(st.integers(0, 2600), st.binary(max_size=600))
def test_an_archive_cut_anywhere_with_noise_never_fails(cut: int, noise: bytes) -> None:
    data = tar_of({"a.post": b"x" * 100, LONG: b"y" * 600})
    for name, content in members(data[:cut] + noise):
        assert isinstance(name, str)
        assert isinstance(content, bytes | str)
