import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.figures.surveys import MemorySurvey, case, frame, measurement_id, record, survey
from trigpoint.errors import InputError
from trigpoint.figures.country import load
from trigpoint.report import evidence
from trigpoint.report.evidence import MeasurementPage, measurement_pages, pointed, rows_pages
from trigpoint.report.rows import plan


def _pages(held: MemorySurvey, fetch: evidence.Fetch = record) -> list[MeasurementPage]:
    tables = load(held, "IR")
    return list(measurement_pages(held, tables, plan(tables, (), (), has_records=True), fetch))


@given(st.recursive(st.integers(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner)))
def test_every_place_of_a_document_is_found_by_its_pointer(document: object) -> None:
    def places(value: object, pointer: str) -> list[tuple[str, object]]:
        found = [(pointer, value)]
        items = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
        for name, inner in items:
            found += places(inner, f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}")
        return found

    for pointer, value in places(document, ""):
        assert pointed(document, pointer) == value


@pytest.mark.parametrize("pointer", ["/b", "/a/9", "/a/-1", "/a/x", "/a/0/deeper", "/a/²"])
def test_a_pointer_that_leads_nowhere_says_so(pointer: str) -> None:
    with pytest.raises(KeyError):
        pointed({"a": [1]}, pointer)


def test_a_measurement_shows_what_its_rule_read_and_keeps_its_record() -> None:
    (page,) = _pages(survey(case("a", state="blocked")))
    assert page.path == f"evidence/m-{measurement_id('a')}.html"
    assert page.record == record(Path("runs.jsonl"), None, 7, "")
    (reading,) = page.readings
    assert json.loads(reading.value or "")["failure"] == "connection_reset"


def test_a_measurement_tells_its_own_steps_in_their_order_and_no_other_s() -> None:
    handshake = {"step": 1, "pointer": "/x", "vantage": "probe", "address": "192.0.2.1", "port": 443, "country": "IR"}
    failed = handshake | {"measurement": measurement_id("a"), "server_name": "a.example", "failure": "connection_reset"}
    lookup = handshake | {"step": 0, "hostname": "a.example", "engine": "udp", "resolver_address": "192.0.2.53:53"}
    tables = {
        "tls_handshakes": [failed, handshake | {"measurement": measurement_id("b")}],
        "dns_lookups": [lookup | {"measurement": measurement_id("a"), "query_type": "A"}],
        "dns_answers": [{"measurement": measurement_id("a"), "step": 0, "number": 0, "address": "192.0.2.1"}],
    }
    held = survey(case("a", state="blocked"))
    held.frames |= {name: frame(name, [row | {"country": "IR"} for row in rows]) for name, rows in tables.items()}
    (page,) = _pages(held)
    heads, *steps = (row[:2] + row[4:6] for row in page.steps)
    assert heads == ("step", "from", "act", "outcome")
    assert steps == [
        ("0", "probe", "DNS A a.example at 192.0.2.53:53 (udp)", "192.0.2.1"),
        ("1", "probe", "TLS 192.0.2.1:443 as a.example", "connection_reset"),
    ]


def test_a_long_value_is_cut_and_says_so() -> None:
    def fetch(path: Path, member: str | None, line: int, identity: str) -> bytes:
        return json.dumps({"test_keys": {"tls_handshakes": ["x" * 99_999]}}).encode()

    (page,) = _pages(survey(case("a", state="down")), fetch)
    assert page.readings[0].is_cut
    assert len(page.readings[0].value or "") == evidence.LONGEST_VALUE


def test_a_record_that_is_gone_is_told_and_the_report_goes_on() -> None:
    def fetch(path: Path, member: str | None, line: int, identity: str) -> bytes:
        message = f"{path} is gone"
        raise InputError(message)

    (page,) = _pages(survey(case("a", state="blocked")), fetch)
    assert (page.record, page.problem) == (None, "runs.jsonl is gone")
    assert page.readings[0].value is None


@pytest.mark.parametrize("content", [b"not json", b"[" * 100_000, b"[]"])
def test_a_record_that_no_longer_fits_shows_no_value(content: bytes) -> None:
    (page,) = _pages(survey(case("a", state="blocked")), lambda *_: content)
    assert page.record == content
    assert page.readings[0].value is None


def test_a_verdict_whose_measurement_is_not_there_has_no_record() -> None:
    held = survey(case("a", state="blocked"), case("b"))
    held.frames["measurements"] = held.frames["measurements"].filter(pl.col("id") == measurement_id("b"))
    page = next(page for page in _pages(held) if page.measurement == measurement_id("a"))
    assert page.problem == "the survey does not tell where the record is"


def test_a_page_of_rows_that_is_cut_keeps_rows_of_every_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "PAGE_ROWS", 2)
    held = survey(case("a"), case("b"), case("c", state="blocked"))
    tables = load(held, "IR")
    pages = {page.row_set.ref: page for page in rows_pages(tables, plan(tables, (), tables.days, has_records=True))}
    page = pages["day:2024-03-01"]
    assert [(group.state, len(group.rows), group.total) for group in page.groups] == [("blocked", 1, 1), ("ok", 1, 2)]
    assert page.total == 3


def test_a_page_without_rows_has_no_groups() -> None:
    tables = load(survey(case("a")), "IR")
    pages = {page.row_set.ref: page for page in rows_pages(tables, plan(tables, (), (), has_records=True))}
    assert pages["state:down"].groups == ()


def test_a_service_as_a_whole_has_rows_of_its_own_and_stands_on_its_measurements_page() -> None:
    whole = {"parts": "telegram/chat telegram/web"}
    held = survey(
        case("a", "telegram/web", "blocked", mechanisms="tls.reset"),
        case("a", "telegram", "blocked", mechanisms="tls.reset", **whole),
    )
    tables = load(held, "IR")
    links = plan(tables, (), (), has_records=True)
    pages = {page.row_set.ref: page for page in rows_pages(tables, links)}
    assert [row["target"] for group in pages["service:telegram"].groups for row in group.rows] == ["telegram"]
    assert pages["state:blocked"].total == 1
    (page,) = _pages(held)
    assert [verdict["target"] for verdict in page.verdicts] == ["telegram", "telegram/web"]
