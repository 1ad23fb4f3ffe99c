"""The folder of reference data: where it is, what is in it, and what of it a stage reads.

Everything in it is other people's work and none of it is needed: without it the judge has the table of
:mod:`trigpoint.reference.artefacts`. What was read is named with its hash in whatever is made from it (R7). A file may
also be put there by hand; ``index.json`` only adds when it was published and where it came from.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from trigpoint.errors import InputError
from trigpoint.given import content_of
from trigpoint.model.provenance import ReferenceFile
from trigpoint.reference.catalogue import FINGERPRINTS, ITEMS, Item, is_list, lists_content
from trigpoint.reference.matching import Fingerprints

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trigpoint.reference.fingerprint import Fingerprint

VARIABLE = "TRIGPOINT_REFERENCE"
"""Environment variable that names the folder."""
INDEX = "index.json"
"""File that says of each item where it came from and when."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What the index says of an item."""

    sha256: str
    """Of what was put there (:func:`digest`)."""
    origin: str
    """Address or file that it came from."""
    vintage: str | None = None
    """When its publisher last changed it (ISO 8601). Missing: not told."""
    etag: str | None = None
    """Of the download, as the server gave it. Missing: none."""
    last_modified: str | None = None
    """Likewise (RFC 9110, section 8.8.2)."""
    retrieved: str | None = None
    """Day on which it was downloaded (ISO 8601). Missing: it was not, or the server does not tell the time."""


class Present(msgspec.Struct, frozen=True, kw_only=True):
    """An item that is there."""

    item: Item
    files: tuple[Path, ...]
    sha256: str
    """Of one file its own hash; of several, of their names and hashes."""
    rows: int
    """Entries that can be used."""
    unusable: int
    """Rows that cannot."""
    entry: Entry | None
    """What the index says. Missing: put there by hand, or changed since."""


def home(environment: Mapping[str, str] = os.environ) -> Path:
    """Name the folder: what ``TRIGPOINT_REFERENCE`` says, or the one for a user's data (XDG Base Directory).

    >>> str(home({"TRIGPOINT_REFERENCE": "/data/reference"})), str(home({"XDG_DATA_HOME": "/home/a/.share"}))
    ('/data/reference', '/home/a/.share/trigpoint/reference')
    """
    if named := environment.get(VARIABLE):
        return Path(named)
    data = environment.get("XDG_DATA_HOME") or Path("~/.local/share").expanduser()
    return Path(data) / "trigpoint" / "reference"


class Library:
    """A folder of reference data; it need not exist."""

    def __init__(self, folder: Path | None = None) -> None:
        """Look at a folder; where none is given, at :func:`home`."""
        self.folder = folder or home()

    def present(self) -> list[Present]:
        """Read all that is there, in the order of the catalogue.

        Raises:
            InputError: something cannot be read, or is not what it should be.

        """
        entries = self.entries()
        return [self._present(item, files, entries.get(item.name)) for item, files in self._found()]

    def entries(self) -> dict[str, Entry]:
        """Read the index; empty where there is none.

        Raises:
            InputError: it is damaged.

        """
        path = self.folder / INDEX
        if not path.is_file():
            return {}
        try:
            return msgspec.json.decode(content_of(path), type=dict[str, Entry])
        except msgspec.DecodeError as error:
            message = f"{path} is damaged ({error}): delete it, and run trigpoint reference update"
            raise InputError(message) from error

    def fingerprints(self) -> Fingerprints | None:
        """Read all fingerprints; None where no list of them is there.

        Raises:
            InputError: a list cannot be read, or is not what it should be.

        """
        entries = self.entries()
        found: list[Fingerprint] = []
        files: list[ReferenceFile] = []
        for item, (path,) in ((item, files) for item, files in self._found() if item.name in FINGERPRINTS):
            content = content_of(path)
            try:
                found += FINGERPRINTS[item.name](content).fingerprints
            except ValueError as error:
                message = f"{path}: {error}"
                raise InputError(message) from error
            sha256 = digest({item.place: content})
            known = entries.get(item.name)
            vintage = known.vintage if known and known.sha256 == sha256 else None
            files.append(ReferenceFile(name=item.meaning, sha256=sha256, vintage=vintage))
        return Fingerprints(found, files) if files else None

    def addresses(self) -> Path | None:
        """Name the database of addresses, or the folder of the registries' files; None where neither is there."""
        database = self.folder / _place("addresses")
        if database.is_file():
            return database
        registries = [file for item, files in self._found() if item.place.startswith("registries/") for file in files]
        return registries[0].parent if registries else None

    def _found(self) -> Iterator[tuple[Item, tuple[Path, ...]]]:
        for item in ITEMS:
            if files := files_of(self.folder, item):
                yield item, files

    def _present(self, item: Item, files: tuple[Path, ...], entry: Entry | None) -> Present:
        contents = {f"{item.place}/{path.name}" if item.is_folder else item.place: content_of(path) for path in files}
        try:
            read = lists_content(contents) if item.is_folder else item.read(item.place, contents[item.place])
        except ValueError as error:
            message = f"{files[0]}: {error}"
            raise InputError(message) from error
        sha256 = digest(contents)
        kept = entry if entry and entry.sha256 == sha256 else None
        return Present(item=item, files=files, sha256=sha256, rows=read.rows, unusable=read.unusable, entry=kept)


def files_of(folder: Path, item: Item) -> tuple[Path, ...]:
    """Find an item's files: at its own place, else where its publisher has it."""
    for place in (item.place, *item.also):
        path = folder / place
        if item.is_folder and path.is_dir():
            if files := tuple(sorted(file for file in path.iterdir() if is_list(file.name) and file.is_file())):
                return files
        elif not item.is_folder and path.is_file():
            return (path,)
    return ()


def digest(contents: Mapping[str, bytes]) -> str:
    """Hash one file, or the names and hashes of several (SHA-256, hex)."""
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    if len(hashes) == 1:
        return next(iter(hashes.values()))
    lines = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(hashes.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def _place(name: str) -> str:
    return next(item.place for item in ITEMS if item.name == name)
