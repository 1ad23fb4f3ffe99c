"""``datapackage.json``: what the files of a folder are, by the Data Package standard, version 2 (datapackage.org)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from trigpoint.model.provenance import SourceRecord

NAME = "datapackage.json"
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_TABLE = "https://datapackage.org/profiles/2.0/tableschema.json"
_JOINED = re.compile(r" (?:AND|OR|WITH) |[()]")  # of SPDX expressions; the profile wants one identifier in each name
_MEDIA = {"csv": "text/csv", "json": "application/json"}


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """One file."""

    name: str
    path: str
    """In the folder, parts joined by ``/``."""
    title: str = ""
    fields: Mapping[str, str] | None = None
    """Type (Table Schema) by column, in order. Missing: it is no table."""
    key: tuple[str, ...] = ()
    """Columns that name a row."""


def write(folder: Path, name: str, title: str, resources: Sequence[Resource], records: Sequence[SourceRecord]) -> None:
    """Describe files that are there.

    Args:
        folder: where they are, and where ``datapackage.json`` goes.
        name: of the package, lower case.
        title: for a person.
        resources: the files, in the order in which they are listed.
        records: sources of what they hold.

    """
    licences = sorted({word for record in records for word in _JOINED.split(record.licence or "")} - {""})
    content = {
        "$schema": _PROFILE,
        "name": name,
        "title": title,
        "licenses": [{"name": licence} for licence in licences],
        "sources": [_source(one) for one in records],
        "resources": [_resource(folder, one) for one in resources],
    }
    told = {key: value for key, value in content.items() if value or key == "resources"}  # none of them may be empty
    text = json.dumps(told, indent=1, ensure_ascii=False)
    (folder / NAME).write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _source(record: SourceRecord) -> dict[str, str]:
    title = {"title": f"{record.organisation}: {record.series}"}
    return {**title, "path": record.url} if record.url else title


def _resource(folder: Path, one: Resource) -> dict[str, object]:
    content = (folder / one.path).read_bytes()
    form = one.path.rsplit(".", 1)[-1]
    described: dict[str, object] = {
        "name": one.name,
        "path": one.path,
        "title": one.title or one.name,
        "format": form,
        "mediatype": _MEDIA[form],
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    if one.fields is not None:
        schema: dict[str, object] = {
            "$schema": _TABLE,
            "fields": [{"name": column, "type": kind} for column, kind in one.fields.items()],
        }
        if one.key:
            schema["primaryKey"] = list(one.key)
        described |= {"type": "table", "schema": schema}
    return described
