"""No text of a world gives orders to a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.errors import InputError
from trigpoint.lab.world.texts import check_texts, escaped, has_control


@pytest.mark.parametrize("text", ["\x1b[31m", "a\nb", "a\r", "\x7f", "\x9b2J", "\u2028", "\u202eabc", "\ud800"])
def test_orders_are_found_in_a_text_and_escaped(text: str) -> None:
    assert has_control(text)
    assert escaped(text).isprintable()


@pytest.mark.parametrize("text", ["", "Доступ ограничен", "Erişim", "\u0645\u06cc\u200c\u062e", "a\u00a0b", "🙂"])
def test_every_script_is_allowed(text: str) -> None:
    assert not has_control(text)


@given(st.text())
def test_what_is_escaped_is_harmless_and_the_rest_stays(text: str) -> None:
    assert escaped(text).isprintable()
    assert not text.isprintable() or escaped(text) == text


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ({"a": [{"b": "\x1b"}]}, "a[0].b: "),
        ({"a": {"\x1b": 1}}, "a: "),
        ({"\x1b": 1}, "key: "),
        ({"\x1b": {"c": "\x1b"}}, "key: "),
    ],
)
def test_where_it_is_is_said(document: dict, where: str) -> None:
    with pytest.raises(InputError) as caught:
        check_texts(document)
    assert str(caught.value).startswith(where)
    assert str(caught.value).isprintable()


def test_what_is_no_text_is_passed_over() -> None:
    check_texts({"a": [1, 2.5, True, "plain"], "b": {"c": None}})
