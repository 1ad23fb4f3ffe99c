"""Surveys in memory, small and hand-made or large and varied, that every test of figures and reports shares."""

from __future__ import annotations

import hashlib
import json
import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from trigpoint.model.provenance import ReferenceFile, Source
from trigpoint.store.schemas import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

SOURCE = "5" * 64


class MemorySurvey:
    """A survey whose tables are frames; missing ones are empty."""

    def __init__(self, rows: Mapping[str, list[dict[str, Any]]], sources: tuple[Source, ...] | None = None) -> None:
        """Take rows by table; columns that a row leaves out are missing."""
        self.frames = {name: frame(name, rows.get(name, [])) for name in TABLES}
        count = len(rows.get("measurements", []))
        default = Source(path="runs.jsonl", sha256=SOURCE, bytes=1_000, format="ooni", measurements=count, rejects=1)
        self.sources = sources if sources is not None else (default,)
        self.versions = {"trigpoint": "0.1.0", "rules": "1", "format": "1"}
        self.references = (ReferenceFile(name="address database", sha256="a" * 64, vintage="2024-01-01"),)

    def scan(self, table: str, countries: Collection[str] | None = None) -> pl.LazyFrame:
        """Give a table."""
        frame = self.frames[table].lazy()
        if countries is None or not TABLES[table].is_partitioned:
            return frame
        return frame.filter(pl.col("country").is_in(list(countries)))


def frame(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Give rows as a table of a survey; columns that a row leaves out are missing."""
    schema = dict(TABLES[name].schema)
    if TABLES[name].is_partitioned:
        schema |= {"date": pl.String(), "country": pl.String()}
    return pl.DataFrame([{column: row.get(column) for column in schema} for row in rows], schema=schema)


def measurement_id(text: str) -> str:
    """Give a measurement's id for a short name."""
    return hashlib.sha256(text.encode()).hexdigest()


def case(  # noqa: PLR0917 - a row of a table
    name: str,
    target: str = "www.example.com",
    state: str = "ok",
    asn: int | None = 64500,
    day: str = "2024-03-01",
    run: str | None = "run-1",
    country: str = "IR",
    **verdict: Any,
) -> dict[str, list[dict[str, Any]]]:
    """Give one measurement with one verdict, and a finding where its state is not ``ok``."""
    key = measurement_id(name)
    start = None if day == "unknown" else datetime.fromisoformat(f"{day}T10:11:12").replace(tzinfo=UTC).timestamp()
    place = {"date": day, "country": country}
    measured = {
        "id": key, "report_id": run, "nettest": "web_connectivity", "software": "ooniprobe 3.22.0", "probe_asn": asn,
        "probe_network": None if asn is None else f"Network {asn}", "started_at": start, "source": SOURCE,
        "path": "runs.jsonl", "line": 7, **place,
    }  # fmt: skip
    texts = dict.fromkeys(("mechanisms", "interference", "explanations", "rules"), "")
    concluded = {
        "measurement": key, "target": target, "nettest": "web_connectivity", "probe_asn": asn, "started_at": start,
        "state": state, "reason": f"{target} is {state}.", **texts, **place, **verdict,
    }  # fmt: skip
    found = {
        "measurement": key, "target": target, "layer": "tls", "rule": "tls.reset_after_hello",
        "table": "tls_handshakes", "step": 14, "pointer": "/test_keys/tls_handshakes/0", "endpoint": "192.0.2.1:443",
        "detail": "connection_reset", **place,
    }  # fmt: skip
    return {"measurements": [measured], "verdicts": [concluded], "findings": [] if state == "ok" else [found]}


def survey(*cases: dict[str, list[dict[str, Any]]], rejects: list[dict[str, Any]] | None = None) -> MemorySurvey:
    """Join cases; a measurement that stands in several is kept once."""
    rows: dict[str, list[dict[str, Any]]] = {"rejects": rejects or []}
    for one in cases:
        for table, content in one.items():
            rows.setdefault(table, []).extend(content)
    measurements = {row["id"]: row for row in rows.get("measurements", [])}
    return MemorySurvey(rows | {"measurements": list(measurements.values())})


def record(path: Path, member: str | None, line: int, identity: str) -> bytes:
    """Give a raw record, as ``archive.Finder`` does."""
    handshake = {"failure": "connection_reset", "server_name": "www.example.com", "t": 1.5}
    content = {"input": "https://www.example.com/", "test_keys": {"tls_handshakes": [handshake]}, "line": line}
    return json.dumps(content | {"path": str(path), "member": member}).encode()


_TARGETS = (
    ("www.daily-herald.example", "NEWS", "tls.reset.sni"),
    ("messenger.example", "COMT", "dns.injection.bogon"),
    ("archive.free-books.example", "CULTR", "http.blockpage"),
    ("vpn-for-all.example", "ANON", "tcp.timeout"),
    ("xn--80ak6aa92e.example", "POLR", "dns.nxdomain"),
    ("videos.example", "MMED", "tls.timeout.sni"),
    ("rights-watch.example", "HUMR", "tls.mitm.ca_signed"),
    ("forum.example", "SRCH", "http.reset"),
    ("telegram/chat", "COMT", "tcp.reset"),
)
_CALM = ("weather.example", "bank.example", "university.example", "wiki.example", "shop.example", "maps.example",
         "code-hosting.example", "recipes.example", "sports.example", "health-ministry.example")  # fmt: skip
_EXPLAINED = {
    "ok": ("dns.consistent", "http.benign_difference"),
    "down": ("site.down", "site.parked", "site.bad_certificate"),
    "insufficient": ("control.failure", "server.challenge", "server.geoblock", "local.captive_portal", "network.flaky"),
}
_NAMES = {64500: "Coastal Telecom", 64501: "Mountain Mobile", 64502: "University Network of the Three Lakes",
          64503: "CityFibre Residential Internet Services", 64504: "Harbour Hosting"}  # fmt: skip


def realistic(
    country: str = "XL", software: str = "trigpoint-sample 1", *, days: int = 24, each: int = 14
) -> MemorySurvey:
    """Give a varied survey of some hundred measurements from a seed."""
    draw = random.Random(7)  # noqa: S311 (a seeded survey, nothing secret)
    cases = []
    for offset in range(days):
        day = (datetime(2024, 3, 1, tzinfo=UTC).timestamp()) + 86_400 * offset
        if offset in {9, 10}:
            continue
        for number in range(each):
            date = datetime.fromtimestamp(day, UTC).date().isoformat()
            asn = draw.choice([64500, 64500, 64501, 64501, 64502, 64503, 64504, None])
            target, verdict = _drawn(draw, asn, offset)
            run = f"{date}-{asn}-{number % 3}"
            cases.append(case(f"{offset}-{number}", target, asn=asn, day=date, run=run, country=country, **verdict))
    made = survey(*cases, rejects=[{"path": "runs.jsonl", "line": 88, "reason": "the line is not JSON: cut off"}])
    names = pl.col("probe_asn").replace_strict(_NAMES, default=None, return_dtype=pl.String())
    made.frames["measurements"] = made.frames["measurements"].with_columns(
        software=pl.lit(software), probe_network=names
    )
    return made


def _drawn(draw: random.Random, asn: int | None, offset: int) -> tuple[str, dict[str, str]]:
    if draw.random() < 0.45:
        target, _, mechanism = draw.choice(_TARGETS)
        if asn in {64500, 64501, 64503} and (offset > 6 or draw.random() < 0.2) and draw.random() < 0.8:
            reason = f"Reset or forged answers met {target} on this network, while the control reached it."
            return target, {"state": "blocked", "mechanisms": mechanism, "rules": "tls.reset", "reason": reason}
        if draw.random() < 0.25:
            return target, {"interference": "dns.injection.other", "reason": "Reached in spite of a forged answer."}
        return target, {"reason": "The page was reached and matches the control."}
    target = draw.choice(_CALM)
    state = draw.choices(["ok", "down", "insufficient"], [70, 12, 18])[0]
    explanation = draw.choice(_EXPLAINED[state]) if state != "ok" or draw.random() < 0.3 else ""
    return target, {"state": state, "explanations": explanation, "reason": f"The evidence gives {state} here."}


CATEGORIES = "domain,category\n" + "".join(f"{host},{category}\n" for host, category, _ in _TARGETS)
"""A category file for the realistic survey."""
