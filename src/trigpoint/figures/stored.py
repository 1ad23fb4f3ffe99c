"""A ledger from the file that a report, or ``trigpoint figures compute``, wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.errors import InputError
from trigpoint.figures.ledger import Basis, Ledger
from trigpoint.model.figure import Figure
from trigpoint.model.provenance import SourceRecord

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("report.json", "ledger.json")
"""Files of a folder that hold a ledger."""


class _Stored(msgspec.Struct):
    figures: list[Figure]
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
        return Ledger.restored(basis, found.figures, found.records)
    except OSError as error:
        message = f"{place}: no earlier edition can be read there: {error.strerror or error}"
        raise InputError(message) from error
    except (ValueError, RecursionError) as error:
        message = f"{path} is no ledger of an edition: {error}"
        raise InputError(message) from error
