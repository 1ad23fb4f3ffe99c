from __future__ import annotations

from pathlib import Path

import pytest

from tests.reference import mmdb
from tests.reference.lists import DELEGATED, LIST, V4, write
from trigpoint.errors import InputError
from trigpoint.reference.intake import use
from trigpoint.reference.library import INDEX, Library, digest, home


def test_one_place_is_named_by_the_environment_or_is_the_users_own() -> None:
    assert home({"TRIGPOINT_REFERENCE": "/a"}) == Path("/a")
    assert home({"TRIGPOINT_REFERENCE": "", "XDG_DATA_HOME": "/b"}) == Path("/b/trigpoint/reference")
    assert home({}) == Path("~/.local/share/trigpoint/reference").expanduser()


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    library = Library(tmp_path / "missing")
    assert library.present() == []
    assert library.fingerprints() is None
    assert library.addresses() is None


def test_tests_have_a_library_without_anything() -> None:
    assert Library().present() == []


def test_files_put_there_by_hand_are_used_where_their_publisher_has_them(tmp_path: Path) -> None:
    write(tmp_path / "blocking-fingerprints")
    library = Library(tmp_path)
    assert [one.item.name for one in library.present()] == ["ooni-dns", "ooni-http"]
    assert all(one.entry is None for one in library.present())
    known = library.fingerprints()
    assert known is not None
    assert len(known) == 5
    assert [(file.vintage, len(file.sha256)) for file in known.files] == [(None, 64)] * 2


def test_what_was_taken_is_named_with_hash_and_date(tmp_path: Path) -> None:
    library = Library(tmp_path / "library")
    use(library, write(tmp_path / "given"))
    present = {one.item.name: one for one in library.present()}
    assert list(present) == ["ooni-dns", "ooni-http", "planet-blockpages", "planet-innocent", "test-lists"]
    assert [one.rows for one in present.values()] == [2, 3, 1, 1, 1]
    known = library.fingerprints()
    assert known is not None
    for file, one in zip(known.files, present.values(), strict=False):
        assert one.entry is not None
        assert (file.name, file.sha256, file.vintage) == (one.item.meaning, one.sha256, one.entry.vintage)
        assert one.entry.vintage is not None


def test_a_file_changed_since_has_no_date_any_more(tmp_path: Path) -> None:
    library = Library(tmp_path / "library")
    use(library, write(tmp_path / "given"))
    path = tmp_path / "library" / "fingerprints_dns.csv"
    path.write_text(path.read_text().replace("198.51.100.9", "198.51.100.8"))
    assert library.present()[0].entry is None
    known = library.fingerprints()
    assert known is not None
    assert known.files[0].vintage is None


def test_the_database_of_addresses_goes_before_the_registries(tmp_path: Path) -> None:
    (tmp_path / "registries").mkdir()
    (tmp_path / "registries" / "nro-delegated-stats").write_text(DELEGATED)
    assert Library(tmp_path).addresses() == tmp_path / "registries"
    (tmp_path / "registries" / "v4.pfx2as.gz").write_text(V4)
    assert Library(tmp_path).addresses() == tmp_path / "registries"
    mmdb.write(tmp_path / "addresses.mmdb", {"11.0.0.0/8": {"asn": 64500}})
    assert Library(tmp_path).addresses() == tmp_path / "addresses.mmdb"


def test_registries_that_lie_elsewhere_are_named_where_they_lie(tmp_path: Path) -> None:
    (tmp_path / "nro-delegated-stats").write_text(DELEGATED)
    assert Library(tmp_path).addresses() == tmp_path


@pytest.mark.parametrize("name", ["fingerprints_dns.csv", "blockpage_signatures.json"])
def test_a_file_that_is_another_is_one_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("<html>")
    with pytest.raises(InputError, match=name):
        Library(tmp_path).present()
    with pytest.raises(InputError, match=name):
        Library(tmp_path).fingerprints()


def test_lists_that_are_others_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "xl.csv").write_text("<html>")
    with pytest.raises(InputError, match="names no column url"):
        Library(tmp_path).present()


def test_a_damaged_index_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / INDEX).write_text("{")
    with pytest.raises(InputError, match=r"index.json is damaged"):
        Library(tmp_path).present()


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)

    def refuse(_: Path, how: str) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        Library(tmp_path).fingerprints()


def test_several_files_have_one_hash_that_does_not_depend_on_their_order() -> None:
    files = {"a": b"1", "b": b"2"}
    assert digest(files) == digest(dict(reversed(files.items())))
    assert digest(files) != digest({"a": b"2", "b": b"1"})
    assert digest({"a": LIST.encode()}) == digest({"b": LIST.encode()}), "of one file it is its own"


def test_a_folder_of_lists_without_lists_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "README.md").touch()
    assert Library(tmp_path).present() == []
