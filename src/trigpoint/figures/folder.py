"""A ledger as a folder: ``ledger.json``, a CSV of all figures, and ``datapackage.json`` (Frictionless Data Package)."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from trigpoint.errors import InputError
from trigpoint.figures import datapackage
from trigpoint.figures.datapackage import Resource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.figures.ledger import Ledger

FORMAT_VERSION = 1
"""Version of ``ledger.json``."""
_COLUMNS = (
    "id", "metric", "subject", "period", "value", "unit", "low", "high", "interval", "vintage", "transformation",
    "flags", "licence", "sources",
)  # fmt: skip
_NUMBERS = {"value", "low", "high"}


def write(ledger: Ledger, folder: Path, rejects: Sequence[str] = ()) -> None:
    """Write a folder that is not there yet, in one step. The same ledger gives the same bytes.

    Raises:
        InputError: it is there, or cannot be written.

    """
    if folder.exists():
        message = f"{folder} is there already"
        raise InputError(message)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
        try:
            _fill(made, ledger, rejects)
            made.chmod(0o755)
            os.replace(made, folder)  # noqa: PTH105 - a folder that appeared meanwhile is an error, empty or not
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror or error}"
        raise InputError(message) from error


def _fill(folder: Path, ledger: Ledger, rejects: Sequence[str]) -> None:
    content = {
        "format": FORMAT_VERSION,
        "figures": msgspec.to_builtins(list(ledger)),
        "records": msgspec.to_builtins(ledger.records),
        "rejects": list(rejects),
    }
    texts = {
        "ledger.json": json.dumps(content, indent=1, ensure_ascii=False) + "\n",
        "figures.csv": _table(ledger),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    fields = {column: "number" if column in _NUMBERS else "string" for column in _COLUMNS}
    resources = (
        Resource(name="figures", path="figures.csv", fields=fields, key=("id",)),
        Resource(name="ledger", path="ledger.json"),
    )
    datapackage.write(folder, "trigpoint-figures", "Figures of Trigpoint", resources, ledger.records)


def _table(ledger: Ledger) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for figure in ledger:
        cells = [getattr(figure, column) for column in _COLUMNS]
        writer.writerow([" ".join(cell) if isinstance(cell, tuple) else cell for cell in cells])
    return text.getvalue()
