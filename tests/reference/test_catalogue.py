from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import mmdb
from tests.reference.lists import LIST, archive
from trigpoint.reference.catalogue import ITEMS, is_list, lists_content
from trigpoint.reference.fetching import check

if TYPE_CHECKING:
    from pathlib import Path

    from trigpoint.reference.catalogue import Item


def item(name: str) -> Item:
    return next(item for item in ITEMS if item.name == name)


def test_names_and_places_are_unique() -> None:
    assert len({item.name for item in ITEMS}) == len({item.place for item in ITEMS}) == len(ITEMS)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.name)
def test_each_says_whose_it_is_and_where_it_is_published(item: Item) -> None:
    assert item.licence
    assert item.publisher
    assert re.fullmatch(r"[a-z0-9-]+", item.name)
    if item.url is not None:
        check(item.url)
        assert item.url.startswith("https://")


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.name)
@given(noise=st.binary(max_size=200))
def test_noise_is_refused_with_a_reason_or_read(item: Item, noise: bytes) -> None:
    with suppress(ValueError):
        assert item.read(item.place, noise).rows > 0


def test_only_lists_are_taken_out_of_an_archive() -> None:
    found = item("test-lists").read("test-lists/lists", archive(xl=LIST, **{"00-LEGEND-x": "no", "Big": "no"}))
    assert list(found.files) == ["test-lists/lists/xl.csv"]
    assert found.rows == 1


@pytest.mark.parametrize("name", ["../xl.csv", "xl.csv.exe", "XL.csv", "00.csv", "xl", ".csv", "xl.txt"])
def test_other_names_are_no_lists(name: str) -> None:
    assert not is_list(name)


@pytest.mark.parametrize("files", [{}, {"xl.csv": b""}, {"xl.csv": b"name,other\n"}])
def test_what_holds_no_list_is_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(ValueError, match=r"no list of URLs|no column url"):
        lists_content(files)


def test_a_damaged_archive_is_refused() -> None:
    with pytest.raises(ValueError, match="no archive"):
        item("test-lists").read("x", b"PK\x03\x04")
    whole = archive(xl=LIST)
    with pytest.raises(ValueError, match="no archive"):
        item("test-lists").read("x", whole.replace(b"https://www", b"https://vvv"))


def test_a_database_of_addresses_is_known_by_its_format(tmp_path: Path) -> None:
    written = mmdb.write(tmp_path / "a.mmdb", {"11.0.0.0/8": {"asn": 64500}})
    assert item("addresses").read("addresses.mmdb", written.read_bytes()).rows > 0
    with pytest.raises(ValueError, match="MaxMind"):
        item("addresses").read("addresses.mmdb", b"no database")


def test_a_list_of_which_nothing_can_be_used_is_refused() -> None:
    heading = "name,scope,location_found,pattern_type,pattern,expected_countries"
    with pytest.raises(ValueError, match="no row"):
        item("ooni-dns").read("x", f"{heading}\na,nat,tls,full,x,XL\n".encode())
