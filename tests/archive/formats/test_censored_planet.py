"""Censored Planet's formats: asked before the general one, and kept as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.archive.censored_planet.records import answer_v22, lines, lookup, text, trial
from tests.archive.shapes import encoded, good, read_bytes, record, zipped
from trigpoint.archive import identify
from trigpoint.archive.formats import hyperquack, satellite

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("form", [hyperquack.FORMAT, satellite.FORMAT])
def test_nothing_is_wrapped_around_a_record(form: object) -> None:
    assert form.unwrap(b"any") == b"any"  # type: ignore[attr-defined]
    assert not form.is_general  # type: ignore[attr-defined]


def test_files_are_known_by_their_content(tmp_path: Path) -> None:
    for name, content in (("a", text(trial({}))), ("b", zipped(lines(answer_v22(lookup())))), ("c", encoded(record()))):
        (tmp_path / name).write_bytes(content)
    assert [identify(tmp_path / name) for name in "abc"] == ["hyperquack", "satellite", "ooni"]


@pytest.mark.parametrize("cut", [1, 20, 60])
def test_a_cut_file_keeps_the_records_before(tmp_path: Path, cut: int) -> None:
    content = lines(trial({}), trial({}, test_url="b.example"), trial({}, test_url="c.example"))
    found = read_bytes(tmp_path, content[:-cut])
    assert [item.target for item in good(found)][:2] == ["www.site.example", "b.example"]
    assert len(found) == 3
