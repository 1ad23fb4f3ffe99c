"""Lists of others: what they know shows blocking in the countries in which they expect it, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tests.judge.cases import GENUINE, HOST, OTHER, Case
from tests.reference.lists import fingerprint
from trigpoint.judge import judge
from trigpoint.judge.decide import frames
from trigpoint.judge.keys import prepare
from trigpoint.judge.lines import verdict_lines
from trigpoint.model.step import DnsAnswer, DnsLookup
from trigpoint.observe import tables
from trigpoint.reference.fingerprint import How, Reach, Where
from trigpoint.reference.matching import Fingerprints

if TYPE_CHECKING:
    from trigpoint.reference.fingerprint import Fingerprint

PAGE = "<html><h1>Notice of the ministry</h1></html>"
PLAIN = f"http://{HOST}/"
AWAY = "http://warning.example.com/page?id=1"
DOH = {"engine": "doh", "resolver_address": "https://dns.example/dns-query"}


def lists(*fingerprints: Fingerprint) -> Fingerprints:
    return Fingerprints(fingerprints)


def says(case: Case, known: Fingerprints) -> tuple[str, str, set[str]]:
    _, verdicts = judge(tables([case.record()]), fingerprints=known)
    row = next(row for row in verdicts.iter_rows(named=True) if row["target"] == HOST)
    return row["state"], row["mechanisms"] or row["interference"], set(row["rules"].split())


def visited(url: str = PLAIN, body: str = PAGE, **more: Any) -> Case:
    fields = {"status": 200, "title": "Notice", "headers": "Server: nginx", **more}
    return Case(input=PLAIN).control().dns(GENUINE).tcp(port=80).http(url, body=body, **fields)


def redirected(location: str = AWAY) -> Case:
    host = location.split("/")[2]
    case = Case(input=PLAIN).control().dns(GENUINE).tcp(port=80)
    case.http(PLAIN, status=302, location=location, headers=f"Location: {location}\nServer: x", body="")
    return case.http(f"http://{host}/", status=200, title="Notice", body="<html>moved</html>", hop=1)


BODY = fingerprint("Notice of the ministry")
LOCATION = fingerprint("http://warning.example.com/", where=Where.HEADER, header="location", how=How.PREFIX)


def test_a_listed_page_in_its_country_is_blocking() -> None:
    assert says(visited(), lists())[0] == "insufficient"
    state, mechanism, rules = says(visited(), lists(BODY))
    assert (state, mechanism) == ("blocked", "http.blockpage")
    assert "http.listed_page" in rules


@pytest.mark.parametrize(
    "changes",
    [
        {"countries": ("XM",)},
        {"countries": ()},
        {"confidence": 2},
        *({"reach": reach} for reach in (Reach.PRODUCT, Reach.INSTITUTION, Reach.VAGUE, Reach.OTHER)),
    ],
)
def test_of_another_country_of_a_product_or_doubted_it_decides_nothing_and_is_told(changes: dict[str, Any]) -> None:
    state, _, rules = says(visited(), lists(fingerprint("Notice of the ministry", **changes)))
    assert state == "insufficient"
    assert "http.listed_elsewhere" in rules
    assert "http.listed_page" not in rules


def test_an_innocent_fingerprint_takes_every_other_back() -> None:
    innocent = fingerprint("<html>", reach=Reach.INNOCENT, countries=())
    state, _, rules = says(visited(), lists(BODY, innocent))
    assert state == "insufficient"
    assert not any(rule.startswith("http.listed") for rule in rules)


def test_a_record_without_a_country_shows_nothing() -> None:
    case = visited()
    case.about["probe_cc"] = None
    assert says(case, lists(BODY))[0] == "insufficient"


def test_on_an_encrypted_way_a_listed_page_is_a_quotation() -> None:
    case = Case().control().dns(GENUINE).tcp().tls().http(body=PAGE, status=200, title="The Example")
    state, _, rules = says(case, lists(BODY))
    assert state == "ok"
    assert not any(rule.startswith("http.listed") for rule in rules)


def test_a_page_like_the_controls_is_the_sites_own_whatever_it_quotes() -> None:
    assert says(visited(title="The Example"), lists(BODY))[0] == "ok"


@pytest.mark.parametrize("where", [Where.TITLE, Where.HEADER, Where.RESPONSE])
def test_titles_and_headers_are_looked_at(where: Where) -> None:
    pattern, header = {Where.TITLE: ("Notice 7", ""), Where.HEADER: ("Filter 1", "server")}.get(
        where, ("Server: Filter", "")
    )
    known = lists(fingerprint(pattern, where=where, header=header))
    case = visited(title="Notice 7 of 9", headers="Server: Filter 1.2", body="x")
    assert says(case, known)[:2] == ("blocked", "http.blockpage")


def test_a_listed_redirect_in_its_country_is_blocking() -> None:
    assert says(redirected(), lists())[1] != "http.redirect"
    state, mechanism, rules = says(redirected(), lists(LOCATION))
    assert (state, mechanism) == ("blocked", "http.redirect")
    assert "http.listed_redirect" in rules


def test_a_redirect_to_the_sites_own_pages_is_none() -> None:
    own = fingerprint(f"http://{HOST}/", where=Where.HEADER, header="location", how=How.PREFIX)
    rules = says(redirected(f"http://{HOST}/warning"), lists(own))[2]
    assert "http.listed_redirect" not in rules


def answered(*addresses: str, **more: Any) -> Case:
    return Case().control().dns(*addresses, **more).dns(GENUINE, **DOH)


def listed_address(address: str, **more: Any) -> Fingerprint:
    return fingerprint(address, where=Where.ANSWER, how=How.FULL, **more)


@pytest.mark.parametrize(
    ("is_page", "mechanism", "rule"),
    [(True, "dns.injection.blockpage", "dns.listed_page"), (False, "dns.injection", "dns.listed_address")],
)
def test_a_listed_answer_is_as_deep_as_the_list_says(*, is_page: bool, mechanism: str, rule: str) -> None:
    assert says(answered(OTHER), lists())[0] != "blocked"
    state, said, rules = says(answered(OTHER), lists(listed_address(OTHER, is_page=is_page)))
    assert (state, said) == ("blocked", mechanism)
    assert rule in rules


def test_a_listed_private_address_is_a_bogon() -> None:
    state, said, rules = says(answered("172.31.31.2"), lists(listed_address("172.31.31.2")))
    assert (state, said) == ("blocked", "dns.injection.bogon")
    assert "dns.listed_bogon" in rules


@pytest.mark.parametrize("changes", [{"countries": ("XM",)}, {"reach": Reach.PRODUCT}, {"confidence": 0}])
def test_a_listed_answer_of_others_decides_nothing_and_is_told(changes: dict[str, Any]) -> None:
    state, _, rules = says(answered(OTHER), lists(listed_address(OTHER, **changes)))
    assert state != "blocked"
    assert "dns.listed_elsewhere" in rules


def test_a_listed_answer_that_the_control_gives_too_is_the_sites_own() -> None:
    case = Case().control(addresses=(OTHER,)).dns(OTHER).tcp(OTHER).tls(OTHER).http(status=200, title="The Example")
    state, _, rules = says(case, lists(listed_address(OTHER)))
    assert state == "ok"
    assert not any(rule.startswith("dns.listed") for rule in rules)


@pytest.mark.parametrize("more", [{"engine": "udp", "resolver_address": "185.228.168.168:53"}, DOH])
def test_a_chosen_or_encrypted_resolver_is_not_in_the_way(more: dict[str, str]) -> None:
    case = Case().control().dns(OTHER, **more).dns(GENUINE, engine="udp", resolver_address="9.8.7.6:53")
    assert not any(rule.startswith("dns.listed") for rule in says(case, lists(listed_address(OTHER)))[2])


def test_names_in_answers_are_looked_at_unless_they_are_the_sites_own() -> None:
    def aliased(name: str) -> Case:
        case = answered(OTHER)
        lookup = case.steps[-2]
        assert isinstance(lookup, DnsLookup)
        alias = DnsAnswer(number=1, answer_type="CNAME", name=name)
        case.steps[-2] = msgspec.structs.replace(lookup, answers=(*lookup.answers, alias), answer_count=2)
        return case

    known = lists(listed_address("block.provider.example"), listed_address("cdn.example.org"))
    assert says(aliased("block.provider.example"), known)[:2] == ("blocked", "dns.injection.blockpage")
    assert says(aliased("cdn.example.org"), known)[0] != "blocked"


def test_where_nobody_answers_the_address_of_a_listed_page_is_one() -> None:
    case = Case("dnscheck", input="x", target=HOST)
    key = {"engine": "udp", "resolver_address": "203.0.113.1:53"}
    case.dns(OTHER, tags="arm=silent_target", **key)
    case.dns(failure="generic_timeout_error", tags="arm=silent_control", hostname="www.example.net", **key)
    assert "dns.injected_address" in says(case, lists())[2]
    rules = says(case, lists(listed_address(OTHER)))[2]
    assert "dns.injected_block_page" in rules
    assert "dns.injected_address" not in rules


def test_the_finding_names_the_fingerprints() -> None:
    details = {row["rule"]: row["detail"] for row in visited().findings(lists(BODY))}
    assert details["http.listed_page"] == "status 200, title Notice; fingerprints t.one"
    details = {row["rule"]: row["detail"] for row in answered(OTHER).findings(lists(listed_address(OTHER)))}
    assert details["dns.listed_page"] == f"{OTHER}; fingerprints t.one"


def test_files_are_judged_with_lists_too() -> None:
    (line,) = verdict_lines([visited().record()], lists(BODY))
    assert line["state"] == "blocked"
    (line,) = verdict_lines([visited().record()])
    assert line["state"] == "insufficient"


def test_without_lists_the_frames_have_the_same_columns() -> None:
    chunk = prepare(tables([visited().record()]))
    bare, known = frames(chunk), frames(chunk, fingerprints=lists(BODY))
    for layer in bare:
        assert bare[layer].schema == known[layer].schema


def test_two_measurements_of_two_countries_with_one_page_are_judged_apart() -> None:
    here, there = visited().record(id="1" * 64), visited().record(id="2" * 64, probe_cc="XM")
    _, verdicts = judge(tables([here, there]), fingerprints=lists(BODY))
    assert verdicts.sort("measurement")["state"].to_list() == ["blocked", "insufficient"]
