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
