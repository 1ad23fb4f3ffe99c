"""Network and country come from a local file, or are unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.reference import mmdb
from trigpoint.errors import InputError
from trigpoint.probe.location import NOWHERE, Location, locate

if TYPE_CHECKING:
    from pathlib import Path


def test_without_a_database_nothing_is_known() -> None:
    assert locate("192.0.2.1", None) == NOWHERE
    assert (NOWHERE.asn_text, NOWHERE.country, NOWHERE.network) == ("AS0", "ZZ", "")


def test_a_database_knows_network_and_country(tmp_path: Path) -> None:
    record = {"asn": 64496, "as_name": "Example Net", "country_code": "XL"}
    path = mmdb.write(tmp_path / "a.mmdb", {"192.0.2.0/24": record})
    assert locate("192.0.2.7", path) == Location(64496, "XL", "Example Net")
    assert locate("192.0.2.7", path).asn_text == "AS64496"


@pytest.mark.parametrize("address", [None, "", "203.0.113.1", "2001:db8::1", "no address"])
def test_what_the_database_does_not_know_is_nowhere(tmp_path: Path, address: str | None) -> None:
    path = mmdb.write(tmp_path / "a.mmdb", {"192.0.2.0/24": {"asn": 64496}})
    assert locate(address, path) == NOWHERE


def test_a_database_that_is_none_is_said_before_anything_is_measured(tmp_path: Path) -> None:
    (tmp_path / "a.mmdb").write_bytes(b"nothing")
    for address in (None, "192.0.2.1"):
        with pytest.raises(InputError, match="cannot be read as an address database"):
            locate(address, tmp_path / "a.mmdb")


def test_an_address_plan_does_as_well(tmp_path: Path) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text("prefix,asn,as_name,country\n192.0.2.0/24,64501,Home,XA\n", encoding="utf-8")
    assert locate("192.0.2.7", plan) == Location(asn=64501, country="XA", network="Home")
