from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.observe import records
from tests.reference import mmdb
from trigpoint.errors import InputError, NewerSurveyError, SurveyError
from trigpoint.observe import Observed, ObserveInterrupted, Progress, batches, observe, run
from trigpoint.store import durable
from trigpoint.store.schemas import FORMAT_VERSION
from trigpoint.store.survey import Survey
from trigpoint.store.writer import Writer
from trigpoint.workers import hired

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
COUNTRIES = ("IR", "CN", "RU", None)


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Seven files that overlap in measurements, in certificates and in bodies; one holds rejects too."""
    made = [
        records.write(
            tmp_path / "in" / f"{first}.jsonl",
            *({"seed": seed, "probe_cc": COUNTRIES[seed % 4]} for seed in range(first, first + 7)),
        )
        for first in range(0, 30, 5)
    ]
    rejects = records.write(
        tmp_path / "in" / "rejects.jsonl", {"seed": 1, "probe_cc": "CN"}, {"reject": "no"}, {"fail": "x"}
    )
    return [*made, rejects]


@pytest.fixture
def one_batch_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_BATCH_BYTES", 1)
    monkeypatch.setattr(run, "_FIRST_COMMIT", 2)


def test_every_record_is_in_the_survey_or_counted(tmp_path: Path, paths: list[Path]) -> None:
    observed = observe(paths, tmp_path / "s", records.read, identify=records.identify)
    survey = Survey.open(tmp_path / "s")
    survey.verify()
    assert observed == Observed(files=7, measurements=32, duplicates=11, rejects=2)
    assert survey.counts.measurements == survey.scan("measurements").collect().height == 32
    assert (survey.counts.duplicates, survey.counts.rejects) == (11, 2)
    assert survey.scan("tcp_connects").collect().height == 32 * 4
    reasons = survey.scan("rejects").collect()["reason"].to_list()
    assert reasons == ["no", "the reader failed after line 2: ValueError: x"]
    assert {source.format for source in survey.sources} == {"orders"}
    for table in ("certificates", "bodies"):
        assert survey.scan(table).collect()["sha256"].is_unique().all()


def test_the_order_of_paths_and_the_number_of_processes_change_no_byte(
    tmp_path: Path, paths: list[Path], one_batch_a_file: None
) -> None:
    observe(paths, tmp_path / "one", records.read)
    observe(reversed(paths), tmp_path / "reversed", records.read)
    with hired(3) as workers:
        observe(paths[3:] + paths[:3], tmp_path / "three", records.read, workers=workers)
    expected = records.tree(tmp_path / "one")
    assert len(expected) > 100
    assert records.tree(tmp_path / "reversed") == expected
    assert records.tree(tmp_path / "three") == expected


def test_a_second_run_adds_nothing(tmp_path: Path, paths: list[Path]) -> None:
    observe(paths, tmp_path / "s", records.read)
    before = records.tree(tmp_path / "s")
    told: list[Progress] = []
    again = observe(paths, tmp_path / "s", records.read, progress=told.append)
    assert again == Observed(known=7)
    assert told == []
    assert records.tree(tmp_path / "s") == before


def test_the_same_content_under_another_name_adds_nothing(tmp_path: Path, paths: list[Path]) -> None:
    observe(paths[:1], tmp_path / "s", records.read)
    before = records.tree(tmp_path / "s")
    copy = tmp_path / "copy"
    copy.write_bytes(paths[0].read_bytes())
    assert observe([copy, paths[0]], tmp_path / "s", records.read) == Observed(known=2)
    assert records.tree(tmp_path / "s") == before


def test_a_later_source_adds_only_what_is_new(tmp_path: Path, paths: list[Path]) -> None:
    observe(paths[:3], tmp_path / "s", records.read)
    before = records.tree(tmp_path / "s" / "tables")
    observed = observe(paths, tmp_path / "s", records.read)
    survey = Survey.open(tmp_path / "s")
    assert (observed.files, observed.known) == (4, 3)
    assert survey.scan("measurements").collect()["id"].n_unique() == survey.counts.measurements == 32
    assert before.items() <= records.tree(tmp_path / "s" / "tables").items()


def test_files_that_cannot_be_read_at_all_are_named_and_the_others_read(tmp_path: Path, paths: list[Path]) -> None:
    observed = observe([tmp_path / "nowhere", *paths], tmp_path / "s", records.read)
    assert [reject.path for reject in observed.unreadable] == [str(tmp_path / "nowhere")]
    assert observed.files == 7


def test_nothing_to_read_makes_no_survey(tmp_path: Path) -> None:
    assert observe([], tmp_path / "s", records.read) == Observed()
    assert list(tmp_path.iterdir()) == []


def test_progress_ends_with_everything_done(tmp_path: Path, paths: list[Path], one_batch_a_file: None) -> None:
    told: list[Progress] = []
    observe(paths, tmp_path / "s", records.read, progress=told.append)
    assert told[-1] == Progress(files_done=7, files_total=7, measurements=43, rejects=2)
    assert [progress.files_done for progress in told] == list(range(1, 8))


def test_progress_counts_what_runs_until_it_is_done() -> None:
    told: list[Progress] = []
    show = run._Show(told.append, [2, 1])
    show.tick(0, 10, 1)
    show.tick(1, 5, 0)
    show.tick(0, 20, 1)
    show.finish(1, [])
    assert [(progress.measurements, progress.rejects, progress.files_done) for progress in told] == [
        (10, 1, 0),
        (15, 1, 0),
        (25, 1, 0),
        (20, 1, 1),
    ]


def test_the_address_database_is_named_and_used(tmp_path: Path, paths: list[Path]) -> None:
    database = mmdb.write(tmp_path / "a.mmdb", {"93.184.0.0/16": {"asn": 7, "country_code": "KE"}})
    observe(paths, tmp_path / "s", records.read, address_database=database)
    survey = Survey.open(tmp_path / "s")
    assert [reference.name for reference in survey.references] == ["address database"]
    found = survey.scan("dns_answers").filter(pl.col("address").is_not_null()).collect()
    assert found.select("asn", "address_country").unique().rows() == [(7, "KE")]


def test_an_address_plan_is_named_and_used(tmp_path: Path, paths: list[Path]) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text("prefix,asn,as_name,country\n93.184.0.0/16,64500,Home,XA\n", encoding="utf-8")
    with hired(2) as workers:
        observe(paths, tmp_path / "s", records.read, workers=workers, address_database=plan)
    survey = Survey.open(tmp_path / "s")
    assert [(reference.name, reference.sha256) for reference in survey.references] == [
        ("address plan", durable.sha256_of(plan)[0])
    ]
    found = survey.scan("dns_answers").filter(pl.col("address").is_not_null()).collect()
    assert found.select("asn", "as_name", "address_country").unique().rows() == [(64500, "Home", "XA")]


def test_what_is_no_database_stops_the_run_before_anything_is_made(tmp_path: Path, paths: list[Path]) -> None:
    with pytest.raises(InputError, match="cannot be read as an address database"):
        observe(paths, tmp_path / "s", records.read, address_database=paths[0])
    assert not (tmp_path / "s").exists()


def test_a_newer_survey_is_not_changed(tmp_path: Path, paths: list[Path]) -> None:
    observe(paths[:1], tmp_path / "s", records.read)
    manifest = tmp_path / "s" / "survey.toml"
    manifest.write_text(manifest.read_text().replace(f"format = {FORMAT_VERSION}\n", "format = 99\n"))
    before = records.tree(tmp_path / "s")
    with pytest.raises(NewerSurveyError):
        observe(paths, tmp_path / "s", records.read)
    assert records.tree(tmp_path / "s") == before


def interrupted_at(path: Path, source: str) -> Iterator[object]:
    for record in records.read(path, source):
        if record.line == 3 and path.name == "last":
            raise KeyboardInterrupt
        yield record


def last(folder: Path, paths: list[Path], *orders: dict[str, object]) -> Path:
    """A file that is read after all others, because its hash is the greatest."""
    hashes = [source.sha256 for source in batches.hash_sources(paths, 1)[0]]
    for attempt in range(10_000):
        path = records.write(folder / "last", *orders, {"seed": 1_000, "uid": f"{attempt}"})
        if batches.hash_sources([path], 1)[0][0].sha256 > max(hashes):
            return path
    raise AssertionError


def test_an_interruption_keeps_finished_files_and_running_again_completes_it(
    tmp_path: Path, paths: list[Path], one_batch_a_file: None
) -> None:
    path = last(tmp_path, paths, {"seed": 900}, {"seed": 901}, {"seed": 902})
    with pytest.raises(ObserveInterrupted) as caught:
        observe([*paths, path], tmp_path / "s", interrupted_at)
    assert (caught.value.kept.files, caught.value.kept.pending, caught.value.kept.measurements) == (7, 1, 32)
    Survey.open(tmp_path / "s").verify()
    observe([*paths, path], tmp_path / "s", records.read)
    observe([*paths, path], tmp_path / "whole", records.read)
    assert records.tree(tmp_path / "s") == records.tree(tmp_path / "whole")


def test_an_interruption_before_anything_is_finished_keeps_nothing(tmp_path: Path) -> None:
    path = records.write(tmp_path / "last", {"seed": 1}, {"seed": 2}, {"seed": 3})
    with pytest.raises(ObserveInterrupted) as caught:
        observe([path], tmp_path / "s", interrupted_at)
    assert caught.value.kept == Observed(pending=1)
    assert not (tmp_path / "s").exists()


def test_a_commit_that_was_interrupted_is_repeated_without_harm(
    tmp_path: Path, paths: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = Writer.commit_observations

    def interrupted(self: Writer, *arguments: object) -> None:
        commit(self, *arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(Writer, "commit_observations", interrupted)
    with pytest.raises(ObserveInterrupted) as caught:
        observe(paths, tmp_path / "s", records.read)
    assert caught.value.kept.files == 7
    assert Survey.open(tmp_path / "s").counts.measurements == 32


def test_a_commit_that_was_interrupted_half_way_is_completed(
    tmp_path: Path, paths: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = durable.sync
    calls = iter(range(10_000))

    def interrupted(path: Path) -> None:
        if next(calls) == 5:  # five data files are in place, the others are not
            raise KeyboardInterrupt
        sync(path)

    monkeypatch.setattr(durable, "sync", interrupted)
    with pytest.raises(ObserveInterrupted) as caught:
        observe(paths, tmp_path / "s", records.read)
    assert caught.value.kept.files == 7
    observe(paths, tmp_path / "whole", records.read)
    assert records.tree(tmp_path / "s") == records.tree(tmp_path / "whole")


def start(*arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.observe.driver", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize(("number", "status"), [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_a_run_that_is_killed_or_interrupted_ends_with_its_workers_and_can_be_completed(
    tmp_path: Path, paths: list[Path], processes: int, number: int, status: int
) -> None:
    meeting = tmp_path / "meeting"
    os.mkfifo(meeting)
    paths.append(last(tmp_path, paths, {"meet": str(meeting)}, {"seed": 900}))
    with start(tmp_path / "s", *paths, "--processes", processes) as child:
        meeting.read_bytes()  # returns when the last file is being read
        if number == signal.SIGKILL:
            child.kill()  # this process alone: workers are to notice
        else:
            os.killpg(child.pid, number)  # as a terminal does
        found, _ = child.communicate(timeout=60)  # ends when the last process that holds the output is gone
    assert child.returncode == status
    survey = Survey.open(tmp_path / "s")
    survey.verify()
    kept = len(survey.sources)
    assert kept == 7 if processes == 1 else 1 <= kept <= 7  # a worker is ahead of what is committed
    assert found.decode() == ("" if number == signal.SIGKILL else f"{kept} {8 - kept}\n")
    meeting.unlink()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(batches, "_BATCH_BYTES", 1)
        for folder in ("s", "whole"):
            observe(paths, tmp_path / folder, records.read)
    assert records.tree(tmp_path / "s") == records.tree(tmp_path / "whole")


def test_a_first_run_that_is_killed_before_a_commit_leaves_no_survey_and_can_be_repeated(
    tmp_path: Path, paths: list[Path]
) -> None:
    meeting = tmp_path / "meeting"
    os.mkfifo(meeting)
    paths.append(last(tmp_path, paths, {"meet": str(meeting)}))
    with start(tmp_path / "s", *paths, "--first-commit", 100) as child:
        meeting.read_bytes()
        child.kill()
    with pytest.raises(SurveyError, match="there is no survey here"):
        Survey.open(tmp_path / "s")
    meeting.unlink()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(batches, "_BATCH_BYTES", 1)
        for folder in ("s", "whole"):
            observe(paths, tmp_path / folder, records.read)
    assert records.tree(tmp_path / "s") == records.tree(tmp_path / "whole")


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("largest_file", [100, 4_096, 9_000])
def test_a_disk_that_takes_no_more_is_one_sentence_and_the_survey_as_before(
    tmp_path: Path, paths: list[Path], processes: int, largest_file: int
) -> None:
    observe(paths[:2], tmp_path / "s", records.read)
    before = records.tree(tmp_path / "s")
    more = last(tmp_path, paths, *({"seed": seed} for seed in range(100, 120)))
    with start(tmp_path / "s", more, "--processes", processes, "--largest-file", largest_file) as child:
        _, errors = child.communicate(timeout=60)
    assert child.returncode == 2
    assert (
        errors.decode()
        == f"{tmp_path / 's'}: no space left to write; what was committed stands, make room and run again\n"
    )
    assert records.tree(tmp_path / "s") == before
    observe([more], tmp_path / "s", records.read)
    assert Survey.open(tmp_path / "s").counts.measurements == 12 + 21


def test_memory_does_not_grow_with_the_input(tmp_path: Path) -> None:
    source = tmp_path / "numbers"
    source.write_text("60000")
    with start(tmp_path / "s", source, "--stream") as child:
        output, errors = child.communicate(timeout=120)
    assert child.returncode == 0, errors.decode()
    files, kilobytes = map(int, output.split())
    survey = Survey.open(tmp_path / "s")
    assert files == 1
    assert survey.counts.rows["bodies"] == survey.counts.measurements == 60_000
    assert kilobytes < 300 * 1024
