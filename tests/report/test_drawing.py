import re
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.report.drawing import _CORNERED, _framed, _relative, _wrapped, drawn, standalone
from trigpoint.report.language import speaking


@given(st.text(alphabet="ab -\uff0c世界", max_size=80))
def test_breaking_a_text_loses_nothing_but_blanks(text: str) -> None:
    lines = _wrapped(text, 200, 7)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(line == line.rstrip() for line in lines)


def test_ideographs_are_twice_as_wide_and_words_stay_whole() -> None:
    assert _wrapped("a" * 30 + " b", 196, 7) == ["a" * 30, "b"]
    assert [len(line) for line in _wrapped("世" * 25, 196, 7)] == [10, 10, 5]
    assert _wrapped("世" * 10 + "\u3002", 196, 7) == ["世" * 9, "世\u3002"]  # no line begins with a full stop
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


def test_a_picture_says_nothing_twice_and_nothing_finer_than_is_seen() -> None:
    axis = {"field": "a", "type": "quantitative", "axis": {"tickCount": 3}}
    values = {"values": [{"a": 1 / 3, "b": "0.123456789"}, {"a": 1.0, "b": "x"}]}
    words = {"text": {"field": "b"}, "x": axis}
    picture = drawn("x", {"mark": "text", "data": values, "encoding": words, "width": 100}, "t", "d")
    assert picture.count("font-family") == 1
    assert [one for one in (' opacity="1"', "pointer-events", 'd=""') if one in picture] == []
    assert ">0.123456789<" in picture  # what is written stays as it is
    assert "33.333" in picture
    assert "33.3333" not in picture


@pytest.mark.parametrize(("name", "has_chinese"), [("en", False), ("zh", True)])
def test_a_font_with_chinese_letters_is_asked_for_where_there_are_any(name: str, *, has_chinese: bool) -> None:
    with speaking(name):
        picture = drawn("x", {"mark": "text", "data": {"values": [{}]}, "encoding": {"text": {"value": "a"}}}, "t", "d")
        file = standalone("x", picture, "title", ())["x.svg"].decode()
    assert ("Noto Sans CJK SC" in picture, "Noto Sans CJK SC" in file) == (has_chinese, has_chinese)
    assert "Arial" in picture


COORDINATE = st.integers(-9999, 9999).map(lambda tenths: Decimal(tenths) / 10)
SHAPE = st.lists(st.tuples(COORDINATE, COORDINATE), min_size=1, max_size=6)


def _corners(path: str) -> list[tuple[Decimal, ...] | None]:
    """Read a path as a browser does (SVG 2, section 9.3): each corner where it is, ``None`` where a shape closes."""
    found: list[tuple[Decimal, ...] | None] = []
    here = (Decimal(), Decimal())
    for command, numbers in re.findall(r"([MLlZ])([^MLlZ]*)", path):
        given = [Decimal(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", numbers)]
        for across, down in zip(given[::2], given[1::2], strict=True):
            here = (across, down) if command in "ML" else (here[0] + across, here[1] + down)
            found.append(here)
        found += [None] if command == "Z" else []
    return found


@given(st.lists(SHAPE, min_size=1, max_size=3))
def test_a_path_told_by_ways_leads_to_the_same_corners(shapes: list[list[tuple[Decimal, Decimal]]]) -> None:
    texts = ["L".join(f"{across},{down}" for across, down in shape) for shape in shapes]
    path = "".join(f"M{text}Z" for text in texts)
    told = _CORNERED.sub(_relative, f' d="{path}"')
    assert _corners(told) == _corners(path)
