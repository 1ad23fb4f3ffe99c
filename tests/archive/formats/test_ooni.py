"""Recognising OONI's data format, and taking postcans apart."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.archive.shapes import encoded, postcan, record
from trigpoint.archive.formats.ooni import FORMAT, recognises, unwrap
from trigpoint.archive.ooni.measurement import measurement_of


@pytest.mark.parametrize(
    "head",
    [b"{", b"\xef\xbb\xbf{}", b"\n [\n", b'x\n{"a"', b"x\n{\n", b'x\n  { "a"', b'\x00\n{"a": 1}\n'],
)
def test_objects_of_json_may_hold_measurements(head: bytes) -> None:
    assert recognises(head)


@pytest.mark.parametrize("head", [b"", b"a,b\n1,{2}\n", b'x\n{"a": \x00}\n', b"<html>{}</html>"])
def test_anything_else_does_not(head: bytes) -> None:
    assert not recognises(head)


def test_a_postcan_is_taken_apart_byte_for_byte() -> None:
    assert json.loads(unwrap(postcan(record()))) == record()


@pytest.mark.parametrize(
    "given_record",
    [record(), record(format="json", content={}), {"format": "yaml", "content": "x"}, {"content": {}}, [1]],
)
def test_what_is_no_postcan_stays_as_it_is(given_record: object) -> None:
    assert unwrap(encoded(given_record)) == encoded(given_record)


@given(st.binary())
def test_any_bytes_stay_as_they_are_or_are_taken_apart(data: bytes) -> None:
    assert isinstance(unwrap(data), bytes)
    assert recognises(data) in (True, False)


def test_the_format_reads_with_the_measurement_reader() -> None:
    assert FORMAT.decode is measurement_of
