"""What a run says of its own network, and of that one only."""

from __future__ import annotations

import pytest

from tests.judge.cases import GENUINE, RESET, TIMEOUT, Case, leaf
from tests.judge.runs import LANDMARK, RUN, UDP, address_of, answering, learned, records, sanity, scan, site
from trigpoint.judge.judging import judge
from trigpoint.judge.runs import LEAST_TRIES, LEAST_V6_TARGETS, cut_ports, lacking_v6, opened, silenced, turned_away
from trigpoint.observe import tables

V6 = "2a03:2880::{:x}"
LEAF = "b" * 64
PRODUCT = "CN=Kaspersky Anti-Virus Personal Root Certificate"


def dual(number: int, failure: str | None) -> Case:
    """Give a site that IPv4 reaches, and IPv6 with some outcome."""
    return answering(number).tcp(V6.format(number), failure=failure)


def without_v6(*cases: Case) -> list[str]:
    return lacking_v6(scan(cases))["run"].to_list()


def test_ipv6_that_fails_for_most_targets_is_the_runs_own() -> None:
    cases = [*(dual(number, TIMEOUT) for number in range(LEAST_V6_TARGETS)), dual(20, None)]
    assert without_v6(*cases) == [RUN]
    assert without_v6(*cases[1:]) == [RUN]
    assert without_v6(*cases[2:]) == [], "too few targets"
    assert without_v6(*cases, *(dual(30 + number, None) for number in range(LEAST_V6_TARGETS))) == []


def test_where_ipv4_fails_as_well_ipv6_is_not_to_blame() -> None:
    cases = [site(number).tcp(V6.format(number), failure=TIMEOUT).tcp(failure=TIMEOUT) for number in range(20)]
    assert without_v6(*cases) == []


def test_one_address_over_ipv6_that_answered_does_not_make_the_others_signs() -> None:
    own = V6.format(99)
    case = answering(1, control_failure=None, has_control=True).control(addresses=(own,))
    case.dns(own, hostname="site-1.example.org").tcp(own, failure=TIMEOUT).tcp(V6.format(98), 80)
    others = [dual(number, TIMEOUT) for number in range(2, 2 + LEAST_V6_TARGETS)]
    found = judge(tables(records([case])), learned(case, *others))[1]
    assert "tcp.no_ipv6" in found["rules"].item(0)


def forgets(name: str, at: float, **about: object) -> Case:
    """Give a measurement in which the device's resolver leaves a name unanswered and another tells its address."""
    case = Case(input=f"https://{name}/", target=name, report_id=RUN, started_at=at, **about).control()
    case.dns(failure=TIMEOUT, hostname=name).dns(GENUINE, hostname=name, **UDP)
    return case


def asked(name: str, at: float, failure: str | None = None) -> Case:
    addresses = () if failure else (address_of(2),)
    return site(2, started_at=at).dns(*addresses, hostname=name, failure=failure)


def resolver(*, between: bool = True, tries: int = LEAST_TRIES) -> list[Case]:
    """Give a run whose resolver never answers one name and always another, also between."""
    never = [forgets("www.example.org", 100.0 + 10 * number) for number in range(tries)]
    moments = [105.0 + number for number in range(10)] if between else [10.0 + number for number in range(10)]
    return [*never, *(asked("other.example.org", moment) for moment in moments)]


def names(*cases: Case) -> list[str]:
    return silenced(scan(cases))["name"].to_list()


def test_a_name_that_a_resolver_never_answers_is_silenced() -> None:
    cases = resolver()
    assert names(*cases) == ["www.example.org"]
    found = judge(tables(records(cases[:1])), learned(*cases))[1]
    alone = judge(tables(records(cases[:1])))[1]
    assert alone.select("state", "mechanisms").rows() == [("insufficient", "dns.timeout")]  # a sign
    assert found.select("state", "mechanisms").rows() == [("blocked", "dns.timeout")]


def test_a_resolver_that_was_down_meanwhile_silences_nothing() -> None:
    assert names(*resolver(between=False)) == []


def test_few_tries_tell_nothing() -> None:
    assert names(*resolver(tries=LEAST_TRIES - 1)) == []


def test_a_name_that_was_answered_once_is_not_silenced() -> None:
    assert names(*resolver(), asked("www.example.org", 111.0)) == []


def test_a_resolver_that_forgets_often_may_have_forgotten_by_chance() -> None:
    forgetful = [asked(f"{number}.example.org", 105.0, TIMEOUT) for number in range(5)]
    assert names(*resolver(), *forgetful) == []


def test_another_resolvers_answers_prove_nothing() -> None:
    cases = resolver()
    for case in cases[LEAST_TRIES:]:
        case.steps = case.dns(address_of(2), hostname="other.example.org", **UDP).steps[1:]
    assert names(*cases) == []


def dot(failure: str | None = TIMEOUT, **about: object) -> Case:
    """Give a check of a DoT server: its port twice, and the address's other port in the same run."""
    fields = {"input": "dot://dns.example/", "target": "dns.example", "report_id": RUN, **about}
    case = Case("dnscheck", **fields).dns(LANDMARK, hostname="dns.example")
    return case.tcp(LANDMARK, 853, failure).tcp(LANDMARK, 853, failure)


def ports(*cases: Case) -> list[int]:
    return cut_ports(scan(cases))["port"].to_list()


def test_a_port_is_cut_where_the_address_answers_at_another() -> None:
    assert ports(dot(), sanity()) == [853]
    assert ports(dot(), sanity(landmark=TIMEOUT)) == []
    assert ports(dot(), sanity(), dot(None)) == []
    assert ports(dot(RESET), sanity()) == []
    assert ports(dot(), sanity(report_id="another run")) == []


def reaches(network: int) -> Case:
    """Give a run on another network in which the port opens and shows its certificate."""
    about = {"report_id": f"run {network}", "probe_asn": network}
    return dot(None, **about).tls(LANDMARK, port=853, server_name="dns.example")


@pytest.mark.parametrize(("others", "state"), [((1, 2, 3), "blocked"), ((1, 2), "insufficient"), ((), "insufficient")])
def test_a_cut_port_is_blocked_where_enough_other_networks_reach_it(others: tuple[int, ...], state: str) -> None:
    cases = [dot(), sanity()]
    known = learned(*cases, *(reaches(network) for network in others))
    found = judge(tables(records(cases)), known)[1]
    assert found["state"].to_list()[0] == state
    assert found["mechanisms"].to_list()[0] == "tcp.timeout"  # what it is, or a sign of it


def test_one_network_many_times_does_not_show_that_a_port_is_open() -> None:
    forged = [reaches(1) for _ in range(50)]
    for number, case in enumerate(forged):
        case.about["report_id"] = f"run {number}"
    assert learned(dot(), sanity(), *forged).cut_ports.is_empty()


def intercepted() -> Case:
    return (
        Case("sanity", report_id=RUN)
        .certificate(LEAF, **leaf(issuer=PRODUCT))
        .tls(LANDMARK, "ssl_unknown_authority", certificate_chain=LEAF)
    )


def test_a_product_at_a_landmark_shows_that_the_run_was_opened() -> None:
    assert opened(scan([intercepted(), sanity(report_id="another")]))["run"].to_list() == [RUN]
    assert opened(scan([intercepted(), sanity()]))["run"].to_list() == [], "the run saw the landmark as it is"
    elsewhere = answering(1).certificate(LEAF, **leaf(issuer=PRODUCT)).tls(certificate_chain=LEAF)
    assert opened(scan([elsewhere]))["run"].to_list() == []


def test_what_is_cut_in_an_opened_run_may_be_the_products_doing() -> None:
    case = Case(report_id=RUN).control()
    case.dns(GENUINE).tcp(port=80).http("http://www.example.org/", RESET, address=GENUINE)
    alone = judge(tables(records([case])))[1]
    assert alone["state"].to_list() == ["blocked"]
    known = judge(tables(records([case])), learned(case, intercepted()))[1]
    assert known.select("state", "explanations").rows() == [("insufficient", "local.tls_interception")]


NAME = "site-1.example.org"


def walked(own: int = 5, other: int = 0, *, has_authority: bool = True, **about: object) -> Case:
    """Give the walk to the servers of a name and of an innocent one, with the codes that they answer."""
    case = Case("delegation", input=NAME, target=NAME, **{"report_id": RUN, **about})
    case.dns(hostname="example.org", query_type="NS", failure="dns_no_answer", tags="arm=walk_target", **UDP)
    failure = {0: None, 2: "dns_servfail_error", 5: "dns_refused_error"}
    for number in ("", ".2"):
        case.dns(hostname=NAME, failure=failure[own], rcode=own, tags=f"arm=target{number}", **UDP)
        at_other = {"rcode": other, "is_authoritative": has_authority, "tags": f"arm=control{number}"}
        case.dns(GENUINE, hostname="innocent.example.org", **at_other, **UDP)
    return case


def refused(failure: str = "dns_refused_error", **about: object) -> Case:
    """Give a site that the network's resolver refuses, and another resolver knows."""
    case = site(1, **about).control().dns(hostname=NAME, failure=failure).dns(GENUINE, hostname=NAME, **UDP)
    return case.tls(server_name=NAME)


@pytest.mark.parametrize(
    ("walk", "is_found"),
    [
        (walked(), True),
        (walked(2), True),
        (walked(0), False),
        (walked(5, 5), False),
        (walked(has_authority=False), False),
    ],
)
def test_a_names_own_servers_turn_a_network_away_where_they_refuse_and_others_answer(
    walk: Case, *, is_found: bool
) -> None:
    assert turned_away(scan([walk])).rows() == ([(RUN, NAME)] if is_found else [])


@pytest.mark.parametrize("failure", ["dns_refused_error", "dns_servfail_error", "dns_temporary_failure"])
def test_a_resolver_that_fails_on_what_its_own_servers_refuse_is_not_to_blame(failure: str) -> None:
    def verdict(*others: Case) -> tuple[str, str]:
        found = judge(tables(records([refused(failure)])), learned(refused(failure), *others))[1]
        return found["state"].item(0), found["explanations"].item(0) or ""

    assert verdict(walked()) == ("insufficient", "server.geoblock")
    assert "server.geoblock" not in verdict(walked(0))[1]
    assert "server.geoblock" not in verdict(walked(report_id="another"))[1]
    assert verdict(walked(0))[0] == (
        "blocked" if failure == "dns_refused_error" else "insufficient"
    )  # codes are hidden
