"""Judging a whole survey: verdicts are stored once, and measurements inform each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.judge.cases import CLOSE, HOST, OTHER, Case, leaf
from tests.judge.runs import answering, records, sanity, silent
from tests.store import surveys
from trigpoint.errors import DamagedSurveyError
from trigpoint.judge.cascade import RULES_VERSION
from trigpoint.judge.knowledge import Knowledge
from trigpoint.judge.survey import _looked, judge_survey, known
from trigpoint.store.incoming import Incoming
from trigpoint.store.writer import writing

if TYPE_CHECKING:
    from pathlib import Path

    from trigpoint.model.measurement import Measurement

LEAF = "a" * 64


def cut() -> Case:
    """Give a case whose handshake is cut at an address that nothing in it vouches for."""
    return Case().control().dns(OTHER).tcp(OTHER).tls(OTHER, CLOSE)


def verified(network: int) -> Measurement:
    case = Case(probe_asn=network, report_id=f"run {network}").certificate(LEAF, **leaf())
    case.dns(OTHER).tcp(OTHER).tls(OTHER, certificate_chain=LEAF).http(address=OTHER, status=200)
    return case.record(id=f"{network:064x}")


def states(path: Path) -> dict[str, str]:
    rows = judge_survey(path).scan("verdicts").select("measurement", "state").collect().rows()
    return {str(measurement): str(state) for measurement, state in rows}


def test_the_rest_of_the_survey_vouches_for_an_address(tmp_path: Path) -> None:
    surveys.add(tmp_path / "alone", 1, [cut().record()])
    assert states(tmp_path / "alone") == {"0" * 64: "insufficient"}
    others = [verified(network) for network in (1, 2, 3)]
    surveys.add(tmp_path / "together", 1, [cut().record(), *others])
    together = states(tmp_path / "together")
    assert together["0" * 64] == "blocked"
    assert {together[record.id] for record in others} == {"ok"}


def test_a_run_is_read_as_a_whole_however_it_is_cut_into_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [sanity(), *(silent(number) for number in range(1, 12)), answering(20)]
    for size in (1, 3_000):
        monkeypatch.setattr("trigpoint.judge.survey.CHUNK", size)
        surveys.add(tmp_path / str(size), 1, records(cases))
        found = list(states(tmp_path / str(size)).values())
        assert sorted(found) == ["blocked"] * 11 + ["ok"], "and none of the look at the own network"


def test_progress_counts_measurements_and_the_same_rules_judge_once(tmp_path: Path) -> None:
    counts: list[int] = []
    surveys.add(tmp_path / "s", 1, [cut().record(), verified(1)])
    first = judge_survey(tmp_path / "s", counts.append)
    assert sum(counts) == len([HOST, HOST])
    assert first.manifest.judged is not None
    assert first.manifest.judged.rules == RULES_VERSION
    judge_survey(tmp_path / "s", counts.append)
    assert sum(counts) == len([HOST, HOST])


def test_what_is_found_in_parts_is_what_is_found_in_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trigpoint.judge.survey.PART", 2)
    cases = [sanity(), *(silent(number) for number in range(1, 12)), answering(20)]
    surveys.add(tmp_path / "s", 1, records(cases))
    for network in range(1, 7):
        surveys.add(tmp_path / "s", 1 + network, [verified(network)])
    with writing(tmp_path / "s") as writer:
        whole = known(writer.survey)
        monkeypatch.setattr("trigpoint.judge.survey.CHUNK", 1)
        scanned, parts = known(writer.survey), _looked(Incoming.of(writer), writer.survey, None)
    for name in Knowledge.__struct_fields__:
        assert getattr(whole, name).equals(getattr(parts, name)), name
        assert getattr(whole, name).equals(getattr(scanned, name)), name
    assert min(whole.pairs.height, whole.authorities.height, whole.walled.height) > 0


@pytest.mark.parametrize("size", [1, 3_000])
def test_a_damaged_survey_is_not_judged_whatever_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("trigpoint.judge.survey.CHUNK", size)
    surveys.add(tmp_path / "s", 1, [cut().record(), verified(1)])
    damaged = next((tmp_path / "s" / "tables" / "tls_handshakes").rglob("*.parquet"))
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    with pytest.raises(DamagedSurveyError, match="does not match its hash"):
        judge_survey(tmp_path / "s")


def test_new_rules_judge_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts: list[int] = []
    surveys.add(tmp_path / "s", 1, [cut().record()])
    judge_survey(tmp_path / "s", counts.append)
    monkeypatch.setattr("trigpoint.judge.survey.RULES_VERSION", "next")
    judge_survey(tmp_path / "s", counts.append)
    assert counts == [1, 1]
