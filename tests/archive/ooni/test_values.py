"""Single values, in whatever way a generation of probes wrote them."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.archive.shapes import json_values
from trigpoint.archive.ooni.values import (
    as_number,
    body_content,
    country,
    decoded,
    escape,
    failure_of,
    inputs,
    instant,
    plain,
    resolver,
    status_failure,
    text,
)


@pytest.mark.parametrize(
    ("value", "failure"),
    [
        (None, None),
        (False, None),
        ("", None),
        (0, None),
        ({}, None),
        (True, "unknown_failure"),
        (["x"], "unknown_failure"),
        ("eof_error", "eof_error"),
        ("x" * 9999, "x" * 4096),
    ],
)
def test_a_failure_is_text_or_success(value: object, failure: str | None) -> None:
    assert failure_of(value) == failure


@pytest.mark.parametrize(
    ("status", "failure", "expected"),
    [
        ({"failure": None, "success": True}, None, None),
        ({"failure": "eof_error", "success": False}, None, "eof_error"),
        ({"success": False}, None, "unknown_failure"),
        ({"success": True}, "eof_error", "eof_error"),
        (False, None, "unknown_failure"),
        (True, None, None),
        (None, None, None),
    ],
)
def test_no_success_without_a_failure_is_a_failure(status: object, failure: object, expected: str | None) -> None:
    assert status_failure(status, failure) == expected


@pytest.mark.parametrize(
    ("value", "asn"),
    [
        ("AS44244", 44244),
        ("as44244", 44244),
        ("44244", 44244),
        (44244, 44244),
        (44244.0, 44244),
        ("AS0", None),
        (0, None),
        (None, None),
        ("", None),
        ("ASX", None),
        (-5, None),
        (2**32, None),
        (True, None),
        (1.5, None),
        ([], None),
    ],
)
def test_an_as_number_is_read_however_it_is_written(value: object, asn: int | None) -> None:
    assert as_number(value) == asn


@pytest.mark.parametrize(
    ("value", "code"), [("IT", "IT"), ("it", "IT"), ("ZZ", None), ("", None), ("ITA", None), (None, None), ("I1", None)]
)
def test_a_country_is_two_letters(value: str | None, code: str | None) -> None:
    assert country(value) == code


MOMENT = dt.datetime(2020, 1, 2, 3, 4, 5, tzinfo=dt.UTC).timestamp()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2020-01-02 03:04:05", MOMENT),
        ("2020-01-02T03:04:05Z", MOMENT),
        ("2020-01-02T03:04:05", MOMENT),
        (" 2020-01-02 03:04:05 ", MOMENT),
        ("2020-01-02 03:04:05.500", MOMENT + 0.5),
        ("2020-01-02T03:04:05.123456789Z", MOMENT + 0.123456),
        ("2020-01-02T05:04:05+02:00", MOMENT),
        ("2020-01-02", MOMENT - 3 * 3600 - 4 * 60 - 5),
        (MOMENT, MOMENT),
        (int(MOMENT), MOMENT),
        ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+23:00", None),
        ("9999-12-31T23:59:59-23:00", None),
        ("yesterday", None),
        ("", None),
        (0, None),
        (-1.0, None),
        (1e300, None),
        (math.nan, None),
        (True, None),
        (None, None),
        ([], None),
    ],
)
def test_a_time_is_read_however_it_is_written(value: object, expected: float | None) -> None:
    found = instant(value)
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-5))


@pytest.mark.parametrize(
    ("value", "expected"),
    [("a", "a"), ("", None), (None, None), (5, None), (["a", "b"], "a b"), (["a", 5, ""], "a"), ([], None)],
)
def test_inputs_are_text(value: object, expected: str | None) -> None:
    assert inputs(value) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("8.8.8.8:53", None, None), "8.8.8.8:53"),
        (("[2001:4860:4860::8888]:53", None, None), "[2001:4860:4860::8888]:53"),
        (("https://dns.google/dns-query", None, None), "https://dns.google/dns-query"),
        (("", "8.8.8.8", 53), "8.8.8.8:53"),
        ((None, "8.8.8.8", None), "8.8.8.8"),
        (("127.0.0.53:53", None, None), "private"),
        (("https://10.0.0.1/dns-query", None, None), "private"),
        (("[fe80::1%wlan0]:53", None, None), "private"),
        ((None, "::ffff:192.168.1.1", 53), "private"),
        (("[2002:c0a8:101::1]:53", None, None), "private"),  # by our own table, and not by the version of Python
        ((None, None, 53), None),
        ((":53", None, None), None),
    ],
)
def test_a_private_resolver_is_never_named(
    arguments: tuple[str | None, str | None, int | None], expected: str | None
) -> None:
    assert resolver(*arguments) == expected


@pytest.mark.parametrize(
    ("value", "content"),
    [
        ("é", b"\xc3\xa9"),
        ({"format": "base64", "data": "/w=="}, b"\xff"),
        ({"format": "base64", "data": "/w"}, b"\xff"),
        ({"format": "base64", "data": "A"}, None),
        ({"format": "base64"}, None),
        ({"data": 5}, None),
        (None, None),
        (5, None),
    ],
)
def test_a_body_is_text_or_base64(value: object, content: bytes | None) -> None:
    assert body_content(value) == content


def test_plain_text_may_stand_as_base64() -> None:
    assert plain("a") == "a"
    assert plain({"format": "base64", "data": "/2E="}) == "\ufffda"
    assert plain(None) is None
    assert decoded("é") is None


@given(json_values)
def test_no_value_makes_any_of_these_fail(value: object) -> None:
    kinds = {failure_of: str, as_number: int, instant: float, inputs: str, body_content: bytes, plain: str, text: str}
    for read, kind in kinds.items():
        assert read(value) is None or isinstance(read(value), kind)
    assert isinstance(status_failure(value, value), str | None)


@given(st.text())
def test_a_token_is_resolved_as_it_was_escaped(token: str) -> None:
    assert escape(token).replace("~1", "/").replace("~0", "~") == token
    assert "/" not in escape(token)
