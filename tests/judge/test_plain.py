"""The first look: it may spare work, and never change what is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.judge.cases import CLOSE, GENUINE, HOST, OTHER, RESET, TIMEOUT, Case
from trigpoint import archive, sample
from trigpoint.judge import judging
from trigpoint.judge.judging import judge
from trigpoint.judge.keys import completed
from trigpoint.judge.knowledge import Knowledge
from trigpoint.judge.marks import page_marks
from trigpoint.judge.plain import Plain, plain_sites
from trigpoint.model.measurement import Measurement
from trigpoint.observe import tables
from trigpoint.reference.matching import Fingerprints

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

PLAIN = f"http://{HOST}/"
PAGE: dict[str, Any] = {
    "status": 200,
    "title": "The Example",
    "headers": "X-Own: yes\nServer: nginx",
    "body": "x" * 5000,
    "address": GENUINE,
}
UDP = {"engine": "udp", "resolver_address": "8.8.8.8:53"}
LATER = {"hop": 1}


def ordinary(**about: Any) -> Case:
    """Give a site that is there, for the probe as for the control."""
    return Case(**about).control().dns(GENUINE).dns(failure="dns_no_answer", query_type="AAAA").tcp().tls().http(**PAGE)


def looked_at(observed: Mapping[str, pl.DataFrame], knowledge: Knowledge | None = None) -> Plain:
    full = completed(observed)
    return plain_sites(full, page_marks(full["bodies"]), knowledge or Knowledge.nothing(), Fingerprints())


def is_decided(case: Case, knowledge: Knowledge | None = None) -> bool:
    """Tell whether the first look decides."""
    return not looked_at(tables([case.record()]), knowledge).targets.is_empty()


def same(observed: Mapping[str, pl.DataFrame]) -> bool:
    """Tell whether findings and verdicts are the same with and without the first look."""
    without = judge(observed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "WORTH_A_LOOK", 0)
        looked = judge(observed)
    return all(one.equals(other) for one, other in zip(looked, without, strict=True))


def test_an_ordinary_site_is_decided() -> None:
    assert is_decided(ordinary())
    assert ordinary().verdict()["state"] == "ok"
    assert same(tables([ordinary().record()]))


def test_a_site_that_answers_otherwise_than_for_the_control_is_decided_as_well() -> None:
    case = Case(input=PLAIN).control().dns(GENUINE).tcp(port=80)
    case.http(PLAIN, **PAGE | {"title": "Something", "body": "y" * 50, "headers": None})
    assert is_decided(case)
    assert case.fired() == {"http.unlike_control"}


ODD: dict[str, Callable[[Case], Case]] = {
    "an address that the control did not give": lambda case: case.dns(OTHER),
    "an address that is not routable": lambda case: case.dns("10.10.34.35"),
    "a resolver that denies": lambda case: case.dns(failure="dns_nxdomain_error", **UDP),
    "a resolver that is silent": lambda case: case.dns(failure=TIMEOUT, **UDP),
    "an answer without an address": lambda case: case.dns(**UDP),
    "a resolver that was asked for IPv6 alone": lambda case: case.dns(
        failure="dns_no_answer", query_type="AAAA", **UDP
    ),
    "a late reply": lambda case: case.dns(GENUINE, tags="late"),
    "an arm": lambda case: case.tls(tags="arm=target"),
    "a step of a helper": lambda case: case.tcp(OTHER, tags="service=helper"),
    "a connection that failed": lambda case: case.tcp("93.184.216.35", failure=TIMEOUT),
    "a handshake that failed": lambda case: case.tls(failure=RESET),
    "a handshake over QUIC": lambda case: case.quic(),
    "a datagram": lambda case: case.datagram(is_echo=True, received_bytes=1),
    "a request that failed": lambda case: case.http(PLAIN, CLOSE, address=GENUINE, **LATER),
    "a page of an address": lambda case: case.http(f"http://{GENUINE}/", **PAGE),
    "a page of no name": lambda case: case.http(**PAGE, host=None),
    "a name that serves another purpose": lambda case: case.dns(GENUINE, hostname="uptime.signal.org"),
    "a login page": lambda case: case.http("http://login.example/", **PAGE | {"body": "<WISPAccessGatewayParam"}),
    "a refusal by law": lambda case: case.http(**PAGE | {"status": 451}, **LATER),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_what_is_odd_is_looked_at_as_a_whole(odd: Callable[[Case], Case]) -> None:
    case = odd(ordinary())
    assert not is_decided(case)
    assert same(tables([case.record()]))


@pytest.mark.parametrize(
    "about",
    [
        {"nettest": "urlgetter", "target": HOST},
        {"target": None},
        {"target": "telegram/web"},
        {"network_type": "vpn"},
        {"has_control": False},
        {"control_failure": "generic_timeout_error"},
    ],
)
def test_a_measurement_of_which_more_than_its_pages_tells_is_looked_at_as_a_whole(about: dict[str, Any]) -> None:
    case = ordinary(**about)
    assert not is_decided(case)
    assert same(tables([case.record()]))


def test_a_site_without_steps_or_without_a_page_is_looked_at_as_a_whole() -> None:
    assert not is_decided(Case().control())
    assert not is_decided(Case().control().dns(GENUINE).tcp().tls())


def test_what_the_survey_knows_is_heeded() -> None:
    case = ordinary(report_id="r", software="probe 1")
    opened = Knowledge(opened=pl.DataFrame({"run": ["r"]}))
    defective = Knowledge(defects=pl.DataFrame({"target": [HOST], "software": ["probe 1"]}))
    assert is_decided(case)
    assert not is_decided(case, opened)
    assert not is_decided(case, defective)


def test_what_an_allow_list_leaves_unanswered_is_looked_at_as_a_whole_where_no_control_speaks() -> None:
    walled = Knowledge(walled=pl.DataFrame({"run": ["r"], "address": [GENUINE]}))
    case = ordinary(report_id="r")
    assert is_decided(case, walled)  # the control got the page
    assert not is_decided(Case(report_id="r").control(works=False).dns(GENUINE).tcp().tls().http(**PAGE), walled)


_STATUS = st.sampled_from([200, 204, 302, 403, 404, 451, 500, 511, None])
_BODY = st.sampled_from(
    ["x" * 5000, "<h1>Access denied</h1>", "cf-chl-", "http://www.airtel.in/dot/", "buy this domain"]
)
_URL = st.sampled_from(
    [
        PLAIN,
        f"https://{HOST}/",
        "http://m.example.org/",
        "http://other.example/",
        f"http://{OTHER}/",
        "http://10.0.0.1/",
    ]
)
_FAILURE = st.sampled_from([None, None, None, RESET, TIMEOUT, CLOSE, "dns_nxdomain_error", "ssl_invalid_hostname"])
_TAGS = st.sampled_from([None, None, "classic", "depth=0 fetch_body=true", "arm=target", "late", "service=helper"])
_ADDRESS = st.sampled_from([GENUINE, GENUINE, GENUINE, OTHER, "10.0.0.1", "2606:2800:220:1::34"])
_WHERE = {"hop": st.sampled_from([0, 0, 1, None]), "tags": _TAGS}
_HEADERS = st.sampled_from([None, "Server: nginx", "X-Own: yes", "Server: AkamaiGHost\nLocation: http://x/"])
_STEPS = st.one_of(
    st.tuples(
        st.just("dns"),
        st.lists(_ADDRESS, max_size=2),
        st.fixed_dictionaries(
            {
                "failure": _FAILURE,
                "engine": st.sampled_from(["system", "doh", "udp", None]),
                "resolver_address": st.sampled_from([None, "8.8.8.8:53"]),
                "query_type": st.sampled_from(["A", "AAAA", "ANY", None]),
                "hostname": st.sampled_from([HOST, HOST, "m.example.org", OTHER]),
                **_WHERE,
            }
        ),
    ),
    st.tuples(st.just("tcp"), st.tuples(_ADDRESS), st.fixed_dictionaries({"failure": _FAILURE, **_WHERE})),
    st.tuples(
        st.just("tls"),
        st.tuples(_ADDRESS),
        st.fixed_dictionaries({"failure": _FAILURE, "server_name": st.sampled_from([HOST, "m.example.org"]), **_WHERE}),
    ),
    st.tuples(
        st.just("http"),
        st.tuples(_URL),
        st.fixed_dictionaries(
            {
                "failure": st.sampled_from([None, None, RESET, TIMEOUT]),
                "status": _STATUS,
                "title": st.sampled_from([None, "The Example", "Forbidden here"]),
                "headers": _HEADERS,
                "location": st.sampled_from([None, None, "http://warning.or.kr/", "http://10.0.0.1/login"]),
                "body": _BODY,
                "address": st.sampled_from([GENUINE, None, OTHER]),
                **_WHERE,
            }
        ),
    ),
)
_SITES = st.tuples(st.booleans(), st.lists(_STEPS, max_size=3))


def _site(number: int, *, has_control: bool, steps: list[tuple[str, Any, dict[str, Any]]]) -> Measurement:
    case = ordinary(id=f"{number:064x}") if has_control else Case(id=f"{number:064x}").dns(GENUINE).http(**PAGE)
    for name, about, more in steps:
        getattr(case, name)(*about, **more)
    return case.record()


@pytest.mark.usefixtures("uncovered")  # hundreds of times what others run once
@settings(max_examples=12)
@given(st.lists(_SITES, min_size=10, max_size=40))
def test_no_first_look_changes_what_is_found(sites: list[tuple[bool, list[Any]]]) -> None:
    records = [_site(number, has_control=works, steps=steps) for number, (works, steps) in enumerate(sites)]
    assert same(tables(records))


def test_the_sample_is_judged_alike_and_mostly_by_the_first_look(tmp_path: Path) -> None:
    records = [one for path in sample.write(tmp_path) for one in archive.read(path) if isinstance(one, Measurement)]
    observed = tables({record.id: record for record in records}.values())
    decided = looked_at(observed).targets.height
    assert decided > observed["measurements"].height / 2
    assert same(observed)
