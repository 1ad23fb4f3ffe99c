"""Answers of servers, as text or in parts."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.archive.shapes import json_values
from trigpoint.archive.censored_planet.answers import Answer, answer_of
from trigpoint.archive.ooni.recorder import Recorder


def read(received: object) -> tuple[Answer, list[bytes]]:
    recorder = Recorder()
    answer = answer_of(recorder, received)
    return answer, [body.content for body in recorder.bodies.values()]


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_raw_response_is_taken_apart(end: str) -> None:
    raw = end.join(["HTTP/1.1 302 Found", "Location: http://b.example/", "Server: x", "", "<title>T</title>"])
    answer, bodies = read(raw)
    assert (answer.status, answer.location, answer.title) == (302, "http://b.example/", "T")
    assert answer.headers == "Location: http://b.example/\nServer: x"
    assert bodies == [b"<title>T</title>"]


def test_a_raw_response_without_headers_has_a_body() -> None:
    answer, bodies = read("HTTP/1.1 403 No\r\n\r\nno")
    assert (answer.status, answer.headers, bodies) == (403, None, [b"no"])


def test_a_raw_response_that_was_cut_off_has_no_body() -> None:
    answer, bodies = read("HTTP/1.1 200 OK\r\nServer: x\r\n")
    assert (answer.status, answer.headers, answer.body_bytes, bodies) == (200, "Server: x", None, [])


def test_what_is_no_response_is_a_body() -> None:
    answer, bodies = read("<title>T</title>")
    assert (answer.status, answer.title, bodies) == (None, "T", [b"<title>T</title>"])


@pytest.mark.parametrize(
    ("line", "status"), [("403 Forbidden", 403), ("HTTP/1.1 200 OK", 200), ("odd", None), (7, None)]
)
def test_the_status_line_of_parts(line: object, status: int | None) -> None:
    assert read({"status_line": line})[0].status == status


def test_a_status_of_three_digits_that_http_does_not_have_is_none() -> None:
    assert read("HTTP/1.1 099 Odd\r\n\r\n")[0].status is None


@pytest.mark.parametrize(
    "tls", [{"tls": {"version": 771, "cipher_suite": 1, "cert": "AAAA"}}, {"TlsVersion": 771, "Certificate": "AAAA"}]
)
def test_tls_as_either_version_writes_it(tls: dict[str, object]) -> None:
    answer, _ = read({"status_line": "200 OK", "headers": {"A": ["1", "2"]}, "body": "", **tls})
    assert answer.tls_version == "TLSv1.2"
    assert answer.certificate_chain is not None
    assert answer.headers == "A: 1\nA: 2"
    assert answer.body_bytes == 0


def test_an_unknown_version_of_tls_is_missing() -> None:
    assert read({"TlsVersion": 9})[0].tls_version is None
    assert read({"TlsVersion": "771", "tls": "odd"})[0].tls_version is None


@given(json_values)
def test_any_value_is_an_answer(received: object) -> None:
    assert isinstance(read(received)[0], Answer)
