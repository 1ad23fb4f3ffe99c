from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis.strategies import binary, builds, integers, none

from trigpoint.lab.fabrics.virtual.tcp.options import Offer, read, written


@given(builds(Offer, integers(48, 65535), none() | integers(0, 14)))
def test_an_offer_is_read_as_it_was_written(offer: Offer) -> None:
    assert read(written(offer)) == offer
    assert len(written(offer)) % 4 == 0


@given(binary(max_size=40))
def test_whatever_stands_there_is_an_offer(options: bytes) -> None:
    offer = read(options)
    assert offer.segment >= 48
    assert offer.shift is None or offer.shift <= 14


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", Offer(536, None)),
        ("020405b40402080a00000000000000000103030a", Offer(1460, 10)),  # as Linux sends
        ("0001030307", Offer(536, None)),  # nothing counts behind the end
        ("0304", Offer(536, None)),
        ("03", Offer(536, None)),
        ("0300", Offer(536, None)),
        ("0204000001030314", Offer(48, 14)),
        ("03031f", Offer(536, 14)),
    ],
)
def test_options_of_others_are_understood(options: str, expected: Offer) -> None:
    assert read(bytes.fromhex(options)) == expected
