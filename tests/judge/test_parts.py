"""A service as a whole says what follows from its parts, once."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.counting import uncounted
from tests.judge.cases import Case
from trigpoint.judge.parts import parts_frame, whole_verdicts
from trigpoint.judge.rules.service import SERVICE
from trigpoint.model.verdict import State
from trigpoint.reference.services import WHOLES, Need

RESET = "connection_reset"
DCS = ("149.154.175.50", "149.154.167.51", "149.154.175.100", "149.154.167.91", "149.154.171.5")
WEB = "149.154.167.99"


def telegram(web: str | None = None, chat: str | None = None, *, lost: int = len(DCS)) -> Case:
    """Telegram, whose page fails as said, and of whose chat servers so many fail as said."""
    case = Case("telegram").dns(WEB, hostname="web.telegram.org")
    for number, address in enumerate(DCS):
        case.tcp(address, 80)
        case.http(f"http://{address}/", chat if number < lost else None, status=None if number < lost and chat else 404)
    case.tcp(WEB).tls(WEB, web, server_name="web.telegram.org")
    if web is None:
        case.http("https://web.telegram.org/", status=200)
    return case


def test_what_a_service_needs_is_blocked_so_it_is() -> None:
    whole = telegram(web=RESET).verdict("telegram")
    assert (whole["state"], whole["mechanisms"], whole["rules"]) == ("blocked", "tls.reset", "service.part_blocked")
    assert whole["reason"] == "What the service needs is blocked: telegram/web."
    assert whole["parts"] == "telegram/chat telegram/web"
    assert whole["reached"] is False


def test_mechanisms_of_all_parts_are_the_wholes() -> None:
    assert telegram(RESET, RESET).verdict("telegram")["mechanisms"] == "http.reset tls.reset"


def test_what_is_seen_against_a_part_that_works_is_seen_against_the_whole() -> None:
    case = telegram(RESET, "generic_timeout_error", lost=4)
    assert case.says("telegram/chat") == ("ok", "http.timeout", "")
    assert case.says("telegram") == ("blocked", "http.timeout tls.reset", "")
    assert telegram(None, "generic_timeout_error", lost=4).says("telegram") == ("ok", "http.timeout", "")


@pytest.mark.parametrize(("failure", "node"), [(RESET, "http.reset"), ("generic_timeout_error", "http.timeout")])
def test_most_of_a_part_lost_is_interference_and_a_few_are_not(failure: str, node: str) -> None:
    assert telegram(None, failure, lost=3).says("telegram/chat") == ("ok", node, "")
    assert telegram(None, failure, lost=2).says("telegram/chat") == ("ok", "", "")


def test_a_part_whose_name_is_gone_everywhere_is_down_and_so_is_the_whole() -> None:
    case = Case("signal")
    for engine in ({"engine": "system"}, {"engine": "doh", "resolver_address": "https://dns.example/dns-query"}):
        case.dns("13.248.212.111", hostname="chat.signal.org", **engine)
        case.dns(failure="dns_nxdomain_error", hostname="storage.signal.org", **engine)
    case.tcp("13.248.212.111").tls("13.248.212.111", server_name="chat.signal.org")
    case.http("https://chat.signal.org/", address="13.248.212.111", status=404)
    assert case.says("signal") == ("down", "", "site.down")
    assert case.verdict("signal")["reason"] == "What the service needs is down: signal/storage."


def test_a_service_whose_parts_work_works() -> None:
    whole = telegram().verdict("telegram")
    assert (whole["state"], whole["rules"], whole["reached"]) == ("ok", "service.parts_work", True)
    assert whole["reason"] == "What the service needs was reached: telegram/chat, telegram/web."


def test_its_evidence_is_that_of_the_parts_that_decide() -> None:
    case = telegram(RESET, RESET)
    rows = case.findings()
    whole = {(row["table"], row["step"], row["pointer"]) for row in rows if row["target"] == "telegram"}
    parts = {(row["table"], row["step"], row["pointer"]) for row in rows if row["target"] != "telegram"}
    assert whole == parts
    assert {row["layer"] for row in rows if row["target"] == "telegram"} == {"service"}


def test_a_measurement_of_one_part_says_nothing_of_the_whole() -> None:
    case = Case("telegram").tcp(WEB).tls(WEB, RESET, server_name="web.telegram.org")
    assert list(case.verdicts()) == ["telegram/web"]


def test_a_service_of_one_part_is_that_part() -> None:
    case = Case("facebook_messenger").dns("157.240.20.8", hostname="b-api.facebook.com").tcp("157.240.20.8")
    assert list(case.verdicts()) == ["facebook_messenger/chat"]


@pytest.mark.parametrize("whole", WHOLES.values(), ids=lambda whole: whole.target)
def test_every_part_stands_below_its_whole(whole: Any) -> None:
    assert len(whole.parts) > 1
    assert all(part.startswith(f"{whole.target}/") for part in whole.parts)


STATES = st.sampled_from([str(state) for state in State])


def concluded(target: str, states: dict[str, str]) -> dict[str, Any]:
    """Conclude on a service of whose parts the states are given."""
    names = {"mechanisms": "tcp.reset", "interference": "", "explanations": ""}
    verdicts = pl.DataFrame([{"m": 0, "target": part, "state": state, **names} for part, state in states.items()])
    nothing = pl.DataFrame(
        schema=dict.fromkeys(("target", "argues", "pointer", "table", "endpoint", "detail"), pl.String)
        | {"m": pl.Int64, "step": pl.Int64, "order": pl.Int64}
    )
    frame = parts_frame(verdicts, nothing)
    fired = [
        frame.filter(rule.expression).select("m", "target", argues=pl.lit(rule.state), rule=pl.lit(rule.id))
        for rule in SERVICE
    ]
    named = {row["rule"] for rows in fired for row in rows.to_dicts()}
    assert len(named) == 1, named
    (row,) = whole_verdicts(
        verdicts,
        pl.concat(fired).with_columns(reason=pl.lit("So.")),
    ).to_dicts()
    return row


@given(st.sampled_from(sorted(WHOLES)), st.data())
def test_exactly_one_rule_says_something_whatever_the_parts_are(target: str, data: st.DataObject) -> None:
    whole = WHOLES[target]
    states = {part: data.draw(STATES) for part in whole.parts}
    with uncounted():
        said = concluded(target, states)["state"]
    there = set(states.values())
    if whole.need is Need.ALL:
        assert said == next(state for state in ("blocked", "down", "insufficient", "ok") if state in there)
    else:
        assert said == next(state for state in ("ok", "insufficient", "blocked", "down") if state in there)


@given(st.sampled_from(sorted(WHOLES)), st.data())
def test_what_is_not_blocked_names_no_mechanism_but_signs(target: str, data: st.DataObject) -> None:
    states = {part: data.draw(STATES) for part in WHOLES[target].parts}
    with uncounted():
        whole = concluded(target, states)
    assert bool(whole["mechanisms"]) == (whole["state"] in {"blocked", "insufficient"})
    assert whole["state"] != "blocked" or not whole["interference"]
