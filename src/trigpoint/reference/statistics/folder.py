"""Folders of statistics: what was downloaded, and what a person has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.errors import InputError
from trigpoint.given import content_of
from trigpoint.model.series import Intake, Series
from trigpoint.reference.library import INDEX, Library, home
from trigpoint.reference.statistics import tables
from trigpoint.reference.statistics.catalogue import READERS, STATISTICS
from trigpoint.reference.statistics.kept import kept_or_read
from trigpoint.reference.statistics.reading import Origin

if TYPE_CHECKING:
    from pathlib import Path


SOURCES = "sources.toml"
"""File of a folder that says of each other file where it comes from."""


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a file comes from, as the person says who has it."""

    format: str
    """Name of its format, one of :data:`~trigpoint.reference.statistics.catalogue.READERS`."""
    organisation: str
    url: str
    licence: str | None = None
    """Licence (SPDX). Missing: its publisher states none."""
    vintage: str = ""
    """When the source said so, where the file does not. Empty: not known."""
    retrieved: str | None = None
    """Day on which it was fetched (ISO 8601). Missing: not known."""
    metric: str | None = None
    """Of a table whose values have no telling name. Missing: they have one."""


def statistics_home() -> Path:
    """Name the folder of downloads."""
    return home() / "statistics"


def read(folder: Path) -> Intake:
    """Read every file of a folder.

    What is known by its name, as downloads are, needs no word; anything else must stand in ``sources.toml``. A file
    that cannot be read is one sentence among the rejects, and the others are read.

    Raises:
        InputError: the folder or its ``sources.toml`` cannot be read.

    """
    try:
        files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    except OSError as error:
        message = f"{folder} cannot be read: {error.strerror or error}"
        raise InputError(message) from error
    told, downloaded = _sources(folder / SOURCES), Library(folder).entries()
    series, rejects = list[Series](), list[str]()
    known = {statistic.item.place: statistic for statistic in STATISTICS}
    for path in files:
        if path.name in {SOURCES, INDEX}:
            continue
        source = told.get(path.name)
        if source is None and (statistic := known.get(path.name)) is not None:
            entry = downloaded.get(statistic.item.name)
            source = Source(
                format=statistic.format,
                organisation=statistic.item.publisher,
                url=statistic.item.url or "",
                licence=statistic.licence,
                vintage=((entry and entry.vintage) or "")[: len("2026-01-01")],
                retrieved=entry.retrieved if entry else None,
            )
        found = _read(path, source)
        series += found.series
        rejects += found.rejects
    return Intake(series=tuple(series), rejects=tuple(rejects))


def _sources(path: Path) -> dict[str, Source]:
    if not path.is_file():
        return {}
    content = content_of(path)
    try:
        found = msgspec.toml.decode(content, type=dict[str, Source])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f"{path} cannot be read: {error}"
        raise InputError(message) from error
    for name, source in found.items():
        if source.format not in READERS:
            message = f"{path}: {name}: format {source.format!r} is none of {', '.join(READERS)}"
            raise InputError(message)
    return found


def _read(path: Path, source: Source | None) -> Intake:
    if source is None:
        return Intake(series=(), rejects=(f"{path}: {SOURCES} does not say what it is and where it comes from",))
    origin = Origin(
        name=str(path),
        organisation=source.organisation,
        url=source.url,
        licence=source.licence,
        vintage=source.vintage,
        retrieved=source.retrieved,
    )
    try:
        content = content_of(path)
        if source.format == "table":
            return tables.read(content, origin, source.metric)
        return kept_or_read(content, origin, source.format, READERS[source.format])
    except InputError as error:
        return Intake(series=(), rejects=(str(error),))
