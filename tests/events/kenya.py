"""Reads a published table of observations (one row a resolved address, connection, or request) into measurements."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from trigpoint.model.measurement import Measurement
from trigpoint.model.step import DnsAnswer, DnsLookup, HttpRoundTrip, TcpConnect, TlsHandshake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from trigpoint.model.step import Step


def measurements(path: Path) -> Iterator[Measurement]:
    """Give the measurements of a table; what it does not hold (bodies, times) is missing in them."""
    rows = pl.read_csv(path, infer_schema_length=0).unique(maintain_order=True)
    for (uid,), group in rows.group_by("measurement_uid", maintain_order=True):
        yield _measurement(str(uid), group.to_dicts())


def _measurement(uid: str, rows: list[dict[str, Any]]) -> Measurement:
    first = rows[0]
    steps: list[Step] = []
    for row in rows:
        steps += _steps(row, len(steps))
    return Measurement(
        id=uid,
        uid=uid,
        report_id=first["report_id"],
        nettest=first["test_name"],
        nettest_version=first["test_version"],
        probe_cc=first["probe_cc"],
        probe_asn=int(first["probe_asn"]),
        started_at=datetime.fromisoformat(first["measurement_start_time"]).timestamp(),
        source="0" * 64,
        path="table.csv",
        line=1,
        steps=tuple(steps),
    )


def _steps(row: dict[str, Any], number: int) -> Iterator[Step]:
    """Give what one row tells: a lookup, a connection, a handshake, a request, or several of them."""

    def key() -> dict[str, Any]:
        nonlocal number
        number += 1
        return {"step": number - 1, "pointer": f"/{number - 1}", "vantage": "probe"}

    if row["dns_engine"]:
        yield _lookup(row, key())
    if row["tcp_success"] or row["tcp_failure"]:
        place = {"address": row["ip"], "port": int(float(row["port"]))}
        yield TcpConnect(**key(), **place, failure=row["tcp_failure"])
        if row["tls_success"] == "1" or row["tls_failure"]:
            shook = {"server_name": row["hostname"], "failure": row["tls_failure"], "is_verified": True}
            yield TlsHandshake(**key(), **place, **shook)
    if row["http_request_url"]:
        yield _round_trip(row, key())


def _lookup(row: dict[str, Any], key: dict[str, Any]) -> DnsLookup:
    answer = row["dns_answer"]
    kind = "AAAA" if answer and ":" in answer else "A"
    answers = (DnsAnswer(number=0, answer_type=kind, address=answer),) if answer else ()
    return DnsLookup(
        **key,
        hostname=row["hostname"],
        query_type=kind,
        engine=row["dns_engine"],
        failure=row["dns_failure"],
        answer_count=len(answers),
        answers=answers,
    )


def _round_trip(row: dict[str, Any], key: dict[str, Any]) -> HttpRoundTrip:
    scheme, rest = row["http_request_url"].split("://", 1)
    _, _, port = rest.rstrip("/").partition(":")
    return HttpRoundTrip(
        **key,
        url=row["http_request_url"],
        scheme=scheme,
        host=row["hostname"],
        port=int(port) if port else {"http": 80, "https": 443}[scheme],
        failure=row["http_failure"],
        status=None if row["http_failure"] else 200,
    )
