from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.report.drawing import _framed, _wrapped, drawn, standalone
from trigpoint.report.language import speaking


@given(st.text(alphabet="ab -\uff0c世界", max_size=80))
def test_breaking_a_text_loses_nothing_but_blanks(text: str) -> None:
    lines = _wrapped(text, 200, 7)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(line == line.rstrip() for line in lines)


def test_ideographs_are_twice_as_wide_and_words_stay_whole() -> None:
    assert _wrapped("a" * 30 + " b", 196, 7) == ["a" * 30, "b"]
    assert [len(line) for line in _wrapped("世" * 25, 196, 7)] == [10, 10, 5]
    assert _wrapped("来源\uff1aCentral Intelligence", 196, 7)[1].startswith("Intelligence")


def test_a_frame_holds_the_picture_with_title_above_and_notes_below() -> None:
    text = _framed(
        '<svg width="300" height="100" viewBox="0 0 300 100"><rect fill="var(--ink)"/></svg>', "A <b>", ["n"]
    )
    root = ET.fromstring(text)  # noqa: S314 (our own)
    inner = root.find("{http://www.w3.org/2000/svg}svg")
    assert inner is not None
    assert float(root.attrib["height"]) > 100 + float(inner.attrib["y"])
    assert [node.text for node in root.findall("{http://www.w3.org/2000/svg}text")] == ["A <b>", "n"]
    assert "var(" not in text


@pytest.mark.parametrize(("name", "has_chinese"), [("en", False), ("zh", True)])
def test_a_font_with_chinese_letters_is_asked_for_where_there_are_any(name: str, *, has_chinese: bool) -> None:
    with speaking(name):
        picture = drawn("x", {"mark": "text", "data": {"values": [{}]}, "encoding": {"text": {"value": "a"}}}, "t", "d")
        file = standalone("x", picture, "title", ())["x.svg"].decode()
    assert ("Noto Sans CJK SC" in picture, "Noto Sans CJK SC" in file) == (has_chinese, has_chinese)
    assert "Arial" in picture
