from __future__ import annotations

import gzip
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.lists import DELEGATED, V4, V6
from trigpoint.errors import InputError
from trigpoint.reference.address_plan import addresses_in
from trigpoint.reference.registries import (
    RegistryDatabase,
    _asn,
    _by_length,
    count_delegations,
    count_prefixes,
    registry_database,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "nro-delegated-stats").write_text(DELEGATED)
    (tmp_path / "v4.pfx2as.gz").write_bytes(gzip.compress(V4.encode()))
    (tmp_path / "v6.pfx2as").write_text(V6)
    return tmp_path


@pytest.mark.parametrize(
    ("address", "asn", "country"),
    [
        ("11.0.0.1", 64500, "XL"),
        ("11.0.1.255", 64501, "XL"),
        ("11.0.2.0", 64503, "XL"),
        ("11.0.3.0", 64500, None),
        ("12.0.0.255", None, "XM"),
        ("12.0.1.0", None, None),
        ("13.0.0.1", None, None),
        ("10.255.255.255", None, None),
        ("255.255.255.255", None, None),
        ("2a00:1::1", 64511, "XL"),
        ("2a00:2::1", 64510, "XL"),
        ("2a01::1", None, None),
        ("::", None, None),
    ],
)
def test_an_address_has_the_as_of_its_longest_prefix_and_the_country_of_its_range(
    folder: Path, address: str, asn: int | None, country: str | None
) -> None:
    facts = RegistryDatabase(folder).lookup(address)
    assert (facts.asn, facts.address_country, facts.as_name) == (asn, country, None)
    assert facts.is_bogon is not None


def test_what_is_no_address_has_no_facts(folder: Path) -> None:
    assert RegistryDatabase(folder).lookup("www.example.org").is_bogon is None


def test_a_folder_is_opened_as_addresses(folder: Path) -> None:
    assert addresses_in(folder).lookup("11.0.1.1").asn == 64501


def test_provenance_names_all_files_and_the_day(folder: Path) -> None:
    before = RegistryDatabase(folder).provenance()
    assert (before.name, before.vintage) == ("registries and RouteViews", "2026-11-20")
    (folder / "v6.pfx2as").write_text(V6 + "2a01::\t16\t64512\n")
    assert RegistryDatabase(folder).provenance().sha256 != before.sha256


def test_a_folder_is_read_once_until_it_changes(folder: Path) -> None:
    first = registry_database(folder)
    assert registry_database(folder) is first
    (folder / "v6.pfx2as").write_text(V6 + "2a01::\t16\t64512\n")
    assert registry_database(folder).lookup("2a01::1").asn == 64512


def test_without_such_files_one_sentence_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no files of registries or RouteViews"):
        RegistryDatabase(tmp_path)


@pytest.mark.parametrize("content", [b"\x1f\x8bno", gzip.compress(V4.encode())[:-9]], ids=["noise", "cut off"])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "v4.pfx2as.gz").write_bytes(content)
    with pytest.raises(InputError, match=r"v4.pfx2as.gz cannot be read: the compressed data"):
        RegistryDatabase(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "v4.pfx2as").touch(mode=0)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        RegistryDatabase(tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        "11.0.0.0\t8",
        "11.0.0.0\t33\t64500",
        "11.0.0.0\tx\t64500",
        "a\t8\t64500",
        "11.0.0.0\t8\tx",
        "11.0.0.0\t8\t0",
        "11.0.0.0\t8\t4294967296",
    ],
)
def test_a_line_that_says_no_prefix_is_left_out(tmp_path: Path, line: str) -> None:
    (tmp_path / "v4.pfx2as").write_text(f"{line}\n12.0.0.0\t8\t64500\n")
    assert RegistryDatabase(tmp_path).lookup("11.0.0.1").asn is None
    assert RegistryDatabase(tmp_path).lookup("12.0.0.1").asn == 64500


@pytest.mark.parametrize(
    "line", ["x|XL|ipv4|11.0.0.0|x|1|allocated", "x|XL|ipv4|a|256|1|allocated", "x|xl1|ipv4|11.0.0.0|1|1|allocated"]
)
def test_a_line_that_delegates_nothing_is_left_out(tmp_path: Path, line: str) -> None:
    (tmp_path / "nro-delegated-stats").write_text(
        f"{DELEGATED.splitlines()[0]}\n{line}\nx|XM|ipv4|14.0.0.0|256|1|assigned\n"
    )
    assert RegistryDatabase(tmp_path).lookup("11.0.0.0").address_country is None
    assert RegistryDatabase(tmp_path).lookup("14.0.0.0").address_country == "XM"


def test_files_are_counted_and_others_refused() -> None:
    assert count_prefixes(V4.encode()) == 3
    assert count_prefixes(gzip.compress(V6.encode())) == 2
    assert count_delegations(DELEGATED.encode()) == 3
    for content in (b"", b"<html>\n", b"11.0.0.0\t8\t1\n" + b"noise\n" * 9):
        with pytest.raises(ValueError, match="lines are prefixes"):
            count_prefixes(content)
    with pytest.raises(ValueError, match="first line"):
        count_delegations(b"<html>")
    with pytest.raises(ValueError, match="delegates nothing"):
        count_delegations(DELEGATED.splitlines()[0].encode())


NETWORKS = st.lists(st.tuples(st.integers(8, 32), st.integers(0, 2**32 - 1), st.integers(1, 2**32 - 1)), max_size=20)


@given(NETWORKS, st.integers(0, 2**32 - 1))
def test_the_longest_prefix_wins_as_a_search_of_all_says(networks: list[tuple[int, int, int]], number: int) -> None:
    rows = [(4, length, network >> (32 - length) << (32 - length), asn) for length, network, asn in networks]
    holding = [row for row in rows if number >> (32 - row[1]) == row[2] >> (32 - row[1])]
    longest = max((row[1] for row in holding), default=None)
    expected = next((row[3] for row in holding if row[1] == longest), None)
    assert _asn(_by_length(rows, 4), number, 32) == expected
