from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.reference import mmdb
from tests.reference.lists import DNS, LIST, V4, archive, write
from trigpoint.errors import InputError
from trigpoint.reference import intake
from trigpoint.reference.intake import items_named, update, use
from trigpoint.reference.library import Library

if TYPE_CHECKING:
    from tests.reference.publisher import Publisher
    from trigpoint.reference.intake import Outcome


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


def held(library: Library) -> dict[str, bytes]:
    return {
        str(path.relative_to(library.folder)): path.read_bytes()
        for path in sorted(library.folder.rglob("*"))
        if path.is_file()
    }


def download(library: Library, publisher: Publisher, name: str, path: str) -> Outcome:
    (outcome,) = update(library, items_named([name]), {name: publisher.url(path)})
    return outcome


def test_a_folder_carried_over_is_taken_whole_without_any_network(library: Library, tmp_path: Path) -> None:
    outcomes = use(library, write(tmp_path / "given"))
    assert [(one.item.name, one.is_new, one.problem) for one in outcomes] == [
        (name, True, None) for name in ("ooni-dns", "ooni-http", "planet-blockpages", "planet-innocent", "test-lists")
    ]
    assert held(library)["fingerprints_dns.csv"] == DNS.encode()
    assert held(library)["test-lists/lists/xl.csv"] == LIST.encode()
    assert not any(one.is_new for one in use(library, tmp_path / "given"))


def test_what_is_broken_is_told_and_the_old_stays(library: Library, tmp_path: Path) -> None:
    use(library, write(tmp_path / "given"))
    before = held(library)
    (tmp_path / "given" / "fingerprints_dns.csv").write_text("<html>")
    (tmp_path / "given" / "lists" / "xl.csv").write_text("<html>")
    problems = [one.problem for one in use(library, tmp_path / "given") if one.problem]
    assert len(problems) == 2
    assert "lacks the columns" in problems[0]
    assert {name: content for name, content in held(library).items() if name != "index.json"} == {
        name: content for name, content in before.items() if name != "index.json"
    }


def test_lists_that_left_the_source_leave_the_library(library: Library, tmp_path: Path) -> None:
    given = write(tmp_path / "given")
    (given / "lists" / "xm.csv").write_text(LIST)
    use(library, given)
    (given / "lists" / "xm.csv").unlink()
    use(library, given)
    assert [name for name in held(library) if "lists" in name] == ["test-lists/lists/xl.csv"]
    assert [path.name for path in (library.folder / "test-lists").iterdir()] == ["lists"]


def test_the_only_database_of_a_folder_is_the_database_of_addresses(library: Library, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    mmdb.write(given / "anybody-2026-11.mmdb", {"11.0.0.0/8": {"asn": 64500}})
    assert [one.item.name for one in use(library, given)] == ["addresses"]
    mmdb.write(given / "other.mmdb", {"11.0.0.0/8": {"asn": 64500}})
    with pytest.raises(InputError, match="no reference data"):
        use(library, given)


@pytest.mark.parametrize(("where", "says"), [("missing", "is no folder"), (".", "no reference data")])
def test_a_folder_without_anything_is_one_sentence(library: Library, tmp_path: Path, where: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        use(library, tmp_path / where)


def test_the_library_is_not_taken_from_itself(library: Library, tmp_path: Path) -> None:
    use(library, write(tmp_path / "given"))
    with pytest.raises(InputError, match="itself"):
        use(library, library.folder)


def test_a_download_is_read_before_it_is_put_there(library: Library, publisher: Publisher) -> None:
    publisher.files["/dns"] = DNS.encode()
    first = download(library, publisher, "ooni-dns", "/dns")
    assert (first.is_new, first.rows, first.problem) == (True, 2, None)
    (present,) = library.present()
    assert present.entry is not None
    assert (present.entry.origin, present.entry.vintage) == (publisher.url("/dns"), "2026-11-20T12:00:00Z")


def test_it_is_downloaded_again_only_where_it_changed(library: Library, publisher: Publisher) -> None:
    publisher.files["/dns"] = DNS.encode()
    download(library, publisher, "ooni-dns", "/dns")
    again = download(library, publisher, "ooni-dns", "/dns")
    assert (again.is_new, again.rows, again.problem) == (False, None, None)
    assert publisher.sent == ["/dns"]
    publisher.files["/dns"] += b"t.two,nat,,dns,full,198.51.100.11,5,XL,test,,\n"
    assert download(library, publisher, "ooni-dns", "/dns").rows == 3
    (library.folder / "fingerprints_dns.csv").unlink()
    assert download(library, publisher, "ooni-dns", "/dns").rows == 3, "what was deleted comes again"


def test_another_address_is_asked_for_all(library: Library, publisher: Publisher) -> None:
    publisher.files["/dns"] = publisher.files["/mirror"] = DNS.encode()
    download(library, publisher, "ooni-dns", "/dns")
    mirrored = download(library, publisher, "ooni-dns", "/mirror")
    assert (mirrored.rows, mirrored.is_new) == (2, False)


@pytest.mark.parametrize("fault", ["missing", "other", "short"])
def test_a_failed_download_leaves_the_old(library: Library, publisher: Publisher, fault: str) -> None:
    publisher.files["/dns"] = DNS.encode()
    download(library, publisher, "ooni-dns", "/dns")
    before = held(library)
    publisher.files["/dns"] = b"<html>not found</html>"
    if fault == "missing":
        del publisher.files["/dns"]
    elif fault == "short":
        publisher.lacking["/dns"] = 10
    failed = download(library, publisher, "ooni-dns", "/dns")
    assert failed.problem is not None
    assert failed.problem.startswith(publisher.url("/dns"))
    assert held(library) == before


def test_a_crash_while_writing_leaves_the_old(
    library: Library, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.files["/dns"] = DNS.encode()
    download(library, publisher, "ooni-dns", "/dns")
    before = held(library)
    publisher.files["/dns"] += b"t.two,nat,,dns,full,198.51.100.11,5,XL,test,,\n"

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        download(library, publisher, "ooni-dns", "/dns")
    assert held(library) == before


def test_a_compressed_file_is_kept_as_it_is_used(library: Library, publisher: Publisher, tmp_path: Path) -> None:
    database = mmdb.write(tmp_path / "a.mmdb", {"11.0.0.0/8": {"asn": 64500}}).read_bytes()
    publisher.files["/a.mmdb.gz"] = gzip.compress(database)
    assert download(library, publisher, "addresses", "/a.mmdb.gz").problem is None
    assert held(library)["addresses.mmdb"] == database
    publisher.files["/a.mmdb.gz"] = gzip.compress(database)[:-5]
    assert "damaged" in str(download(library, publisher, "addresses", "/a.mmdb.gz").problem)


def test_lists_are_taken_out_of_their_archive(library: Library, publisher: Publisher) -> None:
    publisher.files["/master.zip"] = archive(xl=LIST, xm=LIST)
    assert download(library, publisher, "test-lists", "/master.zip").rows == 2
    assert [name for name in held(library) if "lists" in name] == ["test-lists/lists/xl.csv", "test-lists/lists/xm.csv"]


def test_the_newest_of_a_log_is_downloaded(library: Library, publisher: Publisher) -> None:
    publisher.files["/p/pfx2as-creation.log"] = b"# seqnum\n1\t100\t2026/10/old.gz\n2\t200\t2026/11/new.gz\n"
    publisher.files["/p/2026/11/new.gz"] = gzip.compress(V4.encode())
    assert download(library, publisher, "routeviews-v4", "/p/pfx2as-creation.log").rows == 3
    assert publisher.sent == ["/p/pfx2as-creation.log", "/p/2026/11/new.gz"]
    assert library.addresses() == library.folder / "registries"


@pytest.mark.parametrize("log", [b"", b"# only\n", b"1\t2\n", b"1\t2\t../x\n", b"1\t2\t/x\n", b"1\t2\thttp://x/y\n"])
def test_a_log_that_names_no_file_is_a_failure(library: Library, publisher: Publisher, log: bytes) -> None:
    publisher.files["/p/pfx2as-creation.log"] = log
    problem = download(library, publisher, "routeviews-v4", "/p/pfx2as-creation.log").problem
    assert "names no file" in str(problem)


def test_what_nobody_publishes_for_all_is_left_alone(library: Library) -> None:
    assert update(library, items_named(["addresses"]), {}) == []


def test_each_outcome_is_told_when_it_is_there(library: Library, publisher: Publisher) -> None:
    publisher.files["/dns"] = DNS.encode()
    told: list[str] = []
    update(
        library, items_named(["ooni-dns"]), {"ooni-dns": publisher.url("/dns")}, lambda one: told.append(one.item.name)
    )
    assert told == ["ooni-dns"]


def test_names_are_checked() -> None:
    assert len(items_named([])) > 5
    with pytest.raises(InputError, match="no reference data are called narnia"):
        items_named(["narnia"])


@pytest.mark.parametrize("modified", ["yesterday", ""])
def test_a_date_that_is_none_is_not_believed(library: Library, publisher: Publisher, modified: str) -> None:
    publisher.files["/dns"] = DNS.encode()
    publisher.modified = modified
    download(library, publisher, "ooni-dns", "/dns")
    (present,) = library.present()
    assert present.entry is not None
    assert present.entry.vintage is None


def test_nothing_is_left_beside_what_is_kept(library: Library, tmp_path: Path) -> None:
    use(library, write(tmp_path / "given"))
    assert [path for path in library.folder.rglob("*") if path.name.startswith(".")] == []
    assert oct((library.folder / "test-lists" / "lists").stat().st_mode)[-3:] == "755"


def test_what_cannot_be_read_is_told(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = write(tmp_path / "given")
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "fingerprints_dns.csv":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (problem,) = [one.problem for one in intake.use(library, given) if one.problem]
    assert problem.endswith("Permission denied")
