"""Provenance."""

from __future__ import annotations

import msgspec

from trigpoint.model.provenance import ReferenceFile, Source


def test_a_source_counts_from_zero_and_survives_json() -> None:
    source = Source(path="a.jsonl", sha256="00", bytes=1, format="ooni")
    assert (source.measurements, source.duplicates, source.rejects) == (0, 0, 0)
    assert msgspec.json.decode(msgspec.json.encode(source), type=Source) == source


def test_a_reference_file_may_not_say_when_it_was_made() -> None:
    assert ReferenceFile(name="address database", sha256="00").vintage is None
