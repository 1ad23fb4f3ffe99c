"""Cutting a text into records."""

from __future__ import annotations

import json
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.archive import framing as module
from trigpoint.archive.framing import frames
from trigpoint.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Iterator


def cut(text: bytes, size: int = 7) -> list[tuple[int, object]]:
    chunks = [text[i : i + size] for i in range(0, len(text), size)]
    return [(line, str(item) if isinstance(item, RecordError) else item) for line, item in frames(chunks)]


def test_each_line_is_a_record_with_its_number() -> None:
    assert cut(b'{"a":1}\n{"b":2}\n') == [(1, b'{"a":1}'), (2, b'{"b":2}')]


def test_empty_lines_are_none_and_count() -> None:
    assert cut(b'\n  \n{"a":1}\n\r\n{"b":2}') == [(3, b'{"a":1}'), (5, b'{"b":2}')]


def test_a_byte_order_mark_is_none_of_the_text() -> None:
    assert cut(b'\xef\xbb\xbf{"a":1}', size=100) == [(1, b'{"a":1}')]


@pytest.mark.parametrize("indent", [0, 1, "\t"])
def test_a_document_over_many_lines_is_one_record(indent: int | str) -> None:
    text = json.dumps({"a": {"b": [1, {}]}, "c": "}"}, indent=indent).encode()
    ((line, record),) = cut(text)
    assert line == 1
    assert json.loads(record) == {"a": {"b": [1, {}]}, "c": "}"}  # type: ignore[arg-type] # bytes


def test_documents_one_after_another_are_records() -> None:
    text = "\n".join(json.dumps({"a": n}, indent=2) for n in range(3)).encode()
    assert [line for line, _ in cut(text)] == [1, 4, 7]
    assert [json.loads(record)["a"] for _, record in cut(text)] == [0, 1, 2]  # type: ignore[arg-type] # bytes


def test_a_list_over_many_lines_is_one_record() -> None:
    assert [line for line, _ in cut(b'[\n  {"a": 1},\n  {"b": 2}\n]\n')] == [1]


def test_a_line_cut_off_does_not_swallow_the_next() -> None:
    assert cut(b'{"a":\n{"b":2}\n') == [(1, b'{"a":'), (2, b'{"b":2}')]


def test_a_line_too_large_is_refused_and_the_rest_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_RECORD_BYTES", 1 << 20)
    text = b'{"a":1}\n' + b"x" * (3 << 20) + b'\n{"b":2}\n' + b"y" * ((1 << 20) + 1)
    assert cut(text, size=4096) == [
        (1, b'{"a":1}'),
        (2, "refused: a record of more than 1 MiB"),
        (3, b'{"b":2}'),
        (4, "refused: a record of more than 1 MiB"),
    ]


def test_what_is_skipped_is_never_held() -> None:
    def long() -> Iterator[bytes]:
        for number in range(500):  # 125 MB in one line
            yield bytes([number % 200 + 32]) * 262_144
        yield b'\n{"b":2}'

    tracemalloc.start()
    try:
        found = [(line, str(item) if isinstance(item, RecordError) else item) for line, item in frames(long())]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == [(1, "refused: a record of more than 16 MiB"), (2, b'{"b":2}')]
    assert peak < 2 * module.LARGEST_RECORD_BYTES


def test_a_document_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_RECORD_BYTES", 1 << 20)
    text = b'{\n "a": [\n' + b"  1,\n" * 300_000
    assert cut(text, size=65_536) == [(1, "refused: a record of more than 1 MiB")]


def test_a_document_that_never_ends_is_what_there_is() -> None:
    assert cut(b'{\n "a": 1,\n') == [(1, b'{\n "a": 1,')]


def test_a_record_of_too_many_values_is_refused() -> None:
    text = b"[" + b"[]," * (module.LARGEST_RECORD_VALUES // 2 + 1) + b"[]]"
    assert cut(text, size=1 << 20) == [(1, "refused: a record of more than 600,000 values")]
    spread = b"[\n" + b" [],\n" * (module.LARGEST_RECORD_VALUES // 2 + 1) + b" []\n]"
    assert cut(spread, size=1 << 20) == [(1, "refused: a record of more than 600,000 values")]


def test_a_large_record_of_few_values_is_read() -> None:
    text = b'"' + b"x" * 4_000_000 + b'"'
    assert cut(text, size=1 << 20) == [(1, text)]


def broken(text: bytes) -> Iterator[bytes]:
    yield text
    message = "damaged"
    raise RecordError(message)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b'{"a":1}\n{"b":', [(1, b'{"a":1}'), (2, "damaged")]),
        (b"", [(1, "damaged")]),
        (b'{\n "a": 1,\n', [(1, "damaged")]),
        (b'{\n "a": 1\n}\n', [(1, b'{\n "a": 1\n}'), (4, "damaged")]),
    ],
)
def test_damage_is_one_refusal_after_the_last_whole_record(text: bytes, expected: list[tuple[int, object]]) -> None:
    found = [(line, str(item) if isinstance(item, RecordError) else item) for line, item in frames(broken(text))]
    assert found == expected


@given(st.lists(st.binary(max_size=30)), st.integers(1, 40))
def test_how_the_bytes_arrive_does_not_matter(pieces: list[bytes], size: int) -> None:
    text = b"\n".join(pieces).removeprefix(b"\xef\xbb\xbf")
    assert cut(text, size) == cut(text, len(text) + 1)


@given(st.binary())
def test_any_bytes_are_frames_in_order(text: bytes) -> None:
    lines = [line for line, _ in cut(text)]
    assert lines == sorted(set(lines))
