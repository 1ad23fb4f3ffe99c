"""HTTP round trips and redirect chains."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tests.archive.shapes import b64, keys, measured, request, trips, with_keys
from trigpoint.archive.ooni.http import header_pairs, header_text
from trigpoint.model.step import HttpRoundTrip


def bare(url: str, **response: object) -> dict[str, Any]:
    """A round trip as older probes wrote it: without tags."""
    return {"request": {"url": url, "method": "GET"}, "response": {"code": 200} | response, "failure": None}


def to(url: str) -> dict[str, Any]:
    return {"code": 302, "headers": {"Location": url}}


def test_a_round_trip_is_whole() -> None:
    (found,) = trips(measured())
    assert found == HttpRoundTrip(
        step=4,
        pointer="/test_keys/requests/0",
        vantage="probe",
        hop=0,
        transaction=2,
        started=0.5,
        ended=0.7,
        tags="depth=0",
        url="https://site.example/",
        scheme="https",
        host="site.example",
        port=443,
        method="GET",
        address="198.51.100.7",
        alpn="h2",
        status=200,
        headers="Server: a\nSet-Cookie: b",
        title="Site",
        body_bytes=19,
        body_sha256=hashlib.sha256(b"<title>Site</title>").hexdigest(),
        body_is_truncated=False,
    )
    assert [body.content for body in measured().bodies] == [b"<title>Site</title>"]


@pytest.mark.parametrize(
    ("body", "content"),
    [
        ("täxt", "täxt".encode()),
        (b64(b"\xff\x00"), b"\xff\x00"),
        ({"format": "base64", "data": "aGk"}, b"hi"),
        ("", b""),
    ],
)
def test_a_body_is_its_bytes_however_it_is_written(body: object, content: bytes) -> None:
    measurement = with_keys(given={"requests": [request(body=body)]})
    (found,) = trips(measurement)
    assert (found.body_bytes, found.body_sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert [kept.content for kept in measurement.bodies] == [content]


@pytest.mark.parametrize("body", [None, 5, {"format": "base64"}, []])
def test_a_body_that_is_none_is_missing(body: object) -> None:
    measurement = with_keys(given={"requests": [request(body=body, x_body_length=77)]})
    assert (trips(measurement)[0].body_bytes, trips(measurement)[0].body_sha256, measurement.bodies) == (77, None, ())


@pytest.mark.parametrize("code", [0, -1, None, 99, 1000, "x", 2**70])
def test_no_response_has_neither_status_nor_body(code: object) -> None:
    (found,) = trips(with_keys(given={"requests": [request(code=code, body="", headers_list=None)]}))
    assert (found.status, found.body_bytes, found.body_sha256, found.headers) == (None, None, None, None)


def test_a_round_trip_that_failed_without_a_response_stays() -> None:
    given = [
        {"failure": "eof_error", "request": {"url": "http://a.example"}},
        {"failure": "eof_error"},
        {},
        {"response": {}},
    ]
    found = trips(with_keys(given={"requests": given}))
    assert [(step.pointer[-1], step.url, step.failure) for step in found] == [
        ("0", "http://a.example", "eof_error"),
        ("1", "", "eof_error"),
        ("3", "", None),
    ]


@pytest.mark.parametrize(
    ("listed", "mapped", "pairs"),
    [
        ([["A", "1"], ["A", "2"]], {"A": "1"}, [("A", "1"), ("A", "2")]),
        ([], {"A": "1", "B": ["2", "3"]}, [("A", "1"), ("B", "2"), ("B", "3")]),
        (None, {"A": b64(b"1"), "B": None, "C": 5}, [("A", "1")]),
        (None, [["A", "1"]], [("A", "1")]),
        ([[b64(b"A"), b64(b"1")], ["B"], None, 5, ["C", "3", "4"]], None, [("A", "1")]),
        (None, None, []),
        ("text", 5, []),
        ({"A": "1"}, None, []),
    ],
)
def test_headers_are_read_however_they_are_written(
    listed: object, mapped: object, pairs: list[tuple[str, str]]
) -> None:
    assert header_pairs(listed, mapped) == pairs


def test_headers_are_one_a_line_whatever_they_hold() -> None:
    assert header_text([["A", "1\r\nB: 2"], ["C\n", "3"]], None) == ("A: 1 B: 2\nC : 3", None)
    assert header_text([["A", "1\rB"]], None) == ("A: 1 B", None)
    assert header_text([["loCation", " /x "], ["Location", "/y"]], None) == ("loCation:  /x \nLocation: /y", "/x")
    assert len(header_text([["A", "x" * 99_999]], None)[0] or "") == 65_536
    assert header_text(None, {}) == (None, None)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Host": "front.example"}, "front.example"),
        ({"Host": "site.example"}, None),
        ({"Host": "SITE.example:443"}, None),
        ({"hoSt": "other.example"}, "other.example"),
        ({"Host": None}, None),
        ({"Host": 5}, None),
        ({"Host": ""}, None),
        (None, None),
        ([["Host", "listed.example"]], "listed.example"),
    ],
)
def test_a_host_header_is_kept_where_it_differs(headers: object, expected: str | None) -> None:
    item = request()
    item["request"]["headers"] = headers
    assert trips(with_keys(given={"requests": [item]}))[0].host_header == expected


def test_the_host_of_a_url_is_an_a_label() -> None:
    (found,) = trips(with_keys(given={"requests": [bare("http://Bücher.example/ä")]}))
    assert (found.url, found.host) == ("http://xn--bcher-kva.example/ä", "xn--bcher-kva.example")


def test_a_request_through_tor_was_made_outside() -> None:
    through = bare("https://site.example/")
    through["request"]["tor"] = {"is_tor": True}
    found = with_keys("http_requests", {"requests": [bare("https://site.example/"), through], "control_failure": "x"})
    assert [step.vantage for step in trips(found, None)] == ["probe", "control"]
    assert (found.has_control, found.control_failure) == (True, "x")


def hops(
    requests: list[Any], nettest: str = "web_connectivity", measured_input: str | None = "http://site.example"
) -> list[int | None]:
    found = measured(test_name=nettest, input=measured_input, test_keys={"requests": requests})
    return [step.hop for step in trips(found)]


A, B, C = "http://site.example/", "https://site.example/", "https://www.site.example/start?x=1"


def test_tags_tell_the_depth() -> None:
    assert hops([request(A), request(B)]) == [0, 0]


@pytest.mark.parametrize("nettest", ["web_connectivity", "urlgetter"])
def test_the_chain_is_followed_in_whatever_order_it_is_listed(nettest: str) -> None:
    chain = [bare(A, **to(B)), bare(B, **to("//www.site.example/start?x=1")), bare(C)]
    assert hops(chain, nettest) == [0, 1, 2]
    assert hops(chain[::-1], nettest) == [2, 1, 0]


def test_forms_of_one_url_are_one() -> None:
    chain = [bare("http://site.example:80/?q", **to("/Next#part")), bare("http://SITE.example/Next")]
    assert hops(chain, "urlgetter", "http://Site.Example?q") == [0, 1]


def test_an_input_without_scheme_begins_the_chain() -> None:
    assert hops([bare(A)], "urlgetter", "site.example") == [0]


def test_where_following_leads_nowhere_position_tells_in_web_connectivity_alone() -> None:
    chain = [bare(C), bare("https://unlinked.example/"), bare(A, **to("http://[broken"))]
    assert hops(chain) == [2, 1, 0]
    assert hops(chain, "urlgetter") == [None, None, 0]


def test_a_tag_goes_before_the_chain() -> None:
    tagged = bare(B) | {"tags": ["depth=5"]}
    assert hops([tagged, bare(A, **to(B))], "urlgetter") == [5, 0]


def test_a_loop_of_redirects_ends() -> None:
    assert hops([bare(B, **to(A)), bare(A, **to(B))], "urlgetter") == [1, 0]
    assert hops([bare(A, **to(A)), bare(A, **to(A))], "urlgetter") == [0, 0]


def test_without_an_input_there_is_no_chain() -> None:
    assert hops([bare(A)], "telegram", None) == [None]


def test_damaged_items_keep_the_others_in_place() -> None:
    assert hops([None, {"request": 5}, bare(A)]) == [0]
    assert hops([bare("nonsense"), {"request": {"url": A}, "failure": "eof_error"}], "urlgetter") == [None, 0]
    found = measured(test_keys=keys(requests=[None, 5, bare(A)]))
    assert [step.pointer for step in trips(found)] == ["/test_keys/requests/2"]
