"""What is assessed: each step belongs to one target."""

from __future__ import annotations

import pytest

from tests.judge.cases import OTHER, Case
from trigpoint.judge.keys import prepare
from trigpoint.judge.services import service_frames
from trigpoint.observe import tables
from trigpoint.reference.services import RETIRED_HOSTS, SERVICES


def targets(case: Case) -> list[str]:
    found: list[str] = prepare(tables([case.record()])).probe("tcp_connects")["target"].to_list()
    return found


@pytest.mark.parametrize(
    ("address", "port", "target"),
    [("149.154.175.50", 80, "telegram/chat"), ("149.154.167.99", 443, "telegram/web"), (OTHER, 443, "telegram/web")],
)
def test_an_address_names_its_service_and_the_default_takes_the_rest(address: str, port: int, target: str) -> None:
    assert targets(Case("telegram").tcp(address, port)) == [target]


def test_a_host_name_decides_before_an_address() -> None:
    case = Case("telegram").dns("149.154.175.50", hostname="web.telegram.org").tcp("149.154.175.50")
    assert targets(case) == ["telegram/web"]


def test_a_nettest_without_services_is_about_its_input() -> None:
    assert targets(Case("urlgetter", target="www.example.org").tcp()) == ["www.example.org"]
    assert targets(Case("urlgetter").tcp()) == ["urlgetter"]


@pytest.mark.parametrize(("host", "since"), RETIRED_HOSTS.items())
def test_a_name_counts_until_the_service_gave_it_up(host: str, since: float) -> None:
    def tried(moment: float | None) -> int:
        return len(targets(Case("signal", started_at=moment).dns(OTHER, hostname=host).tcp(OTHER)))

    assert (tried(since - 1), tried(since), tried(None)) == (1, 0, 1)


def test_names_that_mean_something_else_are_dropped() -> None:
    assert targets(Case("signal").dns(OTHER, hostname="uptime.signal.org").tcp(OTHER)) == []


def test_every_service_has_one_row() -> None:
    assert service_frames().services["target"].to_list() == list(SERVICES)
