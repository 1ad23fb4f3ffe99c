from __future__ import annotations

import msgspec
import pytest

from trigpoint.lab.engine.group import Number, as_number, check_addresses


def test_a_number_is_a_rule_or_itself() -> None:
    assert as_number(7) == Number(7)
    assert as_number(Number(1, 2, "random")) == Number(1, 2, "random")
    assert msgspec.convert({"low": 1, "rule": "mirror"}, int | Number) == Number(1, 0, "mirror")


def test_what_is_no_address_is_named_with_its_key() -> None:
    check_addresses("pool", ("192.0.2.1", "::1"))
    with pytest.raises(ValueError, match=r"^pool: 'x' is no address"):
        check_addresses("pool", ("192.0.2.1", "x"))


@pytest.mark.parametrize(
    ("given", "written"),
    [("2001:DB8::1", "2001:db8::1"), ("2001:db8:0:0::1", "2001:db8::1"), ("2001:0db8::0001", "2001:db8::1")],
)
def test_an_address_has_one_spelling(given: str, written: str) -> None:
    with pytest.raises(ValueError, match=rf"^client: '{given}' is written '{written}'"):
        check_addresses("client", (given,))


@pytest.mark.parametrize("given", ["10.0.0.01", "10.0.1", "0x0a000001", "10.0.0.1 ", "2001:db8::1%eth0", ""])
def test_what_only_some_programs_take_for_an_address_is_none(given: str) -> None:
    with pytest.raises(ValueError, match="is no address"):
        check_addresses("client", (given,))
