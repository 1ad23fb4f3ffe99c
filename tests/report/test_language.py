from __future__ import annotations

import io
import re
import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.report.language import (
    LANGUAGES,
    catalogue_of,
    country,
    day,
    decimal,
    gettext,
    locale,
    ngettext,
    percent,
    speaking,
)

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

OTHERS = [name for name in LANGUAGES if name != "en"]
TOOL = Path(__file__).resolve().parents[2] / "tools" / "catalogue.py"
PLACEHOLDERS = re.compile(r"\{[^}]*\}|%\(\w+\)s|%%")


def _catalogue(name: str) -> Catalog:
    path = catalogue_of(name)
    assert path is not None
    return read_po(io.BytesIO(path.read_bytes()), locale=LANGUAGES[name].locale)


@pytest.fixture(scope="module")
def tool() -> dict[str, Any]:
    return runpy.run_path(str(TOOL))


@pytest.mark.parametrize("name", OTHERS)
def test_every_text_of_templates_charts_and_sections_is_translated(name: str, tool: dict[str, Any]) -> None:
    known = {message.id: message.string for message in _catalogue(name) if message.id}
    wanted = tool["messages"]()
    assert [text for text in wanted if not known.get(text)] == [], "python tools/catalogue.py, then translate"
    assert [text for text in known if text not in wanted] == [], "python tools/catalogue.py drops what is gone"


@pytest.mark.parametrize("name", OTHERS)
def test_placeholders_agree(name: str) -> None:
    for message in _catalogue(name):
        originals = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        wanted = {tuple(sorted(set(PLACEHOLDERS.findall(text)))) for text in originals if text}
        for text in strings:
            assert not wanted or tuple(sorted(set(PLACEHOLDERS.findall(text)))) in wanted, message.id
            if any(place.endswith(".html") for place, _ in message.locations):  # there each per cent sign is a place
                assert "%" not in PLACEHOLDERS.sub("", text), message.id


@pytest.mark.parametrize("name", OTHERS)
def test_a_catalogue_is_as_the_tool_writes_it(name: str, tool: dict[str, Any]) -> None:
    path = catalogue_of(name)
    assert path is not None
    assert tool["updated"](path.read_bytes(), LANGUAGES[name].locale) == path.read_bytes()


def test_a_language_holds_inside_and_not_after() -> None:
    assert gettext("The world") == "The world"
    with speaking("zh"):
        assert gettext("The world") == "世界"
        assert ngettext("{step}: {count} country", "{step}: {count} countries", 2) == "{step}\uff1a{count} 个国家"
        assert gettext("what nobody has translated") == "what nobody has translated"
    assert gettext("The world") == "The world"
    with pytest.raises(KeyError), speaking("xx"):
        pass


def test_numbers_days_and_countries_are_written_as_the_language_does() -> None:
    assert (decimal(1234567), percent(0.5), day("2026-03-01"), country("CN")) == (
        "1\u202f234\u202f567", "50\xa0%", "2026-03-01", "China",
    )  # fmt: skip
    with speaking("zh"):
        assert (decimal(1234567), percent(0.5), day("2026-03-01"), country("CN")) == (
            "1,234,567", "50%", "2026年3月1日", "中国",
        )  # fmt: skip
        assert country("XL", is_laboratory=True) == "虚构国家 XL"
        assert country("XE", is_laboratory=True) == "实验室 XE"
        assert country("XE") == "XE"
    assert country("XL", is_laboratory=True) == "Fictional country XL"
    assert country("XE", is_laboratory=True) == "Laboratory XE"


@pytest.mark.parametrize("name", LANGUAGES)
@given(value=st.floats(-1e11, 1e11) | st.integers(-(10**18), 10**18), digits=st.integers(0, 3))
def test_numbers_are_written_as_cldr_says(name: str, value: float, digits: int) -> None:
    pattern = f"#,##0.{'0' * digits}".rstrip(".")
    with speaking(name):
        said = format_decimal(round(value, digits), format=pattern, locale=locale())
        assert decimal(value, digits) == (said.replace(",", "\u202f") if name == "en" else said)
