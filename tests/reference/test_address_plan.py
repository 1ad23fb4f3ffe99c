"""Address plans: what is listed is in use, the longest prefix wins, and a bad line is named."""

from __future__ import annotations

import hashlib
import ipaddress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import mmdb
from trigpoint.errors import InputError
from trigpoint.model.facts import AddressFacts
from trigpoint.reference.address_plan import COLUMNS, AddressPlan, Planned, addresses_in, written
from trigpoint.reference.addresses import AddressDatabase, is_bogon

if TYPE_CHECKING:
    from pathlib import Path

HEAD = ",".join(COLUMNS)
LINES = (
    "192.0.2.0/24,,,",
    "192.0.2.64/26,64501,Home,XA",
    '192.0.2.66/32,64502,"Net, the other",',
    "2001:db8::/32,,,",
    "2001:db8:a1::2/128,64501,,XA",
    "203.0.113.7,64496,,",
)


def _plan(folder: Path, *lines: str, head: str = HEAD) -> Path:
    path = folder / "plan.csv"
    path.write_text("\n".join((head, *lines)), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("address", "asn", "name", "country"),
    [
        ("192.0.2.1", None, None, None),
        ("192.0.2.65", 64501, "Home", "XA"),
        ("192.0.2.66", 64502, "Net, the other", None),
        ("192.0.2.128", None, None, None),
        ("2001:db8::1", None, None, None),
        ("2001:db8:a1::2", 64501, None, "XA"),
        ("2001:DB8:A1:0::2", 64501, None, "XA"),
        ("203.0.113.7", 64496, None, None),
    ],
)
def test_what_is_listed_is_in_use_and_the_longest_prefix_says_by_whom(
    tmp_path: Path, address: str, asn: int | None, name: str | None, country: str | None
) -> None:
    found = AddressPlan(_plan(tmp_path, *LINES)).lookup(address)
    assert found == AddressFacts(asn=asn, as_name=name, address_country=country, is_bogon=False)


@pytest.mark.parametrize("address", ["203.0.113.8", "10.10.34.35", "127.0.0.1", "2001::1", "93.184.215.14", "::1"])
def test_what_is_not_listed_stays_what_it_is(tmp_path: Path, address: str) -> None:
    assert AddressPlan(_plan(tmp_path, *LINES)).lookup(address) == AddressFacts(is_bogon=is_bogon(address))


def test_a_text_that_is_no_address_has_no_facts(tmp_path: Path) -> None:
    assert AddressPlan(_plan(tmp_path, *LINES)).lookup("www.example") == AddressFacts()


@given(
    st.lists(st.tuples(st.ip_addresses(), st.integers(0, 128)), max_size=12, unique=True),
    st.lists(st.ip_addresses(), max_size=6),
)
def test_it_agrees_with_a_search_of_every_prefix(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[object, int]], others: list[object]
) -> None:
    prefixes = {
        ipaddress.ip_network(f"{address}/{min(length, address.max_prefixlen)}", strict=False)
        for address, length in drawn
    }
    entries = [Planned(str(prefix), asn) for asn, prefix in enumerate(sorted(prefixes, key=str), start=1)]
    path = tmp_path_factory.mktemp("plan") / "plan.csv"
    path.write_text(written(entries), encoding="utf-8")
    plan = AddressPlan(path)
    for address in [*(address for address, _ in drawn), *others]:
        around = [entry for entry in entries if address in ipaddress.ip_network(entry.prefix)]
        best = max(around, key=lambda entry: ipaddress.ip_network(entry.prefix).prefixlen, default=None)
        assert plan.lookup(str(address)).asn == (best.asn if best else None)
        assert not (best and plan.lookup(str(address)).is_bogon)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("192.0.2.0/24", "1 columns instead of 4"),
        ("192.0.2.0/24,,,,", "5 columns instead of 4"),
        (",,,", "'' is no prefix"),
        ("example.org,,,", "'example.org' is no prefix"),
        ("192.0.2.1/24,,,", "'192.0.2.1/24' is no prefix"),
        ("192.0.2.0/33,,,", "'192.0.2.0/33' is no prefix"),
        ("192.0.2.0/24,AS64500,,", "'AS64500' is no AS number"),
        ("192.0.2.0/24,0,,", "'0' is no AS number"),
        ("192.0.2.0/24,4294967296,,", "'4294967296' is no AS number"),
        ("192.0.2.0/24,\u0663,,", "is no AS number"),  # an Arabic digit
        ("192.0.2.0/24,,Home,", "'Home' is no name of an AS"),
        ("192.0.2.0/24,1,\x1b[2J,", "is no name of an AS"),
        (f"192.0.2.0/24,1,{'n' * 300},", "is no name of an AS"),
        ("192.0.2.0/24,,,xa", "'xa' is no country code"),
        ("192.0.2.0/24,,,Iran", "'Iran' is no country code"),
        ("198.51.100.0/24,,,", "198.51.100.0/24 is there already"),
        ('"192.0.2.0/24,,,', "unexpected end of data"),
        (f"{'9' * 140_000},,,", "field larger than field limit"),
    ],
)
def test_a_line_that_is_none_is_one_sentence_with_its_number(tmp_path: Path, line: str, what: str) -> None:
    path = _plan(tmp_path, "198.51.100.0/24,,,", line)
    with pytest.raises(InputError) as refused:
        AddressPlan(path)
    assert str(refused.value).startswith(f"{path}: line 3: ")
    assert what in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_bytes_that_are_no_text_are_one_sentence_with_the_line(tmp_path: Path) -> None:
    path = _plan(tmp_path)
    path.write_bytes(f"{HEAD}\n192.0.2.0/24,1,".encode() + b"\xff,\n")
    with pytest.raises(InputError, match=r"plan\.csv: line 2: it is not UTF-8"):
        AddressPlan(path)


def test_other_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"plan\.csv: line 1: the first line is prefix,asn,as_name,country"):
        AddressPlan(_plan(tmp_path, head="prefix,country,asn,as_name"))


def test_a_file_larger_than_any_plan_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(InputError, match="is larger than 16 MiB, which no such file is"):
        AddressPlan(path)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none.csv cannot be read: No such file"):
        AddressPlan(tmp_path / "none.csv")


def test_empty_lines_and_a_byte_order_mark_are_no_entries(tmp_path: Path) -> None:
    path = _plan(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf\n" + f"{HEAD}\r\n\r\n192.0.2.0/24,64500,,\r\n".encode())
    assert addresses_in(path).lookup("192.0.2.1").asn == 64500


def test_a_file_is_taken_for_what_its_content_says(tmp_path: Path) -> None:
    database = mmdb.write(tmp_path / "plan.csv.mmdb", {"93.184.0.0/16": {"asn": 1}})
    assert isinstance(addresses_in(database), AddressDatabase)
    plan = tmp_path / "a.mmdb"
    plan.write_text(f"{HEAD}\n", encoding="utf-8")
    assert isinstance(addresses_in(plan), AddressPlan)
    (tmp_path / "neither").write_text("what,else\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"cannot be read as an address database .* nor is it an address plan"):
        addresses_in(tmp_path / "neither")
    with pytest.raises(InputError, match="cannot be read as an address database"):
        addresses_in(tmp_path / "not-there")


def test_a_plan_is_named_by_its_hash(tmp_path: Path) -> None:
    path = _plan(tmp_path, *LINES)
    found = addresses_in(path).provenance()
    assert (found.name, found.vintage) == ("address plan", None)
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
