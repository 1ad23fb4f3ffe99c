from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.lists import fingerprint
from trigpoint.reference import matching
from trigpoint.reference.fingerprint import How, Where
from trigpoint.reference.matching import Fingerprints


def names(*found: matching.Fingerprint) -> list[str]:
    return [one.name for one in found]


@pytest.mark.parametrize(
    ("how", "text", "matches"),
    [
        (How.FULL, "a.b", True),
        (How.FULL, "a.b ", False),
        (How.FULL, "axb", False),
        (How.PREFIX, "a.bc", True),
        (How.PREFIX, " a.b", False),
        (How.CONTAINS, "xa.bx", True),
        (How.CONTAINS, "axb", False),
        (How.REGEXP, "xaxbx", True),
        (How.REGEXP, "a\nb", False),
    ],
)
@pytest.mark.parametrize("where", [Where.BODY, Where.TITLE, Where.ANSWER])
def test_a_pattern_is_compared_as_its_list_says(where: Where, how: How, text: str, matches: bool) -> None:
    known = Fingerprints([fingerprint("a.b", where=where, how=how)])
    found = {
        Where.BODY: lambda: known.in_body(text.encode()),
        Where.TITLE: lambda: known.in_title(text),
        Where.ANSWER: lambda: known.in_answer(text),
    }[where]()
    assert bool(found) is matches


@pytest.mark.parametrize(
    ("how", "headers", "matches"),
    [
        (How.PREFIX, "Server: x\nLocation: http://a/b", True),
        (How.PREFIX, "location: http://a/", True),
        (How.PREFIX, "X-Location: http://a/", False),
        (How.PREFIX, "Server: http://a/", False),
        (How.PREFIX, "Location: see http://a/", False),
        (How.FULL, "Location: http://a/\nServer: x", True),
        (How.FULL, "Location: http://a/b\nServer: x", False),
        (How.CONTAINS, "Location: see http://a/", True),
        (How.CONTAINS, "Location: x\nServer: http://a/", False),
        (How.REGEXP, "Location: see http://a/", True),
    ],
)
def test_a_header_is_searched_under_its_own_name(how: How, headers: str, matches: bool) -> None:
    known = Fingerprints([fingerprint("http://a/", where=Where.HEADER, header="location", how=how)])
    assert bool(known.in_headers(headers)) is matches


def test_a_signature_is_looked_for_in_headers_and_bodies_over_lines() -> None:
    known = Fingerprints([fingerprint("Server: a.*End", where=Where.RESPONSE, how=How.REGEXP)])
    assert known.in_headers("Server: a\nX: End")
    assert known.in_body(b"Server: a\n\nEnd")
    assert not known.in_title("Server: a End")


def test_all_are_found_at_once_in_the_order_of_the_lists() -> None:
    every = [fingerprint(text, name=text) for text in ("lazy", "fox", "cat", "quick brown")]
    assert names(*Fingerprints(every).in_body(b"the quick brown fox jumps over the lazy dog")) == [
        "lazy",
        "fox",
        "quick brown",
    ]


def test_patterns_are_utf_8_and_texts_are_any_bytes() -> None:
    known = Fingerprints([fingerprint("заблокирован")])
    assert known.in_body(b"\xff\xfe" + "доступ заблокирован".encode() + b"\x80")
    assert not known.in_body("доступ заблокирован".encode("cp1251"))


@pytest.mark.parametrize(
    ("pattern", "how", "reason"),
    [("a(", How.REGEXP, "syntax"), (r"(a)\1", How.REGEXP, "syntax"), ("a*", How.REGEXP, "everything")],
)
def test_one_that_cannot_be_used_is_left_out_and_told(pattern: str, how: How, reason: str) -> None:
    known = Fingerprints([fingerprint(pattern, how=how, name="bad"), fingerprint("good", name="good")])
    assert [broken.name for broken in known.broken] == ["bad"]
    assert reason in known.broken[0].reason
    assert names(*known.in_body(b"a good a")) == ["good"]
    assert len(known) == 1


@pytest.mark.parametrize("where", [Where.BODY, Where.HEADER])
def test_one_that_does_not_match_its_own_example_is_left_out(where: Where, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "expression", lambda _: b"another")
    known = Fingerprints([fingerprint("text", where=where, header="server")])
    assert [broken.reason for broken in known.broken] == ["it does not match its own example"]


def test_one_of_which_no_example_is_known_is_used() -> None:
    known = Fingerprints([fingerprint("(a|b)+c", how=How.REGEXP)])
    assert known.broken == ()
    assert known.in_body(b"xxabac")


def test_without_lists_nothing_is_found() -> None:
    known = Fingerprints()
    assert not known
    assert (known.in_body(b"x"), known.in_headers("a: b"), known.in_title("x"), known.in_answer("x")) == ((),) * 4


def test_a_body_that_comes_again_is_not_searched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Fingerprints([fingerprint("blocked")])
    searched: list[bytes] = []
    find = matching._Patterns.find
    monkeypatch.setattr(matching._Patterns, "find", lambda self, text: (searched.append(text), find(self, text))[1])
    for _ in range(3):
        assert known.in_body(b"blocked", "0" * 64)
        assert known.in_body(b"blocked too")
    assert searched == [b"blocked", b"blocked too"]


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "_REMEMBERED", 3)
    known = Fingerprints([fingerprint("blocked")])
    for number in range(10):
        assert known.in_body(b"blocked %d" % number)
    assert len(known._bodies) <= 3


PATTERNS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(st.lists(PATTERNS, min_size=1, max_size=8, unique=True), st.binary(max_size=60), st.integers(0, 7))
def test_all_literals_in_a_text_are_found_and_no_other(patterns: list[str], noise: bytes, at: int) -> None:
    text = noise + patterns[at % len(patterns)].encode() + noise
    found = Fingerprints([fingerprint(pattern, name=pattern) for pattern in patterns]).in_body(text)
    assert names(*found) == [pattern for pattern in patterns if pattern.encode() in text]
