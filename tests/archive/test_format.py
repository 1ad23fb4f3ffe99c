"""What every declared format must hold."""

from __future__ import annotations

import pytest

from tests.archive.shapes import ORIGIN
from trigpoint.archive.format import Format
from trigpoint.archive.reading import FORMATS
from trigpoint.errors import RecordError


@pytest.fixture(params=FORMATS.values(), ids=FORMATS)
def form(request: pytest.FixtureRequest) -> Format:
    found = request.param
    assert isinstance(found, Format)
    return found


def test_a_format_is_named_as_its_module(form: Format) -> None:
    assert FORMATS[form.name] is form


def test_a_format_does_not_recognise_nothing(form: Format) -> None:
    assert not form.recognises(b"")
    assert not form.recognises(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")


@pytest.mark.parametrize("record", [b"", b"{", b"[]", b"1", b"{}", b"\xff\x00"])
def test_what_is_no_record_is_one_named_error(form: Format, record: bytes) -> None:
    with pytest.raises(RecordError):
        form.decode(record, ORIGIN)
    assert form.unwrap(record) == record
