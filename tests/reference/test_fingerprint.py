from __future__ import annotations

import pytest

from tests.reference.lists import fingerprint
from trigpoint.reference.fingerprint import How, Reach, Where


@pytest.mark.parametrize("reach", Reach)
def test_only_countries_and_providers_block(reach: Reach) -> None:
    blocks = fingerprint("some text", reach=reach).blocks_in
    assert blocks == (("XL",) if reach in {Reach.NATIONAL, Reach.PROVIDER} else ())


@pytest.mark.parametrize(("confidence", "blocks"), [(0, ()), (4, ()), (5, ("XL",)), (10, ("XL",))])
def test_what_its_list_doubts_does_not_block(confidence: int, blocks: tuple[str, ...]) -> None:
    assert fingerprint("some text", confidence=confidence).blocks_in == blocks


@pytest.mark.parametrize("pattern", ["<HTML></HTML>", "<p>Mark</p>", "a b c d e", "<br/>\n<hr />12345"])
def test_a_page_that_anybody_may_have_does_not_block(pattern: str) -> None:
    assert fingerprint(pattern).blocks_in == ()
    assert fingerprint(pattern, where=Where.RESPONSE).blocks_in == ()
    assert fingerprint(pattern, where=Where.TITLE).blocks_in == ()
    assert fingerprint(pattern, where=Where.HEADER).blocks_in == ("XL",), "nobody has it in a header by chance"


@pytest.mark.parametrize("pattern", ["<p>Tcsd.info</p>", '<a href="x">', "10.10.34.35"])
def test_a_page_with_a_text_of_its_own_blocks(pattern: str) -> None:
    assert fingerprint(pattern).blocks_in == ("XL",)


def test_without_a_country_it_blocks_nowhere() -> None:
    assert fingerprint("some text", countries=()).blocks_in == ()


@pytest.mark.parametrize(
    ("pattern", "example"),
    [
        (r"a\.b", "a.b"),
        ("a.*b", "ab"),
        (r"a\(b\)", "a(b)"),
        ("a(b|c)", None),
        ("a?", None),
        (r"\d+", None),
        (r"\w", None),
        ("[ab]", None),
    ],
)
def test_a_regular_expression_of_plain_text_is_its_own_example(pattern: str, example: str | None) -> None:
    assert fingerprint(pattern, how=How.REGEXP).example() == example


def test_other_patterns_are_their_own_example() -> None:
    assert fingerprint("a(b|c)").example() == "a(b|c)"
