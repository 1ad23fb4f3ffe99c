"""Verdicts as lines: the contract with tools outside, one JSON object for each measurement and target.

Each measurement is judged alone: only inside a survey do measurements inform each other.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from trigpoint.judge.cascade import RULES
from trigpoint.judge.judging import judge
from trigpoint.model.measurement import Measurement, Reject
from trigpoint.observe import tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import polars as pl

    from trigpoint.reference.matching import Fingerprints

# Enough rows for the joins to be worth their fixed cost, few enough that the first lines come at once.
BATCH = 400

_ARGUES = {rule.id: rule.state for rule in RULES}


def verdict_lines(
    records: Iterable[Measurement | Reject], fingerprints: Fingerprints | None = None
) -> Iterator[dict[str, Any]]:
    """Judge records in the order in which they come.

    Args:
        records: measurements and rejects of one or more files.
        fingerprints: lists of others. Missing: only the built-in table is known.

    Yields:
        One dictionary a verdict, or a reject: see ``docs/reference/verdict-lines.md``.

    """
    batch: dict[str, Measurement] = {}
    rejects: list[Reject] = []
    for record in records:
        if isinstance(record, Reject):
            rejects.append(record)
            continue
        if record.id in batch or len(batch) >= BATCH:  # the same record twice is two lines, judged apart
            yield from _flush(batch, fingerprints)
            batch = {}
        batch[record.id] = record
        while rejects:
            yield _reject_line(rejects.pop(0))
    yield from _flush(batch, fingerprints)
    yield from (_reject_line(reject) for reject in rejects)


def _flush(batch: dict[str, Measurement], fingerprints: Fingerprints | None) -> Iterator[dict[str, Any]]:
    if not batch:
        return
    findings, verdicts = judge(tables(batch.values()), fingerprints=fingerprints)
    evidence = _evidence(findings.join(verdicts.select("measurement", "target", "state"), on=["measurement", "target"]))
    by_measurement = verdicts.partition_by("measurement", as_dict=True)
    for identity, record in batch.items():
        for verdict in by_measurement[(identity,)].iter_rows(named=True):
            yield _line(record, verdict, evidence.get((identity, verdict["target"]), []))


def _evidence(findings: pl.DataFrame) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Collect what the rules that argue for the state read; where none does, what any rule read."""
    rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
    others: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in findings.iter_rows(named=True):
        key = (row["measurement"], row["target"])
        read = {"table": row["table"], "step": row["step"], "pointer": row["pointer"]}
        chosen = rows if _ARGUES[row["rule"]] == row["state"] else others
        if read not in chosen.setdefault(key, []):
            chosen[key].append(read)
    return others | rows


def _line(record: Measurement, verdict: dict[str, Any], evidence: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "path": _shown(record.path),
        **({"member": record.member} if record.member else {}),
        "line": record.line,
        "measurement": record.uid or record.id,
        "nettest": record.nettest,
        "probe_cc": record.probe_cc,
        "probe_asn": record.probe_asn,
        "started_at": _iso(record.started_at),
        "target": verdict["target"],
        "state": verdict["state"],
        "mechanisms": verdict["mechanisms"].split(),
        "interference": verdict["interference"].split(),
        "explanations": verdict["explanations"].split(),
        "layer": verdict["layer"],
        "rules": verdict["rules"].split(),
        "reason": verdict["reason"],
        **({"parts": verdict["parts"].split()} if verdict["parts"] else {}),
        "evidence": evidence,
    }


def _shown(path: str) -> str:
    r"""Write a path that is no text (bytes that are not UTF-8, as file systems have them) with escapes.

    >>> _shown("a"), _shown("na\udcff.json")
    ('a', 'na\\xff.json')
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _reject_line(reject: Reject) -> dict[str, Any]:
    return {
        "path": _shown(reject.path),
        **({"member": reject.member} if reject.member else {}),
        "line": reject.line,
        "rejected": reject.reason,
    }


def _iso(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
