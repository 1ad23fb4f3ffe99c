"""Each stage of the sample country, as text that a person can read the difference of (``make golden``)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from trigpoint import archive, sample
from trigpoint.judge.lines import verdict_lines
from trigpoint.observe import tables

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from trigpoint.model.measurement import Measurement, Reject


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[Measurement | Reject]:
    paths = sample.write(tmp_path_factory.mktemp("sample"))
    return [record for path in paths for record in archive.read(path)]


def _outline(name: str, table: pl.DataFrame) -> list[str]:
    """Give one line a column: how many values there are, and how many different ones."""
    columns = table.drop("source", "path", strict=False)  # they tell where the sample lies, not what it holds
    lines = [
        f"{name}.{column.name}: {column.len() - column.null_count()} of {column.len()}, {column.n_unique()} different"
        for column in columns
    ]
    return lines if table.height else [f"{name}: empty"]


def test_the_observations_of_the_sample_stay_as_they_are(
    records: list[Measurement | Reject], golden: Callable[[str, bytes | str], None]
) -> None:
    lines = [line for name, table in tables(records).items() for line in _outline(name, table)]
    golden("XL/observations.txt", "\n".join([*lines, ""]))


def test_the_verdicts_of_the_sample_stay_as_they_are(
    records: list[Measurement | Reject], golden: Callable[[str, bytes | str], None]
) -> None:
    keys = ("mechanisms", "interference", "explanations", "rules")
    counted = Counter(
        f"rejected: {line['rejected']}"
        if "rejected" in line
        else " | ".join([line["nettest"], line["target"], line["state"], *(" ".join(line[key]) for key in keys)])
        for line in verdict_lines(records)
    )
    golden("XL/verdicts.txt", "".join(f"{count} x {text}\n" for text, count in sorted(counted.items())))
