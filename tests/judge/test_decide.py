"""From findings to one verdict a target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.judge.cases import GENUINE, HOST, RESET, TIMEOUT, Case
from trigpoint.judge import judge
from trigpoint.observe import tables
from trigpoint.store.schemas import TABLES

if TYPE_CHECKING:
    import random


def blocked() -> Case:
    return Case().control().dns("127.0.0.1").dns(GENUINE, engine="udp").tcp().tls(failure=RESET)


def test_all_layers_are_reported_and_the_lowest_is_named() -> None:
    verdict = blocked().verdict()
    assert verdict["mechanisms"] == "dns.injection.bogon tls.reset"
    assert verdict["layer"] == "dns"


def test_all_rules_that_fired_are_kept_the_decisive_first() -> None:
    rules = blocked().verdict()["rules"].split()
    assert rules[0] == "dns.bogon"
    assert "tls.reset" in rules


def test_findings_name_the_row_that_each_rule_read() -> None:
    findings, _ = judge(tables([blocked().record()]))
    rows = {row["rule"]: row for row in findings.iter_rows(named=True)}
    assert rows["tls.reset"]["table"] == "tls_handshakes"
    assert rows["tls.reset"]["pointer"].startswith("/test_keys/tls_handshakes/")
    assert rows["tls.reset"]["endpoint"] == f"{GENUINE}:443"
    assert rows["tls.reset"]["detail"] == RESET


def test_the_look_at_the_own_network_is_no_target() -> None:
    sane = Case("sanity").tcp().tls(failure=RESET).record(id="1" * 64)
    findings, verdicts = judge(tables([blocked().record(), sane]))
    assert verdicts["measurement"].to_list() == ["0" * 64]
    assert set(findings["measurement"]) == {"0" * 64}


def test_nothing_in_nothing_out() -> None:
    findings, verdicts = judge({})
    assert findings.is_empty()
    assert verdicts.is_empty()
    assert verdicts.schema == pl.Schema(TABLES["verdicts"].schema)
    assert findings.schema == pl.Schema(TABLES["findings"].schema)


def test_the_probes_own_verdict_changes_nothing() -> None:
    plain = judge(tables([blocked().record()]))
    told = judge(tables([blocked().record(probe_verdict='{"blocking":false}')]))
    assert plain[0].equals(told[0])
    assert plain[1].equals(told[1])


def test_measurements_do_not_inform_each_other() -> None:
    alone = Case(has_control=False).dns("10.1.2.3")
    together = judge(tables([alone.record(id="1" * 64), blocked().record(id="2" * 64)]))[1]
    assert together.filter(pl.col("measurement") == "1" * 64)["state"].item() == alone.verdict()["state"]


OUTCOMES = st.sampled_from([None, RESET, TIMEOUT, "eof_error", "connection_refused", "ssl_unknown_authority", "odd"])
ADDRESSES = st.sampled_from([GENUINE, "127.0.0.1", "130.192.182.17", "2606:2800:220:1::1"])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    case = Case(has_control=draw(st.booleans()))
    if case.about["has_control"]:
        case.control(works=draw(st.booleans()), addresses=tuple(draw(st.lists(ADDRESSES, max_size=2, unique=True))))
    for _ in range(draw(st.integers(0, 2))):
        case.dns(
            *draw(st.lists(ADDRESSES, max_size=2)),
            failure=draw(OUTCOMES),
            engine=draw(st.sampled_from(["system", "udp", "doh"])),
        )
        case.tcp(draw(ADDRESSES), draw(st.sampled_from([80, 443])), draw(OUTCOMES))
        case.tls(draw(ADDRESSES), draw(OUTCOMES))
        scheme = draw(st.sampled_from(["http", "https"]))
        case.http(
            f"{scheme}://{HOST}/",
            draw(OUTCOMES),
            address=draw(ADDRESSES),
            status=draw(st.sampled_from([None, 200, 302, 403, 503])),
        )
    return case


SEVERAL = st.lists(cases(), min_size=5, max_size=10)
"""They are judged at once, each alone: a judgement of ten costs what a judgement of one does."""


def told(made: list[Case]) -> list[dict[str, Any]]:
    """Give the verdict on the site of each, in their order."""
    records = [case.record(id=f"{number:064x}") for number, case in enumerate(made)]
    verdicts = judge(tables(records))[1].filter(pl.col("target") == HOST).sort("measurement")
    assert verdicts["measurement"].to_list() == [record.id for record in records]
    return verdicts.to_dicts()


@pytest.mark.usefixtures("uncovered")  # hundreds of times what others run once
@settings(max_examples=12)
@given(SEVERAL)
def test_every_measurement_gets_a_verdict_that_keeps_the_laws(made: list[Case]) -> None:
    for verdict in told(made):
        assert verdict["mechanisms"] if verdict["state"] == "blocked" else True
        assert verdict["state"] in {"blocked", "insufficient"} if verdict["mechanisms"] else True
        assert not verdict["interference"] or verdict["state"] == "ok"
        layers = [mechanism.split(".")[0] for mechanism in verdict["mechanisms"].split()]
        assert len(layers) == len(set(layers))


@pytest.mark.usefixtures("uncovered")  # hundreds of times what others run once
@settings(max_examples=12)
@given(SEVERAL)
def test_without_control_certificate_or_artefact_nothing_is_called_blocked(made: list[Case]) -> None:
    for case in made:
        case.steps = [step for step in case.steps if step.vantage == "probe" and type(step).__name__ != "TlsHandshake"]
        case.about["has_control"] = False
    assert "blocked" not in {verdict["state"] for verdict in told(made)}


@pytest.mark.usefixtures("uncovered")  # hundreds of times what others run once
@settings(max_examples=8)
@given(SEVERAL, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(made: list[Case], chance: random.Random) -> None:
    rows = tables([case.record(id=f"{number:064x}") for number, case in enumerate(made)])
    mixed = {name: frame.sample(fraction=1, shuffle=True, seed=chance.randrange(1000)) for name, frame in rows.items()}
    assert judge(rows)[1].equals(judge(mixed)[1])
