"""A chunk: what a site's steps are, and what is left out."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.judge.cases import GENUINE, HOST, OTHER, Case
from trigpoint.judge.cascade import RULES
from trigpoint.judge.decide import frames
from trigpoint.judge.domains import is_related, is_variant
from trigpoint.judge.keys import STEP_TABLES, UNREAD, Chunk, completed, numbered, prepare, with_each
from trigpoint.observe import tables
from trigpoint.store.schemas import OBSERVATION_TABLES, TABLES

MARK = {"tags": "service=doh"}


def chunk(case: Case) -> Chunk:
    return prepare(tables([case.record()]))


def test_missing_tables_count_as_empty() -> None:
    empty = prepare({})
    assert empty.measurements.is_empty()
    assert all(frame.is_empty() for tables_of in empty.steps.values() for frame in tables_of.values())


def test_a_connection_is_about_the_name_that_its_address_answered() -> None:
    case = Case().dns(GENUINE).dns(OTHER, hostname="next.elsewhere.org", hop=1).tcp().tcp(OTHER)
    assert chunk(case).probe("tcp_connects")["name"].to_list() == [HOST, "next.elsewhere.org"]


def test_steps_towards_the_probes_own_resolver_are_left_out_and_its_answers_are_not() -> None:
    case = Case().dns(GENUINE).dns(GENUINE, engine="doh", **MARK).dns(OTHER, hostname="dns.example", **MARK)
    case.tcp(OTHER, **MARK).tls(OTHER, server_name="dns.example", **MARK).http("https://dns.example/", **MARK).tcp()
    prepared = chunk(case)
    assert prepared.probe("dns_lookups")["name"].to_list() == [HOST, HOST]
    assert prepared.probe("tcp_connects")["address"].to_list() == [GENUINE]
    assert prepared.probe("tls_handshakes").is_empty()
    assert prepared.probe("http_round_trips").is_empty()


def test_a_resolver_that_is_itself_the_site_is_measured() -> None:
    assert chunk(Case().dns(GENUINE).tcp(**MARK)).probe("tcp_connects").height == 1


def test_parts_of_a_service_keep_their_marks() -> None:
    case = Case("tor").tcp(OTHER, 9001, tags="service=or_port_dirauth")
    assert chunk(case).probe("tcp_connects")["target"].to_list() == ["tor/directory_authorities"]


def test_each_row_has_the_number_of_its_measurement_in_whatever_order_they_come() -> None:
    cases = [Case(id=f"{number:064x}").dns(GENUINE).tcp(port=number) for number in (3, 1, 2)]
    observed = tables([case.record() for case in cases])
    for mixed in (observed, {name: frame.reverse() for name, frame in observed.items()}):
        full = completed(mixed)
        ids = dict(full["measurements"].select("m", "id").iter_rows())
        found = {(ids[m], port) for m, port in full["tcp_connects"].select("m", "port").iter_rows()}
        assert found == {(f"{number:064x}", number) for number in (1, 2, 3)}


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=12))
def test_numbers_are_what_a_join_would_give(rows: list[tuple[int, int]]) -> None:
    ids = [f"{number:064x}" for number in range(4)]
    measurements = pl.DataFrame({"id": ids[:3], "nettest": ["web_connectivity", "sanity", "tor"]})
    steps = pl.DataFrame(
        {"measurement": [ids[number] for number, _ in rows], "step": [step for _, step in rows]},
        schema={"measurement": pl.String, "step": pl.Int64},
    )
    full = numbered([("measurements", measurements), ("tcp_connects", steps)])
    expected = [({0: 0, 2: 1}[number], step) for number, step in rows if number in {0, 2}]
    assert full["tcp_connects"].select("m", "step").rows() == expected


def test_tables_that_are_numbered_stay_so() -> None:
    once = completed(tables([Case().dns(GENUINE).record()]))
    assert completed(once)["dns_lookups"].equals(once["dns_lookups"])
    assert "m" in completed({})["dns_lookups"].columns


def test_nothing_reads_what_is_not_loaded() -> None:
    lean = {name: pl.DataFrame(schema=TABLES[name].schema).drop(UNREAD, strict=False) for name in OBSERVATION_TABLES}
    built = frames(prepare(lean))
    assert all(not UNREAD.intersection(rule.columns) for rule in RULES)
    assert all(not UNREAD.intersection(frame.columns) for frame in built.values())


@pytest.mark.parametrize("column", sorted(UNREAD))
def test_what_is_not_loaded_is_a_column_of_some_table(column: str) -> None:
    assert any(column in TABLES[name].schema for name in ("measurements", "dns_answers", *STEP_TABLES))


HOSTS = st.sampled_from([HOST, f"www.{HOST}", "news.example", None])


@given(st.lists(st.tuples(HOSTS, HOSTS), max_size=8))
def test_what_is_made_once_for_each_pair_is_what_is_made_on_each_row(
    pairs: list[tuple[str | None, str | None]],
) -> None:
    frame = pl.DataFrame(pairs, schema={"name": pl.String, "target": pl.String}, orient="row").with_row_index()
    names = pl.col("name"), pl.col("target")
    made = {"is_variant": is_variant(*names).fill_null(value=False), "is_related": is_related(*names)}
    alike = {"is_variant": pl.lit(value=False), "is_related": pl.lit(value=True)}
    expected = frame.with_columns(**made)
    assert with_each(frame, ["name", "target"], made).equals(expected)
    assert with_each(frame, ["name", "target"], made, alike).equals(expected)
