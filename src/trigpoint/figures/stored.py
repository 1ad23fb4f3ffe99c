"""A ledger from the file that a report, or ``trigpoint figures compute``, wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.errors import InputError
from trigpoint.figures.ledger import Basis, Ledger
from trigpoint.model.figure import SHORT, Figure, computed_rows
from trigpoint.model.provenance import SourceRecord

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("report.json", "ledger.json")
"""Files of a folder that hold a ledger."""


class _Stored(msgspec.Struct):
    figures: list[dict[str, Any]]
    counted_from: list[str] = []
    records: list[SourceRecord] = []
    subject: str = ""
    vintage: str = ""


def read(place: Path) -> Ledger:
    """Read the ledger of an earlier edition.

    Args:
        place: ``report.json`` or ``ledger.json``, or a folder with one of them.

    Raises:
        InputError: there is none, or it cannot be read.

    """
    path = next((place / name for name in NAMES if (place / name).is_file()), place)
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_Stored)
        basis = Basis(subject=found.subject, period="", vintage=found.vintage, sources=())
        return Ledger.restored(basis, _figures(found), found.records)
    except OSError as error:
        message = f"{place}: no earlier edition can be read there: {error.strerror or error}"
        raise InputError(message) from error
    except (ValueError, RecursionError) as error:
        message = f"{path} is no ledger of an edition: {error}"
        raise InputError(message) from error


def _figures(found: _Stored) -> list[Figure]:
    """Give figures with the whole hashes of their sources, which a report names in short."""
    whole = {record.sha256[:SHORT]: record.sha256 for record in found.records}
    for figure in found.figures:
        figure.setdefault("rows", computed_rows(figure.get("id", "")))
        figure["sources"] = [whole.get(name, name) for name in figure.get("sources", found.counted_from)]
    return msgspec.convert(found.figures, list[Figure])
