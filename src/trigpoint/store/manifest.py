"""The manifest of a survey: ``survey.toml``, and the list of data files that it commits to.

Replacing ``survey.toml`` is the commit (R12). It names the SHA-256 of one immutable ``files-<hash>.json``, which
lists every data file of every table; nothing else makes data visible.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec
import tomli_w

from trigpoint.errors import DamagedSurveyError, NewerSurveyError
from trigpoint.model.provenance import ReferenceFile, Source
from trigpoint.store.schemas import FORMAT_VERSION, TABLES

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST_NAME = "survey.toml"
"""Name of the file whose replacement is the commit."""

UNKNOWN_DATE = "unknown"
"""Partition of measurements without a usable start time."""

UNKNOWN_COUNTRY = "ZZ"
"""Partition of measurements without a usable country code (a user-assigned code of ISO 3166-1)."""

# Names are checked because a survey may come from somebody else: nothing in its list leaves its folder.
DATE_PATTERN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|unknown", re.ASCII)
COUNTRY_PATTERN = re.compile(r"[A-Z]{2}", re.ASCII)
DATA_NAME_PATTERN = re.compile(r"[0-9a-f]{16}-[0-9]{5}\.parquet", re.ASCII)
LIST_NAME_PATTERN = re.compile(r"files-[0-9a-f]{16}\.json", re.ASCII)


class DataFile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One immutable Parquet file of one table."""

    table: str
    """Table it belongs to."""
    date: str | None = None
    """Partition: UTC day, or ``unknown``. Missing: the table is not partitioned."""
    country: str | None = None
    """Partition: country of the probe, or ``ZZ``. Missing: as above."""
    name: str
    """File name: 16 digits of the hash of what it was made from, and the number of the part."""
    rows: int = 0
    """Number of rows."""
    bytes: int = 0
    """Size, bytes."""
    sha256: str = ""
    """SHA-256 (hex) of its bytes."""

    @property
    def path(self) -> str:
        """Path relative to the survey, with ``/``."""
        partition = () if self.date is None else (f"date={self.date}", f"country={self.country}")
        return str(PurePosixPath("tables", self.table, *partition, self.name))

    @property
    def stem(self) -> str:
        """What the files of one part share over all tables."""
        return self.name.removesuffix(".parquet")


class FileList(msgspec.Struct, frozen=True, kw_only=True):
    """The list of data files that the manifest commits to."""

    name: str
    """Its file name."""
    sha256: str
    """SHA-256 (hex) of its bytes."""
    bytes: int
    """Its size, bytes."""


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What a survey holds."""

    measurements: int = 0
    """Measurements kept."""
    duplicates: int = 0
    """Measurements that were there already, not kept."""
    rejects: int = 0
    """Records that could not be read."""
    rows: dict[str, int] = {}
    """Rows of each table that has any."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What findings and verdicts were made from."""

    rules: str
    """Version of the rules."""
    inputs: str
    """SHA-256 (hex) over the observation files, the version of the rules and the reference files."""
    references: tuple[ReferenceFile, ...] = ()
    """Reference files that the rules read."""


class Aggregated(msgspec.Struct, frozen=True, kw_only=True):
    """What cells were made from."""

    version: str
    """Names how they are made."""
    inputs: str
    """SHA-256 (hex) over that and every file that they were made from."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The content of ``survey.toml``."""

    format: int
    """Version of the directory's layout and tables."""
    trigpoint: str
    """Version of the program that wrote it last."""
    files: FileList
    """The data files."""
    counts: Counts
    """What it holds."""
    judged: Judged | None = None
    """What findings and verdicts were made from. Missing: not judged since the last observation."""
    aggregated: Aggregated | None = None
    """What cells were made from. Missing: there are none for the verdicts that there are."""
    references: tuple[ReferenceFile, ...] = ()
    """Reference files that ``observe`` read."""
    sources: tuple[Source, ...] = ()
    """Every file that was read, in the order of the hashes."""


def encode(manifest: Manifest) -> bytes:
    """Write the manifest as TOML."""
    return tomli_w.dumps(_present(msgspec.to_builtins(manifest))).encode()


def _present(value: Any) -> Any:  # noqa: ANN401 - any TOML value
    """Leave out what is missing: TOML has no null."""
    if isinstance(value, dict):
        return {key: _present(item) for key, item in value.items() if item is not None}
    return [_present(item) for item in value] if isinstance(value, list | tuple) else value


def read(path: Path) -> Manifest:
    """Read the manifest of the survey in a folder.

    Raises:
        NewerSurveyError: a newer version wrote it.
        DamagedSurveyError: it cannot be read.

    """
    try:
        raw = tomllib.loads((path / MANIFEST_NAME).read_text(encoding="utf-8"))
        written = raw.get("format")
        if isinstance(written, int) and written > FORMAT_VERSION:
            message = (
                f"{path}: a newer version of Trigpoint ({raw.get('trigpoint')}) wrote this survey; update to use it"
            )
            raise NewerSurveyError(message)
        return msgspec.convert(raw, Manifest)
    except (OSError, ValueError, msgspec.ValidationError) as error:
        message = f"{path}: {MANIFEST_NAME} cannot be read: {_why(error)}"
        raise DamagedSurveyError(message) from error


def _why(error: Exception) -> object:
    """Give what is wrong, without number and name of a file, where the system says it."""
    return (isinstance(error, OSError) and error.strerror) or error


def encode_list(files: tuple[DataFile, ...]) -> tuple[FileList, bytes]:
    """Write the list of data files, one a line, and what the manifest says of it."""
    lines = b",\n".join(msgspec.json.encode(file) for file in files)
    content = b"[\n" + lines + b"\n]\n"
    digest = hashlib.sha256(content).hexdigest()
    return FileList(name=f"files-{digest[:16]}.json", sha256=digest, bytes=len(content)), content


def read_list(path: Path, listed: FileList) -> tuple[DataFile, ...]:
    """Read the list of data files of the survey in a folder.

    Raises:
        DamagedSurveyError: it is missing, or not what the manifest names.

    """
    try:
        if LIST_NAME_PATTERN.fullmatch(listed.name) is None:
            message = f"{listed.name!r} is no name of a list"
            raise ValueError(message)  # noqa: TRY301 - every way to fail becomes the one sentence below
        content = (path / listed.name).read_bytes()
        if hashlib.sha256(content).hexdigest() != listed.sha256:
            message = f"{listed.name} does not match its hash"
            raise ValueError(message)  # noqa: TRY301 - as above
        files = msgspec.json.decode(content, type=tuple[DataFile, ...])
        for file in files:
            _check(file)
    except (OSError, ValueError, msgspec.ValidationError) as error:
        message = f"{path}: the list of its files cannot be read: {_why(error)}"
        raise DamagedSurveyError(message) from error
    return files


def _check(file: DataFile) -> None:
    is_partition = file.date is not None and file.country is not None
    fits = (
        file.table in TABLES
        and DATA_NAME_PATTERN.fullmatch(file.name) is not None
        and TABLES[file.table].is_partitioned == is_partition
        and (file.date is None or DATE_PATTERN.fullmatch(file.date) is not None)
        and (file.country is None or COUNTRY_PATTERN.fullmatch(file.country) is not None)
    )
    if not fits:
        message = f"{file.path!r} is no name of a data file"
        raise ValueError(message)
