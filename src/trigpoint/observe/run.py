"""``observe``: source files in, observation tables of a survey out."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from trigpoint.model.measurement import Reject
from trigpoint.observe.batches import hash_sources, plan
from trigpoint.observe.duplicates import Unique
from trigpoint.observe.worker import Task, work
from trigpoint.reference.address_plan import addresses_in
from trigpoint.store.writer import writing
from trigpoint.workers import in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from trigpoint.model.provenance import ReferenceFile, Source
    from trigpoint.observe.worker import Done, Identify, Read
    from trigpoint.store.manifest import DataFile
    from trigpoint.store.writer import Writer
    from trigpoint.workers import Workers

# A commit writes the whole list of files again. Committing when an eighth more is done keeps that small beside the
# work, and a killed run loses little.
_FIRST_COMMIT = 8
_COMMIT_SHARE = 8


class Progress(msgspec.Struct, frozen=True):
    """How far a run is."""

    files_done: int
    """Source files that are read."""
    files_total: int
    """Source files to read."""
    measurements: int
    """Measurements read so far, duplicates included."""
    rejects: int
    """Records that could not be read so far."""


ShowProgress: TypeAlias = Callable[[Progress], None]
"""Is called a few times a second."""


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """What a run added to a survey."""

    files: int = 0
    """Source files read and committed."""
    known: int = 0
    """Source files left alone: the survey has their content, or it was given twice."""
    pending: int = 0
    """Source files not read because the run was interrupted."""
    measurements: int = 0
    """Measurements added."""
    duplicates: int = 0
    """Measurements left out because the survey has them."""
    rejects: int = 0
    """Records that could not be read, in files that could."""
    unreadable: tuple[Reject, ...] = ()
    """Files that could not be read at all. They have no hash, so the survey does not name them; a later run may."""


class ObserveInterrupted(KeyboardInterrupt):
    """A person interrupted the run (Ctrl-C). What was finished is committed."""

    def __init__(self, kept: Observed) -> None:
        """Carry what was kept."""
        super().__init__(kept)
        self.kept = kept


def observe(  # noqa: PLR0913 - what, where and how, and options that are given by name
    paths: Iterable[Path],
    survey_path: Path | str,
    read: Read,
    *,
    identify: Identify | None = None,
    workers: Workers | None = None,
    address_database: Path | str | None = None,
    progress: ShowProgress | None = None,
) -> Observed:
    """Read source files into the observation tables of a survey, which is made if need be.

    The same files give the same bytes whatever the order of the paths, who works, and the
    interruptions between (R7). A file whose content the survey has is left alone.

    Args:
        paths: files, not folders.
        survey_path: folder of the survey.
        read: reads one file, given its path and its SHA-256, as a stream of records; a function that can be pickled.
            Every record names that SHA-256 as its source, and a measurement lists every certificate of its chains.
        identify: names the format of a file; can be pickled. Missing: formats are called ``unknown``.
        workers: who reads. Missing: this process.
        address_database: path of a database of addresses (MMDB) or of a plan (CSV). Missing: AS numbers as annotated in
            the records.
        progress: is told how far the run is.

    Returns:
        What was added.

    Raises:
        SurveyError: the survey is in use, damaged, or written by a newer version; the disk is full; or a file ends
            every process that reads it.
        InputError: the addresses cannot be read, or a file changed while it was read.
        ObserveInterrupted: a person interrupted it; carries what was kept.

    """
    files = list(paths)
    references = () if address_database is None else (addresses_in(address_database).provenance(),)
    with writing(survey_path) as writer:
        sources, unreadable = hash_sources(files, os.cpu_count() or 1)
        known = {source.sha256 for source in writer.survey.sources}
        batches = list(plan(sources, known))
        to_read = sum(len(batch.sources) for batch in batches)
        run = _Run(writer, references, _Show(progress, [len(batch.sources) for batch in batches]))
        kept = Observed(unreadable=tuple(unreadable), known=len(files) - len(unreadable) - to_read, pending=to_read)
        database = None if address_database is None else str(address_database)
        tasks = [
            Task(number, batch, read, identify, str(writer.incoming.absolute()), database)
            for number, batch in enumerate(batches)
        ]
        try:
            run.all(tasks, workers)
        except KeyboardInterrupt:
            run.commit()
            raise ObserveInterrupted(run.outcome(kept)) from None
        return run.outcome(kept)


class _Show:
    """Adds up what batches report."""

    def __init__(self, show: ShowProgress | None, files: Sequence[int]) -> None:
        self._show = show
        self._files = files
        self._files_done = 0
        self._measurements = 0
        self._rejects = 0
        self._running: dict[int, tuple[int, int]] = {}

    def tick(self, number: int, measurements: int, rejects: int) -> None:
        self._running[number] = (measurements, rejects)
        self._tell()

    def finish(self, number: int, sources: Iterable[Source]) -> None:
        self._running.pop(number, None)
        self._files_done += self._files[number]
        for source in sources:
            self._measurements += source.measurements + source.duplicates
            self._rejects += source.rejects
        self._tell()

    def _tell(self) -> None:
        if self._show is not None:
            running = self._running.values()
            self._show(
                Progress(
                    files_done=self._files_done,
                    files_total=sum(self._files),
                    measurements=self._measurements + sum(measurements for measurements, _ in running),
                    rejects=self._rejects + sum(rejects for _, rejects in running),
                )
            )


class _Run:
    """One run: batches accepted in their order, committed now and then."""

    def __init__(self, writer: Writer, references: tuple[ReferenceFile, ...], show: _Show) -> None:
        self._writer = writer
        self._references = references
        self._show = show
        self._accepted: list[tuple[list[Source], list[DataFile]]] = []
        self._committed_batches = 0
        self._committed: list[Source] = []

    def all(self, tasks: list[Task], workers: Workers | None) -> None:
        with (
            closing(Unique(self._writer.survey, self._writer.incoming)) as unique,
            closing(in_order(work, tasks, workers, self._show.tick)) as results,
        ):
            for number, done in enumerate(results):
                self._accept(number, done, unique)
        self.commit()

    def _accept(self, number: int, done: Done, unique: Unique) -> None:
        accepted = unique.accept(done)
        self._accepted.append(accepted)
        self._show.finish(number, accepted[0])
        if len(self._accepted) >= max(_FIRST_COMMIT, self._committed_batches // _COMMIT_SHARE):
            self.commit()

    def commit(self) -> None:
        """Commit what is accepted. Safe to repeat where it was interrupted."""
        if not self._accepted:
            return
        sources = [source for batch, _ in self._accepted for source in batch]
        files = [file for _, batch in self._accepted for file in batch]
        known = {source.sha256 for source in self._writer.survey.sources}
        if not known.issuperset(source.sha256 for source in sources):
            self._writer.commit_observations(sources, files, self._references)
        self._committed += sources
        self._committed_batches += len(self._accepted)
        self._accepted.clear()

    def outcome(self, kept: Observed) -> Observed:
        return msgspec.structs.replace(
            kept,
            files=len(self._committed),
            pending=kept.pending - len(self._committed),
            measurements=sum(source.measurements for source in self._committed),
            duplicates=sum(source.duplicates for source in self._committed),
            rejects=sum(source.rejects for source in self._committed),
        )
