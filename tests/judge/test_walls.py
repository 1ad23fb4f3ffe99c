"""Allow-lists: nearly all is silent at one step, a few answer, and a server that is always up is among them."""

from __future__ import annotations

import pytest

from tests.judge.cases import RESET, TIMEOUT, Case
from tests.judge.runs import HELPER, OTHER_LANDMARK, RUN, address_of, answering, learned, records, sanity, silent
from trigpoint.judge.judging import judge
from trigpoint.judge.walls import LEAST_SILENT
from trigpoint.observe import tables

MANY = range(1, LEAST_SILENT + 1)
AFTER = LEAST_SILENT + 5


def listed(step: str = "connect") -> list[Case]:
    """Give a run behind an allow-list; one of its sites is on the list and was reached in the end."""
    return [looked(step), *(silent(number, step) for number in MANY), answering(AFTER)]


def looked(step: str = "connect") -> Case:
    """Give the look at the own network, where the silent stop at some step."""
    case = sanity()
    for address, network in ((OTHER_LANDMARK, 13335), (HELPER, 24940)) if step == "later" else ():
        case.steps = [one for one in case.steps if getattr(one, "address", "") != address]
        case.tcp(address, annotated_asn=network).tls(address, TIMEOUT)
    return case


def test_sites_that_are_long_gone_are_no_list_while_the_helper_is_down() -> None:
    cases = listed()
    cases[0].tcp(OTHER_LANDMARK).tls(OTHER_LANDMARK, server_name="one.one.one.one")
    assert walled(*cases) == set()


def walled(*cases: Case) -> set[str]:
    found = learned(*cases).walled
    assert set(found["run"]) <= {RUN}
    return set(found["address"])


def verdicts(cases: list[Case]) -> list[tuple[str, str]]:
    rows = judge(tables(records(cases)), learned(*cases))[1]
    return [(str(row["state"]), str(row["mechanisms"])) for row in rows.iter_rows(named=True)]


@pytest.mark.parametrize("step", ["connect", "later"])
def test_what_is_not_listed_is_blocked_in_a_run_that_shows_the_list(step: str) -> None:
    cases = listed(step)
    *_, first, last, reached = verdicts(cases)
    assert first == last == ("blocked", "ip.allowlist")
    assert reached == ("ok", "")
    assert walled(*cases) == {address_of(number) for number in MANY} | {OTHER_LANDMARK, HELPER}


def test_one_measurement_alone_decides_nothing() -> None:
    found = judge(tables(records([silent(1)])))[1]
    assert found["state"].to_list() == ["insufficient"]


def test_where_no_landmark_answers_it_may_be_a_shutdown() -> None:
    rest = listed()[1:]
    assert walled(sanity(landmark=TIMEOUT), *rest) == set()
    assert walled(sanity(report_id="another run"), *rest) == set()
    assert walled(*rest) == set(), "nobody looked"


def test_few_silent_addresses_show_no_list() -> None:
    few = [silent(number) for number in MANY][2:]
    assert walled(sanity(), *few, answering(AFTER)) == set()


def test_where_much_answers_the_silent_are_single_sites() -> None:
    others = [answering(AFTER + number) for number in MANY]
    assert walled(*listed(), *others) == set()


def test_silence_at_different_steps_is_no_list() -> None:
    mixed = [silent(number, "later" if number % 3 == 0 else "connect") for number in MANY]
    assert walled(sanity(), *mixed, answering(AFTER)) == set()


def test_what_failed_otherwise_is_no_silence() -> None:
    cases = listed()
    for case in cases[2:]:
        case.tcp(case.steps[-1].address, failure=RESET)  # type: ignore[attr-defined] # its last step is a connect
    assert walled(*cases) == set()


@pytest.mark.parametrize("late", [0, 10_000])
def test_an_outage_that_begins_or_ends_in_the_run_is_no_list(late: int) -> None:
    begun = [sanity(), answering(AFTER, started_at=sanity().about["started_at"])]
    ended = [sanity(started_at=1_700_009_999.0), answering(AFTER, started_at=1_700_010_000.0)]
    cases = [silent(number) for number in MANY]
    assert walled(*(ended if late else begun), *cases) == set()


def test_a_vpn_in_the_run_hides_its_network() -> None:
    assert walled(*listed(), answering(AFTER + 1, network_type="vpn")) == set()


def test_a_landmark_alone_is_no_list_of_sites() -> None:
    assert walled(*listed()[:-1]) == set()


def test_measurements_without_a_run_are_in_none() -> None:
    cases = listed()
    for case in cases:
        case.about["report_id"] = None
    assert walled(*cases) == set()


def said(last: Case) -> tuple[str, str]:
    return verdicts([*listed(), last])[-1]


def test_an_address_that_one_resolver_alone_gave_is_not_believed() -> None:
    case = silent(1)
    lone = [step for step in case.steps if getattr(step, "engine", "system") == "system"]
    case.steps = lone
    assert said(case)[0] == "insufficient"


def test_a_target_of_which_one_address_is_in_front_of_the_wall_is_not_behind_it() -> None:
    listed_address = address_of(AFTER)
    case = silent(2).dns(listed_address, hostname="site-2.example.org")
    assert said(case.tcp(listed_address, failure=TIMEOUT))[0] == "insufficient"


def test_http3_is_behind_the_wall_where_its_address_is() -> None:
    case = silent(3)
    case.about["nettest"] = "quic"
    host, address = str(case.about["target"]), address_of(3)
    case.steps = case.steps[:-1]
    case.quic(address, TIMEOUT, server_name=host).quic(HELPER, TIMEOUT, server_name=host, tags="arm=target")
    assert said(case) == ("blocked", "ip.allowlist")


def test_a_control_that_answers_decides_by_itself() -> None:
    case = silent(4, control_failure=None, has_control=True)
    case.http(f"https://{case.about['target']}/", vantage="control", hop=None, status=200)
    assert "ip.allowlist" not in said(case)[1]
