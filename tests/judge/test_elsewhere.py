"""What others saw of the same target: it can take back a verdict, never make one of interference."""

from __future__ import annotations

import pytest

from tests.judge.cases import GENUINE, HOST, RESET, TIMEOUT, Case
from tests.judge.runs import learned, records
from trigpoint.judge.elsewhere import VOUCHING
from trigpoint.judge.judging import judge
from trigpoint.judge.knowledge import Knowledge
from trigpoint.observe import tables

OLD, NEW = "ooniprobe 3.1.0", "ooniprobe 3.2.0"
COUNTRIES = ("XA", "XB", "XC")


def measured(number: int, *, works: bool, control: bool | None = None, **about: object) -> Case:
    """Give a measurement of the site on a network of its own.

    Args:
        number: of network and run.
        works: whether a page came.
        control: whether the control got it. None: it failed.
        about: fields of the record.

    """
    fields = {"probe_asn": 100 + number, "report_id": f"run {number}", "probe_cc": COUNTRIES[number % 3], **about}
    if control is None:
        fields |= {"control_failure": TIMEOUT, "has_control": False}
    case = Case(**fields)
    if control is not None:
        case.control(works=control)
    case.dns(GENUINE).tcp().tls(failure=None if works else RESET)
    return case.http(address=GENUINE, status=200) if works else case


def verdict(known: Knowledge, case: Case) -> tuple[str, str]:
    row = judge(tables(records([case])), known)[1].row(0, named=True)
    return row["state"], row["explanations"]


def gone(*cases: Case) -> list[str]:
    return learned(*cases).gone["target"].to_list()


def test_what_fails_on_most_networks_of_most_countries_is_gone() -> None:
    cases = [measured(number, works=False) for number in range(6)]
    known = learned(*cases)
    assert known.gone["target"].to_list() == [HOST]
    assert verdict(Knowledge.nothing(), cases[0]) == ("insufficient", "control.failure")
    assert verdict(known, cases[0])[0] == "down"
    assert "site.down" in verdict(known, cases[0])[1]


def test_what_any_control_gets_is_not_gone_however_many_block_it() -> None:
    cases = [measured(number, works=False) for number in range(30)]
    assert gone(*cases, measured(30, works=False, control=True)) == []


def test_what_fails_in_few_countries_is_not_gone() -> None:
    assert gone(*(measured(number, works=False, probe_cc="XA") for number in range(6))) == []
    works = [measured(number, works=number % 3 > 0) for number in range(9)]
    assert gone(*works) == []


def test_who_reached_it_all_the_same_reached_it() -> None:
    cases = [measured(number, works=False) for number in range(6)]
    assert verdict(learned(*cases), measured(9, works=True))[0] == "ok"


def test_ten_thousand_runs_of_one_network_make_nothing_gone() -> None:
    forged = [measured(number, works=False, probe_asn=1) for number in range(100)]
    assert gone(*forged) == []
    assert gone(*(measured(number, works=False, report_id="one run") for number in range(9))) == []


def defects(*cases: Case) -> list[tuple[str, str]]:
    return learned(*cases).defects.rows()


def faulty(count: int = VOUCHING) -> list[Case]:
    """Give networks in two countries or more in which an old program fails, and a new one works."""
    old = [measured(number, works=False, control=True, software=OLD) for number in range(count)]
    new = [
        measured(number, works=True, control=True, software=NEW, report_id=f"new run {number}")
        for number in range(count)
    ]
    return [*old, *new]


def test_a_failure_that_follows_the_program_is_its_defect() -> None:
    cases = faulty()
    known = learned(*cases)
    assert known.defects.rows() == [(HOST, OLD)]
    assert verdict(Knowledge.nothing(), cases[0])[0] == "blocked"
    assert verdict(known, cases[0]) == ("insufficient", "probe.defect")
    assert verdict(known, cases[-1])[0] == "ok"


def test_a_program_that_works_anywhere_has_no_such_defect() -> None:
    assert defects(*faulty(), measured(9, works=True, control=True, software=OLD)) == []


def test_a_failure_that_follows_the_country_is_no_defect() -> None:
    cases = faulty()
    for case in cases:
        case.about["probe_cc"] = "XA"
    assert defects(*cases) == []


def test_forgers_of_fewer_networks_than_vouch_clear_no_block() -> None:
    assert defects(*faulty(VOUCHING - 1)) == []
    one = faulty(20)
    for case in one:
        case.about["probe_asn"] = 1
    assert defects(*one) == []
    same = faulty()
    for case in same[VOUCHING:]:
        case.about["report_id"] = "one run"
    assert defects(*same) == []


def sites(number: int, *, control: bool, count: int = VOUCHING + 1) -> list[Case]:
    """Give measurements of several sites on one network, all with the same outcome for its control."""
    cases = []
    for site in range(count):
        host = f"site-{site}.example.org"
        case = measured(number, works=False, control=control, input=f"https://{host}/", target=host)
        cases.append(case)
    return cases


def test_a_control_that_fails_for_one_network_only_is_suspect() -> None:
    others = [case for number in range(VOUCHING) for case in sites(number, control=True)]
    here = sites(50, control=False)
    known = learned(*others, *here)
    assert known.suspects["probe_asn"].to_list() == [150]
    assert verdict(Knowledge.nothing(), here[0])[0] == "down"
    assert verdict(known, here[0]) == ("insufficient", "control.failure server.tls_policy")


@pytest.mark.parametrize("networks", [0, 1, VOUCHING - 1])
def test_too_few_others_make_no_control_suspect(networks: int) -> None:
    others = [case for number in range(networks) for case in sites(number, control=True)]
    assert learned(*others, *sites(50, control=False)).suspects.is_empty()


def test_a_control_that_fails_on_few_sites_is_not_suspect() -> None:
    others = [case for number in range(VOUCHING) for case in sites(number, control=True, count=10)]
    here = [*sites(50, control=False, count=2), *sites(50, control=True, count=10)[2:]]
    assert learned(*others, *here).suspects.is_empty()
