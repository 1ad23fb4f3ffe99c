"""The services made of several endpoints: laws that rules rely on."""

from __future__ import annotations

import ipaddress
from collections import Counter

import pytest

from trigpoint.net.names import a_label, parse_url
from trigpoint.reference.services import IGNORED_HOSTS, RETIRED_HOSTS, SERVICES, WHOLES, Need, Service

by_target = pytest.mark.parametrize("service", SERVICES.values(), ids=lambda service: service.target)


@by_target
def test_a_target_names_its_nettest_and_a_service_its_source(service: Service) -> None:
    assert service.target.split("/")[0] == service.nettest
    assert service.source.startswith("ooni/spec ts-")


@by_target
def test_something_says_which_steps_are_the_services(service: Service) -> None:
    assert service.hosts or service.addresses or service.tag


@by_target
def test_hosts_are_a_labels_and_addresses_canonical(service: Service) -> None:
    assert [a_label(host) for host in service.hosts] == list(service.hosts)
    assert [str(ipaddress.ip_address(address)) for address in service.addresses] == list(service.addresses)


@by_target
def test_what_must_have_been_tried_can_be(service: Service) -> None:
    known = len(service.hosts) + len(service.addresses)
    assert service.minimum >= 1
    assert service.tag is not None or service.minimum <= known


@by_target
def test_independent_servers_need_several_to_say_anything(service: Service) -> None:
    assert service.need is Need.ALL or service.minimum > 1


@pytest.mark.parametrize("field", ["hosts", "addresses"])
def test_an_endpoint_belongs_to_one_service(field: str) -> None:
    every = Counter((s.nettest, endpoint) for s in SERVICES.values() for endpoint in getattr(s, field))
    assert [endpoint for endpoint, count in every.items() if count > 1] == []


def test_a_nettest_has_one_default_and_one_service_a_tag() -> None:
    defaults = Counter(service.nettest for service in SERVICES.values() if service.is_default)
    assert defaults == Counter({service.nettest for service in SERVICES.values()})
    tags = Counter((service.nettest, service.tag) for service in SERVICES.values() if service.tag)
    assert set(tags.values()) == {1}


def test_retired_names_are_of_a_service_and_ignored_ones_of_none() -> None:
    hosts = {host for service in SERVICES.values() for host in service.hosts}
    assert set(RETIRED_HOSTS) <= hosts
    assert not IGNORED_HOSTS & hosts


@by_target
def test_what_is_tried_is_an_endpoint_of_the_service_and_in_use(service: Service) -> None:
    hosts = {parse_url(url).host for url in service.tries}
    assert hosts <= {*service.hosts, *service.addresses} - set(RETIRED_HOSTS)
    assert {parse_url(url).scheme for url in service.tries} <= {"http", "https", "tcp", "dns"}
    assert len(set(service.tries)) == len(service.tries)
    assert not service.tries or len(hosts) >= service.minimum


def test_every_service_of_a_nettest_of_ours_is_tried_but_what_is_retired() -> None:
    tried = {service.target for service in SERVICES.values() if service.tries}
    ours = {service.target for service in SERVICES.values() if service.nettest != "tor"}
    assert ours - tried == {"signal/contacts"}, "its host today answers to Signal's programs alone"


def test_a_nettest_of_several_services_has_a_whole_and_one_of_a_single_service_has_none() -> None:
    several = {nettest for nettest, count in Counter(s.nettest for s in SERVICES.values()).items() if count > 1}
    assert set(WHOLES) == several


def test_what_a_whole_spares_is_a_service_of_its_nettest() -> None:
    for whole in WHOLES.values():
        assert {*whole.parts, *whole.spares} == {s.target for s in SERVICES.values() if s.nettest == whole.target}
        assert len(whole.parts) > 1
        assert whole.source
