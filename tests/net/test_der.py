"""Elements of DER, cut out where they stand."""

from __future__ import annotations

import contextlib

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from tests.net.test_certificates import made
from trigpoint.net.der import Element, Parts, elements


def written(tag: int, content: bytes) -> bytes:
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    size = len(content).to_bytes(3, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content


@given(st.lists(st.tuples(st.integers(0, 30), st.binary(max_size=300)), max_size=5))
def test_elements_are_found_as_they_were_written(listed: list[tuple[int, bytes]]) -> None:
    der = b"".join(written(tag, content) for tag, content in listed)
    found = elements(der, 0, len(der))
    assert [(tag, der[start:end]) for tag, _, start, end in found] == listed
    assert b"".join(der[start:end] for _, start, _, end in found) == der


@pytest.mark.parametrize("der", [b"\x02\x02\x01", b"\x02\x83\x01", b"\x1f\x01\x00", b"\x02"])
def test_what_is_not_der_of_a_certificate_is_an_error(der: bytes) -> None:
    with pytest.raises((ValueError, IndexError)):
        elements(der, 0, len(der))


@given(st.binary(), st.integers(0, 40), st.integers(0, 40))
def test_elements_of_any_bytes_follow_one_another_or_are_an_error(der: bytes, start: int, end: int) -> None:
    found: list[Element] = []
    with contextlib.suppress(ValueError, IndexError):
        found = elements(der, start, min(end, len(der)))
    for _, begin, content, stop in found:
        assert (begin, content <= stop) == (start, True)
        start = stop


@given(st.integers(0, 400), st.binary(max_size=20))
def test_a_certificate_cut_anywhere_with_noise_gives_parts_or_one_of_two_errors(cut: int, noise: bytes) -> None:
    with contextlib.suppress(ValueError, IndexError):
        Parts(made(None).public_bytes(Encoding.DER)[:cut] + noise).alternative_names()
