"""``trigpoint reference``: what is there, newer ones, and those of a folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.reference.lists import DNS, write
from tests.reference.publisher import Publisher
from trigpoint.cli.group import BAD_INPUT
from trigpoint.reference.library import Library
from trigpoint.store.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli.commands import Said


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIGPOINT_REFERENCE", str(tmp_path / "library"))
    return tmp_path / "library"


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    made = Publisher()
    yield made
    made.close()


def test_without_any_it_says_how_to_get_them(trigpoint: Callable[..., Said], folder: Path) -> None:
    said = trigpoint("reference", "show")
    assert said.status == 0
    assert "trigpoint reference update" in said.out
    assert str(folder) in said.err


def test_a_folder_is_taken_and_shown(trigpoint: Callable[..., Said], folder: Path, tmp_path: Path) -> None:
    taken = trigpoint("reference", "use", write(tmp_path / "given"))
    assert taken.status == 0
    assert "ooni-dns: 2 entries\n" in taken.err
    said = trigpoint("reference", "show")
    lines = said.out.splitlines()
    assert lines[0].split() == ["name", "entries", "unusable", "date", "sha256", "licence", "from"]
    assert [line.split()[0] for line in lines[1:]] == [one.item.name for one in Library(folder).present()]
    assert "CC BY-NC-SA 4.0" in said.out
    again = trigpoint("reference", "use", tmp_path / "given")
    assert "the same as before" in again.err


def test_programs_get_json(trigpoint: Callable[..., Said], folder: Path, tmp_path: Path) -> None:
    write(folder)
    trigpoint("reference", "use", write(tmp_path / "given"), "--quiet")
    shown = json.loads(trigpoint("reference", "show", "--json").out)
    assert shown[0]["name"] == "ooni-dns"
    assert shown[0]["sha256"] == Library(folder).present()[0].sha256
    assert shown[0]["origin"].endswith("fingerprints_dns.csv")


def test_what_was_put_there_by_hand_is_shown_as_that(trigpoint: Callable[..., Said], folder: Path) -> None:
    write(folder)
    said = trigpoint("reference", "show")
    assert "put there by hand; published by OONI" in said.out
    assert "unknown" in said.out


def test_an_update_takes_what_is_newer(trigpoint: Callable[..., Said], folder: Path, publisher: Publisher) -> None:
    publisher.files["/dns"] = DNS.encode()
    asked = ("reference", "update", "ooni-dns", "--from", f"ooni-dns={publisher.url('/dns')}")
    first = trigpoint(*asked)
    assert (first.status, first.err) == (0, "ooni-dns: 2 entries\n")
    assert trigpoint(*asked).err == "ooni-dns: there is nothing newer\n"
    assert len(Library(folder).present()) == 1


def test_a_failed_update_is_told_and_is_a_failure(
    trigpoint: Callable[..., Said], folder: Path, publisher: Publisher
) -> None:
    asked = ("reference", "update", "ooni-dns", "--from", f"ooni-dns={publisher.url('/missing')}")
    for quiet in ((), ("--quiet",)):
        said = trigpoint(*asked, *quiet)
        assert said.status == 1
        assert said.err.count("what was there stays") == 1
        assert "404" in said.err


def test_what_is_named_by_an_address_alone_comes_as_well(
    trigpoint: Callable[..., Said], folder: Path, publisher: Publisher, tmp_path: Path
) -> None:
    publisher.files["/dns"] = DNS.encode()
    publisher.files["/http"] = (write(tmp_path / "given") / "fingerprints_http.csv").read_bytes()
    dns, http = f"ooni-dns={publisher.url('/dns')}", f"ooni-http={publisher.url('/http')}"
    assert trigpoint("reference", "update", "ooni-dns", "--from", dns, "--from", http).status == 0
    assert [one.item.name for one in Library(folder).present()] == ["ooni-dns", "ooni-http"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("update", "narnia"), "no reference data are called narnia"),
        (("update", "addresses"), "addresses: nobody publishes it for all"),
        (("update", "--from", "narnia=https://example.org/"), "no reference data are called narnia"),
        (("update", "--from", "ooni-dns=http://example.org/"), "is no address with https"),
        (("update", "--from", "ooni-dns"), "is no address with https"),
        (("use", "/no/such/folder"), "/no/such/folder is no folder"),
    ],
)
def test_a_mistake_is_one_sentence(
    trigpoint: Callable[..., Said], folder: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    said = trigpoint("reference", *arguments)
    assert said.status == BAD_INPUT
    assert sentence in said.sentence
    assert not folder.exists()


def test_the_judge_says_what_it_knows_and_names_it(
    trigpoint: Callable[..., Said], folder: Path, measurements: Path, tmp_path: Path
) -> None:
    survey = tmp_path / "survey"
    trigpoint("observe", measurements, "--to", survey, "--quiet")
    bare = trigpoint("judge", survey)
    assert f"No fingerprints in {folder}: only the built-in table" in bare.err
    built_in = {file.name for file in Survey.open(survey).references}
    assert any(name.startswith("authorities of certifi") for name in built_in)
    write(folder)
    known = trigpoint("judge", survey)
    assert "7 fingerprints of 4 lists" in known.err
    added = [file for file in Survey.open(survey).references if file.name not in built_in]
    assert [file.sha256 for file in added] == [one.sha256 for one in Library(folder).present()[:4]]
    assert trigpoint("judge", survey, "--quiet").err == ""


def test_a_fingerprint_that_cannot_be_used_is_told(
    trigpoint: Callable[..., Said], folder: Path, measurements: Path
) -> None:
    folder.mkdir()
    (folder / "blockpage_signatures.json").write_text('{"fingerprint":"f_bad","pattern":"a("}\n')
    said = trigpoint("judge", measurements)
    assert "left out f_bad: not in the syntax of RE2" in said.err


def test_explain_reads_the_same_lists(trigpoint: Callable[..., Said], folder: Path, measurements: Path) -> None:
    write(folder)
    path = next(path for path in sorted(measurements.rglob("*")) if path.is_file() and path.suffix == ".jsonl")
    said = trigpoint("explain", f"{path}:1")
    assert said.status == 0
    assert "7 fingerprints of 4 lists" in said.err


def test_addresses_of_the_folder_are_looked_up(
    trigpoint: Callable[..., Said], folder: Path, measurements: Path, tmp_path: Path
) -> None:
    (folder / "registries").mkdir(parents=True)
    (folder / "registries" / "v4.pfx2as.gz").write_text("0.0.0.0\t0\t64999\n")
    survey = tmp_path / "survey"
    assert trigpoint("observe", measurements, "--to", survey, "--quiet").status == 0
    opened = Survey.open(survey)
    assert "registries and RouteViews" in [file.name for file in opened.references]
    connects = opened.scan("tcp_connects").collect()
    assert connects.filter(~connects["address"].str.contains(":"))["asn"].unique().to_list() == [64999]
