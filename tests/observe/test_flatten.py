from __future__ import annotations

import math
from typing import get_args

import msgspec
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.observe import records
from trigpoint.model.facts import AddressFacts
from trigpoint.model.measurement import Measurement, Reject
from trigpoint.model.step import DnsAnswer, DnsLookup, Step, TcpConnect
from trigpoint.observe.flatten import TABLE_OF, Rows, day, partition, tables
from trigpoint.observe.places import NUMBER
from trigpoint.store.schemas import OBSERVATION_TABLES, TABLES

KEY = {"step": 0, "pointer": "/test_keys/x/0", "vantage": "probe"}


def only(*steps: object, **changes: object) -> Measurement:
    return records.measurement(1, steps=steps, certificates=(), bodies=(), **changes)


def test_every_kind_of_step_has_its_table() -> None:
    assert set(TABLE_OF) == set(get_args(Step))


@pytest.mark.parametrize("name", OBSERVATION_TABLES)
def test_every_table_has_its_columns_with_and_without_rows(name: str) -> None:
    partition_columns = {"date": pl.String(), "country": pl.String()} if TABLES[name].is_partitioned else {}
    expected = TABLES[name].schema | partition_columns
    full = tables([records.measurement(1), Reject(path="p", reason="r")])[name]
    assert dict(full.schema) == dict(tables([])[name].schema) == expected
    assert full.height > 0
    assert tables([])[name].height == 0


@pytest.mark.parametrize("name", OBSERVATION_TABLES)
def test_every_column_of_a_row_holds_the_field_of_its_name(name: str) -> None:
    """A row that is shifted by one column would be caught by no type where both are text."""
    measurement = records.measurement(7)
    row = tables([measurement])[name].row(0, named=True) if name != "rejects" else None
    record: object
    if name == "measurements":
        record = measurement
    elif name in {"certificates", "bodies"}:
        record = getattr(measurement, name)[0]
    elif name == "rejects":
        record = Reject(source="s", path="p", member="m", line=3, reason="r")
        row = tables([record])[name].row(0, named=True)
    else:
        kind = {"dns_answers": "DnsLookup"}.get(name) or "".join(part.capitalize() for part in name[:-1].split("_"))
        record = next(step for step in measurement.steps if type(step).__name__ == kind)
        assert row is not None
        assert row["measurement"] == measurement.id
        if name == "dns_answers":
            assert row["step"] == record.step
            record = record.answers[0]
    assert row is not None
    assert (
        row.items()
        >= {
            field: value for field in record.__struct_fields__ if not isinstance(value := getattr(record, field), tuple)
        }.items()
    )


def test_answers_are_rows_that_name_their_lookup() -> None:
    made = tables([records.measurement(1)])
    lookups, answers = made["dns_lookups"], made["dns_answers"]
    assert lookups.height == 4
    assert answers.height == 8
    assert set(answers["step"]) == set(lookups["step"])
    assert answers["number"].to_list() == [0, 1] * 4


def test_a_measurement_that_comes_twice_is_kept_once_with_or_without_uid() -> None:
    made = tables([records.measurement(1), records.measurement(1, uid="20231114_a"), records.measurement(2)])
    assert made["measurements"].height == 2
    assert made["measurements"]["uid"].to_list() == [None, None]
    assert made["tcp_connects"].height == 8


def test_certificates_and_bodies_are_kept_once() -> None:
    made = tables([records.measurement(1), records.measurement(2, bodies=records.measurement(1).bodies)])
    assert made["certificates"].height == 3  # of site 1, of site 2, and their authority's
    assert made["bodies"].height == 1


def test_content_beyond_what_is_remembered_is_gathered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trigpoint.observe.flatten._REMEMBERED_CONTENT", 2)
    made = tables([records.measurement(seed) for seed in (1, 2, 3)])
    assert made["certificates"].height > made["certificates"]["sha256"].n_unique() == 4


def test_rows_come_from_one_batch_only() -> None:
    rows = Rows()
    rows.add(records.measurement(1))
    assert rows.count > 24
    assert rows.content_bytes > 4000
    assert rows.take()["measurements"].height == 1
    assert rows.count == rows.content_bytes == 0
    rows.add(records.measurement(2, probe_cc="CN"))
    taken = rows.take()["measurements"]
    assert rows.places().named("measurements", taken).select("id", "country").rows() == [
        (records.measurement(2).id, "CN")
    ]


def test_measurements_are_numbered_until_it_is_asked_where_they_belong() -> None:
    rows = Rows()
    taken = []
    for seed in (1, 2):
        rows.add(records.measurement(seed))
        taken.append(rows.take()["measurements"])
    assert [frame[NUMBER].to_list() for frame in taken] == [[0], [1]]
    named = rows.places().named("measurements", pl.concat(taken))
    assert named["id"].to_list() == [records.measurement(1).id, records.measurement(2).id]
    rows.add(records.measurement(3))
    assert rows.take()["measurements"][NUMBER].to_list() == [0]


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("IR", "IR"),
        ("ZZ", "ZZ"),
        (None, "ZZ"),
        ("", "ZZ"),
        ("ir", "ZZ"),
        ("IRN", "ZZ"),
        ("I", "ZZ"),
        ("..", "ZZ"),
        ("../../etc", "ZZ"),
        ("I/", "ZZ"),
        ("IR\n", "ZZ"),
        ("ІR", "ZZ"),  # noqa: RUF001 - a Cyrillic letter that looks like I
        ("a=b", "ZZ"),
    ],
)
def test_only_two_capital_letters_come_into_a_path(country: str | None, expected: str) -> None:
    assert partition(records.measurement(1, probe_cc=country))[1] == expected
    assert tables([records.measurement(1, probe_cc=country)])["tcp_connects"]["country"].unique().to_list() == [
        expected
    ]


@pytest.mark.parametrize(
    ("started_at", "expected"),
    [
        (0.0, "1970-01-01"),
        (-0.5, "1969-12-31"),
        (records.STARTED, "2023-11-14"),
        (1_700_006_399.999, "2023-11-14"),
        (1_700_006_400.0, "2023-11-15"),
        (253_402_300_799.0, "9999-12-31"),
        (253_402_300_800.0, "unknown"),
        (-1e12, "unknown"),
        (1e300, "unknown"),
        (math.inf, "unknown"),
        (math.nan, "unknown"),
        (None, "unknown"),
    ],
)
def test_the_day_is_that_of_utc_or_unknown(started_at: float | None, expected: str) -> None:
    assert day(started_at) == expected


@given(st.floats() | st.none())
def test_any_time_has_a_day_that_is_safe_in_a_path(started_at: float | None) -> None:
    made = day(started_at)
    assert made == "unknown" or (len(made) == 10 and made.replace("-", "").isdigit())


def test_without_a_database_the_annotation_gives_the_as() -> None:
    answer = DnsAnswer(number=0, answer_type="A", address="10.0.0.1", annotated_asn=64500, annotated_as_name="Ex")
    made = tables([only(DnsLookup(**KEY, hostname="a.example", answers=(answer,), resolver_asn=1))])
    row = made["dns_answers"].row(0, named=True)
    assert (row["asn"], row["as_name"], row["address_country"], row["is_bogon"]) == (64500, "Ex", None, True)
    assert made["dns_lookups"]["resolver_asn"].to_list() == [1]


def test_a_database_goes_before_the_annotation() -> None:
    def lookup(address: str) -> AddressFacts:
        known = AddressFacts(asn=7, as_name="Seven", address_country="IR", is_bogon=False)
        return known if address == "93.184.215.14" else AddressFacts(address_country="CN", is_bogon=False)

    steps = [
        TcpConnect(**KEY, address="93.184.215.14", port=443, annotated_asn=64500),
        TcpConnect(**KEY, address="8.8.8.8", port=443, annotated_asn=64500),
        TcpConnect(**KEY, address="8.8.4.4", port=443),
    ]
    made = tables([only(*steps)], lookup)["tcp_connects"]
    assert made.select("asn", "as_name", "address_country").rows() == [
        (7, "Seven", "IR"),
        (64500, None, "CN"),
        (None, None, "CN"),
    ]


@pytest.mark.parametrize(
    ("resolver", "expected"),
    [
        ("8.8.8.8:53", 15169),
        ("8.8.8.8", 15169),
        ("[2001:4860:4860::8888]:53", 15169),
        ("2001:4860:4860::8888", 15169),
        ("9.9.9.9:53", 1),
        ("https://dns.google/dns-query", 1),
        ("private", 1),
        ("", 1),
        (":53", 1),
        (None, 1),
    ],
)
def test_a_database_gives_the_as_of_a_resolver_else_the_record_stands(resolver: str | None, expected: int) -> None:
    google = {"8.8.8.8", "2001:4860:4860::8888"}
    made = tables(
        [only(DnsLookup(**KEY, hostname="a.example", resolver_address=resolver, resolver_asn=1, rcode=3))],
        lambda address: AddressFacts(asn=15169, as_name="G", address_country="US") if address in google else _UNKNOWN,
    )
    found = made["dns_lookups"].select("resolver_address", "resolver_asn", "rcode").row(0)
    assert found == (resolver, expected, 3)
    facts = made["dns_lookups"].select("resolver_as_name", "resolver_country").row(0)
    assert facts == (("G", "US") if expected == 15169 else (None, None))


_UNKNOWN = AddressFacts()


@pytest.mark.parametrize(
    ("recorded", "expected"),
    [
        ({"vantage_address": "8.8.8.8"}, ("US", 15169, "G")),
        ({"vantage_address": "8.8.8.8", "probe_cc": "KE", "probe_asn": 3}, ("KE", 3, "G")),
        ({"vantage_address": "9.9.9.9"}, (None, None, None)),
        ({}, (None, None, None)),
    ],
)
def test_a_database_places_the_vantage_point_of_a_remote_measurement(
    recorded: dict[str, object], expected: tuple[object, ...]
) -> None:
    nowhere = {"probe_cc": None, "probe_asn": None, "probe_network": None}
    measurement = msgspec.structs.replace(records.measurement(1), **(nowhere | recorded))
    google = AddressFacts(asn=15169, as_name="G", address_country="US")
    for lookup, place in (
        (lambda address: google if address == "8.8.8.8" else _UNKNOWN, expected),
        (None, (recorded.get("probe_cc"), recorded.get("probe_asn"), None)),
    ):
        made = tables([measurement], lookup)
        assert made["measurements"].select("probe_cc", "probe_asn", "probe_network").row(0) == place
        assert made["measurements"]["country"].to_list() == [place[0] or "ZZ"]


def test_leaf_facts_stand_beside_the_handshake() -> None:
    made = tables([records.measurement(1)])["tls_handshakes"]
    assert made["leaf_sha256"].unique().to_list() == [records.certificate(1).sha256]
    assert made.select("leaf_covers_name", "leaf_is_current", "leaf_is_self_issued").unique().rows() == [
        (True, True, False)
    ]


def test_a_value_that_fits_no_column_rejects_its_measurement_alone() -> None:
    hostile = only(TcpConnect(**KEY, address="1.1.1.1", port=2**70), line=9, member="m", id="bad")
    made = tables([records.measurement(1), hostile, records.measurement(2)])
    assert made["measurements"].height == 2
    assert made["tcp_connects"].height == 8
    assert made["rejects"].row(0, named=True) == {
        "source": hostile.source,
        "path": hostile.path,
        "member": "m",
        "line": 9,
        "reason": "a value of tcp_connects.port does not fit its column",
    }


def test_half_a_surrogate_pair_costs_one_character() -> None:
    steps = records.steps(1)
    made = tables([msgspec.structs.replace(records.measurement(1, steps=steps), input="cut \ud83d")])
    assert made["measurements"]["input"].to_list() == ["cut ?"]
    assert made["rejects"].height == 0
