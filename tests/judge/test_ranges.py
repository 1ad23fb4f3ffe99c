"""A range is cut off where all neighbours of a site's address are silent, and a control server is not."""

from __future__ import annotations

import pytest

from tests.judge.cases import HOST, TIMEOUT, Case

SITE, CONTROL = "203.0.113.30", "198.51.100.7"


def tried(neighbours: dict[str, str | None], control: str | None = None, site: str | None = TIMEOUT) -> Case:
    """Give four tries of the site, four of its neighbours in turn, and of a control server three times as many."""
    case = Case("address_blocking", input=f"https://{HOST}/", target=HOST)
    for number in range(4):
        case.tcp(SITE, failure=site, tags=f"arm=target.{number}")
        address = list(neighbours)[number % len(neighbours)]
        case.tcp(address, failure=neighbours[address], tags=f"arm=neighbour.{number}")
    for number in range(12):
        case.tcp(CONTROL, failure=control, tags=f"arm=control.{number}")
    return case.tcp(SITE, 9, failure="connection_refused" if site is None else TIMEOUT, tags="arm=port")


TWO = {"203.0.113.29": TIMEOUT, "203.0.113.31": TIMEOUT}


def test_neighbours_that_are_all_silent_show_that_the_range_is() -> None:
    assert tried(TWO).says()[:2] == ("blocked", "ip.prefix_null_route")


@pytest.mark.parametrize(
    "case",
    [
        tried({**TWO, "203.0.113.31": None}),
        tried({**TWO, "203.0.113.31": "connection_refused"}),
        tried({"203.0.113.29": TIMEOUT}),
        tried(TWO, control=TIMEOUT),
        tried(TWO, site=None),
    ],
    ids=["one answers", "one refuses", "one alone", "the control is silent", "the site answers"],
)
def test_nothing_less_does(case: Case) -> None:
    assert case.verdict()["state"] != "blocked"
    assert "tcp.range_silent" not in case.fired()


def test_a_port_that_refuses_is_no_sign() -> None:
    assert not {"tcp.refused_undecided", "tcp.some_fail"} & tried(TWO, site=None).fired()
