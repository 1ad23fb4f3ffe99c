"""The steps of a measurement as a table for people: when, from where, what was done, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import polars as pl

from trigpoint.model.step import Vantage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_Answers: TypeAlias = "Mapping[tuple[str, int], list[str]]"
"""What each lookup was answered, by measurement and step."""

_SHOWN_ANSWERS = 4


class ToldStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step in words."""

    step: int
    """Its number."""
    table: str
    """Observation table that has the row."""
    pointer: str
    """JSON pointer into the raw record."""
    vantage: str
    """``probe`` or ``control``."""
    began: float | None
    """Start, seconds since the measurement began. Missing: not recorded."""
    ended: float | None
    """End, as above."""
    act: str
    """What was done."""
    outcome: str
    """What came of it: the failure string, or what was got."""
    tags: str
    """The recorder's tags."""


def told(tables: Mapping[str, pl.DataFrame]) -> dict[str, tuple[ToldStep, ...]]:
    """Tell the steps of measurements.

    Args:
        tables: observation tables; of these :data:`TOLD_TABLES` are read.

    Returns:
        The steps of each measurement in their order; one without any is not there.

    """
    answers = _answers(tables["dns_answers"])
    steps: dict[str, list[ToldStep]] = {}
    for table, (act, outcome) in _KINDS.items():
        for row in tables[table].iter_rows(named=True):
            step = _told(table, row, act(row), row["failure"] or outcome(row, answers))
            steps.setdefault(row["measurement"], []).append(step)
    return {name: tuple(sorted(own, key=lambda step: step.step)) for name, own in steps.items()}


def _told(table: str, row: Mapping[str, Any], act: str, outcome: str) -> ToldStep:
    return ToldStep(
        step=row["step"],
        table=table,
        pointer=row["pointer"],
        vantage=row["vantage"],
        began=row["started"],
        ended=row["ended"],
        act=act,
        outcome=outcome,
        tags=row["tags"] or "",
    )


def _answers(frame: pl.DataFrame) -> _Answers:
    value = pl.coalesce("address", "name", "answer_type")
    key = ["measurement", "step"]
    rows = frame.sort(*key, "number").group_by(key, maintain_order=True).agg(value)
    return {(measurement, step): values for measurement, step, values in rows.iter_rows()}


def _endpoint(row: Mapping[str, Any]) -> str:
    """Write address and port as RFC 3986 does.

    >>> _endpoint({"address": "2001:db8::1", "port": 443})
    '[2001:db8::1]:443'
    """
    address = row["address"] or "?"
    host = f"[{address}]" if ":" in address else address
    return host if row["port"] is None else f"{host}:{row['port']}"


def _asked(row: Mapping[str, Any]) -> str:
    asked = f"DNS {row['query_type'] or 'addresses of'} {row['hostname']}"
    if row["vantage"] == Vantage.CONTROL:  # which resolver the control asks is its own affair, and never recorded
        return asked
    return f"{asked} at {row['resolver_address'] or 'a resolver'} ({row['engine'] or 'transport not recorded'})"


def _answered(row: Mapping[str, Any], answers: _Answers) -> str:
    values = answers.get((row["measurement"], row["step"]), [])
    more = f" and {len(values) - _SHOWN_ANSWERS} more" if len(values) > _SHOWN_ANSWERS else ""
    return ", ".join(values[:_SHOWN_ANSWERS]) + more or "no address"


def _connected(row: Mapping[str, Any]) -> str:
    return f"TCP {_endpoint(row)}"


def _shook(kind: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda row: f"{kind} {_endpoint(row)} as {row['server_name'] or 'nobody'}"


def _spoke(row: Mapping[str, Any], _answers: object) -> str:
    return " ".join(part for part in (row["version"], row["alpn"]) if part) or "completed"


def _requested(row: Mapping[str, Any]) -> str:
    named = f" (Host: {row['host_header']})" if row["host_header"] else ""
    return f"HTTP {row['method'] or 'GET'} {row['url']}{named}"


def _responded(row: Mapping[str, Any], _answers: object) -> str:
    size = None if row["body_bytes"] is None else f"{row['body_bytes']:,} bytes"
    title = f"“{row['title']}”" if row["title"] else None
    where = f"to {row['location']}" if row["location"] else None
    return " ".join(str(part) for part in (row["status"], where, size, title) if part is not None)


def _sent(row: Mapping[str, Any]) -> str:
    return f"{row['protocol']} {_endpoint(row)}"


def _returned(row: Mapping[str, Any], _answers: object) -> str:
    return "done" if row["received_bytes"] is None else f"{row['received_bytes']:,} bytes"


def _opened(_row: object, _answers: object) -> str:
    return "connected"


_KINDS: Mapping[str, tuple[Callable[[Mapping[str, Any]], str], Callable[[Mapping[str, Any], Any], str]]] = {
    "dns_lookups": (_asked, _answered),
    "tcp_connects": (_connected, _opened),
    "tls_handshakes": (_shook("TLS"), _spoke),
    "quic_handshakes": (_shook("QUIC"), _spoke),
    "http_round_trips": (_requested, _responded),
    "datagrams": (_sent, _returned),
}
"""For each table of steps, how to tell the act and what came of it where it did not fail."""
TOLD_TABLES = ("dns_answers", *_KINDS)
"""Observation tables of which steps are told."""


def rows(steps: tuple[ToldStep, ...]) -> Iterator[tuple[str, ...]]:
    """Give the rows of the table as text, the heads first."""
    yield "step", "from", "began", "ended", "act", "outcome", "tags"
    for step in steps:
        yield str(step.step), step.vantage, _time(step.began), _time(step.ended), step.act, step.outcome, step.tags


def _time(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.3f}"
