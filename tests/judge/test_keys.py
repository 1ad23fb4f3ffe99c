"""A chunk: what a site's steps are, and what is left out."""

from __future__ import annotations

from tests.judge.cases import GENUINE, HOST, OTHER, Case
from trigpoint.judge.keys import Chunk, prepare
from trigpoint.observe import tables

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
