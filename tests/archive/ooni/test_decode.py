"""JSON, strictly where it is well formed and leniently where it is not."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.archive.shapes import json_values
from trigpoint.archive.ooni.decode import decode_json
from trigpoint.errors import RecordError


@given(json_values)
def test_well_formed_json_is_what_it_says(value: object) -> None:
    assert decode_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'{"a": NaN, "b": -Infinity, "c": 1e999}', {"a": None, "b": None, "c": None}),
        (b'{"a": ' + b"9" * 5000 + b"}", {"a": None}),
        (b'{"a": NaN, "b": 12345678901234567890123}', {"a": None, "b": 12345678901234567890123}),
        (b'{"a\\ud800": "x\\udfffy"}', {"a\ufffd": "x\ufffdy"}),
        (b'{"a": ["\xff"]}', {"a": ["\ufffd"]}),
        (b'{"a": "tab\there\x00"}', {"a": "tab\there\x00"}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b' {"a": 1}\r', {"a": 1}),
    ],
)
def test_one_bad_value_does_not_lose_the_rest(text: bytes, value: object) -> None:
    assert decode_json(text) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'{"a": [1, 2', "cut off in the middle"),
        (b'{"a": "te', "cut off in the middle"),
        (b'{"a": 1} x', "not JSON"),
        (b"{'a': 1}", "not JSON"),
        (b"", "not JSON"),
        (b"[" * 100_000, "nested too deep"),
        (b"[NaN," * 50_000, "nested too deep"),
    ],
)
def test_what_is_no_json_has_a_reason(text: bytes, reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        decode_json(text)


@given(st.binary())
def test_any_bytes_are_a_value_or_one_named_error(text: bytes) -> None:
    with contextlib.suppress(RecordError):
        json.dumps(decode_json(text))
