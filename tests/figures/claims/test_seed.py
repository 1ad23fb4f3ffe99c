"""The claims of the seed articles, with the verdicts that were accepted beforehand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.conftest import CORPUS
from trigpoint.figures.claims import check, read

if TYPE_CHECKING:
    from pathlib import Path

SEED = CORPUS / "indicators" / "claims_seed.json"
SUPPORTING = {"supported", "rounded"}

pytestmark = pytest.mark.skipif(not SEED.is_file(), reason="the corpus of claims is not here")


def _checked() -> list[tuple[str, str, list[str]]]:
    accepted = {entry["id"]: entry["accepted"] for entry in json.loads(SEED.read_text(encoding="utf-8"))}
    found = read(SEED)
    assert found.rejects == ()
    return [(claim.id, check(claim).verdict.value, accepted[claim.id]) for claim in found.claims]


def test_of_fourteen_claims_twelve_at_least_are_judged_as_accepted() -> None:
    assert sum(verdict in accepted for _, verdict, accepted in _checked()) >= 12


def test_none_is_wrongly_called_supported() -> None:
    wrong = [entry for entry in _checked() if entry[1] in SUPPORTING and entry[1] not in entry[2]]
    assert wrong == []


def test_the_verdict_reads_nothing_but_the_claim(tmp_path: Path) -> None:
    """What a file says beside the claim (evidence, verdicts, traps) is not read."""
    fields = ("id", "quote", "subject", "metric", "value", "asof", "kind")
    bare = tmp_path / "bare.json"
    entries = json.loads(SEED.read_text(encoding="utf-8"))
    bare.write_text(json.dumps([{field: entry[field] for field in fields} for entry in entries]), encoding="utf-8")
    assert [check(it).verdict for it in read(bare).claims] == [check(it).verdict for it in read(SEED).claims]
