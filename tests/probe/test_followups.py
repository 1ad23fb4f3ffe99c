"""What is asked next: the nettest that separates the neighbours of a sign, each once, and another visit."""

from __future__ import annotations

import pytest

from trigpoint.probe.followups import TABLE, FollowUp, follow_ups
from trigpoint.probe.run import all_nettests
from trigpoint.probe.signs import Layer, Sign

HOST, ADDRESS = "site.example", "192.0.2.1"
URL = f"https://{HOST}/"


def chosen(url: str, *signs: Sign) -> dict[str, FollowUp]:
    return {one.nettest: one for one in follow_ups(url, signs)}


def sign(layer: Layer, url: str = "", host: str = HOST) -> Sign:
    return Sign(layer, "generic_timeout_error", host, ADDRESS, 443, url)


def test_without_signs_nothing_is_asked() -> None:
    assert follow_ups(URL, ()) == ()


@pytest.mark.parametrize(
    ("layer", "url", "nettests"),
    [
        ("dns", URL, {"dnscheck"}),
        ("dns", f"http://{HOST}/", {"dnscheck", "host_blocking"}),
        ("tcp", URL, {"sni_blocking"}),
        ("tls", URL, {"sni_blocking"}),
        ("http", f"http://{HOST}/", {"host_blocking"}),
        ("pace", URL, {"throttling", "sni_blocking"}),
    ],
)
def test_a_sign_has_its_own_nettests_and_another_visit(layer: Layer, url: str, nettests: set[str]) -> None:
    found = chosen(url, sign(layer))
    assert set(found) == nettests | {"web_connectivity"}
    assert all(one.input in {url, HOST} for one in found.values())


def test_a_connection_names_no_host_and_takes_that_of_the_url() -> None:
    assert chosen(URL, sign("tcp", host=""))["sni_blocking"].input == HOST


def test_the_same_is_asked_once() -> None:
    assert len(follow_ups(URL, [sign("tls"), sign("tls"), sign("tcp")])) == 2


def test_the_table_names_nettests_and_what_they_take() -> None:
    for explaining in (one for row in TABLE.values() for one in row):
        assert (all_nettests()[explaining.nettest].takes == "url") == (explaining.takes == "url")
