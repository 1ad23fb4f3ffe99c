"""Writing a survey: one writer at a time, files put in place first, then the manifest replaced in one step (R12)."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

import trigpoint
from trigpoint.errors import SurveyError
from trigpoint.store import durable, manifest
from trigpoint.store.manifest import Aggregated, Counts, DataFile, Judged, Manifest
from trigpoint.store.schemas import CELL_TABLES, FORMAT_VERSION, TABLES, VERDICT_TABLES
from trigpoint.store.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trigpoint.model.provenance import ReferenceFile, Source

_INCOMING = ".incoming-"
_TABLES = "tables"
_PARTITION_PATTERN = re.compile(r"(date|country)=[\w-]+", re.ASCII)


class Writer:
    """The one writer of a survey. Made by :func:`writing`."""

    def __init__(self, path: Path, survey: Survey, incoming: Path) -> None:
        """Take what :func:`writing` has prepared; use that."""
        self.path = path
        self.survey = survey
        """The survey as last committed; empty and not on disk before the first commit."""
        self.incoming = incoming
        """Folder for files that no commit names yet; they lie in it as they will lie in the survey."""

    def commit_observations(
        self, sources: Iterable[Source], files: Iterable[DataFile], references: Iterable[ReferenceFile] = ()
    ) -> Survey:
        """Add sources and their data files, which lie in ``incoming``.

        Findings, verdicts and cells leave the survey with it: they say nothing of the new measurements.

        Returns:
            The survey after the commit.

        Raises:
            OSError: a file cannot be written; the survey is as it was before.

        """
        old = self.survey.manifest
        return self._commit(
            files,
            VERDICT_TABLES + CELL_TABLES,
            references=_merged(old.references, references),
            sources=tuple(sorted((*old.sources, *sources), key=lambda source: source.sha256)),
            judged=None,
            aggregated=None,
        )

    def commit_verdicts(self, files: Iterable[DataFile], judged: Judged) -> Survey:
        """Replace findings and verdicts as a whole by data files, which lie in ``incoming``; cells leave the survey.

        Returns:
            The survey after the commit.

        Raises:
            OSError: a file cannot be written; the survey is as it was before.

        """
        return self._commit(files, VERDICT_TABLES + CELL_TABLES, judged=judged, aggregated=None)

    def commit_cells(self, files: Iterable[DataFile], aggregated: Aggregated) -> Survey:
        """Replace cells as a whole by data files, which lie in ``incoming``.

        Returns:
            The survey after the commit.

        Raises:
            OSError: a file cannot be written; the survey is as it was before.

        """
        return self._commit(files, CELL_TABLES, aggregated=aggregated)

    def _commit(self, added: Iterable[DataFile], leaving: tuple[str, ...], **changed: Any) -> Survey:  # noqa: ANN401 - fields of the manifest
        added = tuple(added)
        kept = tuple(file for file in self.survey.files if file.table not in leaving)
        files = tuple(sorted(kept + added, key=lambda file: file.path))
        listed, content = manifest.encode_list(files)
        new = msgspec.structs.replace(self.survey.manifest, **changed)
        new = msgspec.structs.replace(
            new,
            format=FORMAT_VERSION,
            trigpoint=trigpoint.__version__,
            files=listed,
            counts=_counts(files, new.sources),
        )
        self._put_in_place(added)
        durable.write_whole(self.path / listed.name, content)
        durable.write_whole(self.path / manifest.MANIFEST_NAME, manifest.encode(new))
        survey = Survey(self.path, new, files)
        _remove_left(self.path, survey, but=self.incoming)
        self.survey = survey
        return survey

    def _put_in_place(self, files: tuple[DataFile, ...]) -> None:
        folders = set()
        for file in files:
            staged, final = self.incoming / file.path, self.path / file.path
            if staged.exists():  # a commit that was interrupted had moved it already
                durable.sync(staged)
                final.parent.mkdir(parents=True, exist_ok=True)
                staged.replace(final)
                folders.add(final.parent)
            elif not final.exists():
                message = f"{self.path}: {file.path} was written and is not there; nothing was committed, run again"
                raise SurveyError(message)
        for folder in sorted(folders):
            durable.sync(folder)


@contextmanager
def writing(path: Path | str) -> Iterator[Writer]:
    """Become the one writer of the survey in a folder, which is made if need be; clear what a killed run left.

    Nothing of a new survey is on disk until the first commit.

    Raises:
        SurveyError: another run writes to it, or the folder holds something else.
        NewerSurveyError: a newer version wrote it.
        DamagedSurveyError: it is damaged.

    """
    folder = Path(path)
    made = _make(folder)
    try:
        with durable.exclusive(folder), durable.space_for(folder):
            survey = _current(folder)
            _remove_left(folder, survey)
            incoming = folder / f"{_INCOMING}{os.getpid()}"
            incoming.mkdir()
            try:
                yield Writer(folder, survey, incoming)
            finally:
                shutil.rmtree(incoming, ignore_errors=True)
                _remove_empty(folder / _TABLES)
    finally:
        for parent in made:
            _remove_empty(parent)


def create(path: Path | str) -> Survey:
    """Make an empty survey in a folder, or open the one that is there.

    Raises:
        SurveyError: as :func:`writing`.

    """
    with writing(path) as writer:
        if (writer.path / manifest.MANIFEST_NAME).exists():
            return writer.survey
        return writer.commit_observations((), ())


def inputs_hash(survey: Survey, rules: str, references: Iterable[ReferenceFile]) -> str:
    """Hash what findings and verdicts depend on: observation files, version of the rules, reference files."""
    digest = hashlib.sha256(rules.encode())
    for file in survey.files:
        if file.table not in VERDICT_TABLES + CELL_TABLES:
            digest.update(f"\n{file.path} {file.sha256}".encode())
    for reference in _merged((), references):
        digest.update(f"\n{reference.name} {reference.sha256}".encode())
    return digest.hexdigest()


def _make(folder: Path) -> list[Path]:
    """Make the folder and give those that were made, the deepest first."""
    made = []
    missing = folder
    while not missing.exists():
        made.append(missing)
        missing = missing.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{folder}: cannot be made a survey: {error.strerror}"
        raise SurveyError(message) from error
    return made


def _current(folder: Path) -> Survey:
    if (folder / manifest.MANIFEST_NAME).exists():
        return Survey.open(folder)
    strange = sorted(entry.name for entry in folder.iterdir() if not _is_ours(entry))
    if strange:
        message = f"{folder}: holds no survey but other files ({strange[0]}); give a new or empty folder"
        raise SurveyError(message)
    listed, _ = manifest.encode_list(())
    empty = Manifest(format=FORMAT_VERSION, trigpoint=trigpoint.__version__, files=listed, counts=Counts())
    return Survey(folder, empty, ())


def _is_ours(entry: Path) -> bool:
    name = entry.name.removesuffix(".new")
    return (
        name.startswith(_INCOMING)
        or name in {_TABLES, manifest.MANIFEST_NAME}
        or manifest.LIST_NAME_PATTERN.fullmatch(name) is not None
    )


def _remove_left(folder: Path, survey: Survey, but: Path | None = None) -> None:
    """Remove what a killed run left and nothing else: only names that we give, and that no commit lists."""
    listed = {file.path for file in survey.files}
    for entry in folder.iterdir():
        name = entry.name
        if name.startswith(_INCOMING):
            if entry != but:
                shutil.rmtree(entry, ignore_errors=True)
        elif _is_ours(entry) and entry.is_file() and name not in {manifest.MANIFEST_NAME, survey.manifest.files.name}:
            entry.unlink()
    for table in TABLES:
        for file in (folder / _TABLES / table).rglob("*.parquet"):
            is_named_by_us = manifest.DATA_NAME_PATTERN.fullmatch(file.name) is not None
            if is_named_by_us and file.relative_to(folder).as_posix() not in listed:
                file.unlink()
    _remove_empty(folder / _TABLES)


def _remove_empty(folder: Path) -> None:
    """Remove a folder of ours and those in it that hold nothing."""
    for below in folder.glob("*"):
        if below.is_dir() and (below.name in TABLES or _PARTITION_PATTERN.fullmatch(below.name)):
            _remove_empty(below)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _merged(old: Iterable[ReferenceFile], new: Iterable[ReferenceFile]) -> tuple[ReferenceFile, ...]:
    return tuple(sorted({*old, *new}, key=lambda reference: (reference.name, reference.sha256)))


def _counts(files: tuple[DataFile, ...], sources: tuple[Source, ...]) -> Counts:
    rows: Counter[str] = Counter()
    for file in files:
        rows[file.table] += file.rows
    return Counts(
        measurements=sum(source.measurements for source in sources),
        duplicates=sum(source.duplicates for source in sources),
        rejects=sum(source.rejects for source in sources),
        rows=dict(sorted(rows.items())),
    )
