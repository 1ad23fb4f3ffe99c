"""telegram, whatsapp, facebook_messenger and signal in a small world: reached in one network, filtered in the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.probe.lab import made
from tests.probe.services import elsewhere

if TYPE_CHECKING:
    from pathlib import Path

    from tests.probe.lab import Made

WORLD = """
base = "open"
title = "A network that does not like messengers"
meaning = "In the second network chat servers are cut off by name, by address and by DNS."
source = "made for this test"
country = "XA"

host = [
  { name = "chat", asn = 64510, addresses = ["203.0.113.30"] },
  { name = "pool", asn = 64510, addresses = ["203.0.113.31"] },
]

site = [
  { name = "one.chat.example", hosts = ["chat"] },
  { name = "two.chat.example", hosts = ["chat"] },
  { name = "web.chat.example", hosts = ["chat"] },
  { name = "pool.example", hosts = ["pool"], schemes = ["http"] },
  { name = "both.example", hosts = ["pool", "chat"], schemes = ["http"] },
]

truth = [
  { target = "one.chat.example", networks = ["a1"], state = "ok" },
]

[[censor]]
id = "by-name"
behaviour = "tls_reset"
networks = ["a2"]
placement = { hop = 3 }
match = { suffix = ["web.chat.example"] }
prints = [{ flags = "rst" }]

[[censor]]
id = "by-address"
behaviour = "null_route"
networks = ["a2"]
placement = { hop = 3 }
match = { addresses = ["203.0.113.31"] }
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The file of the world."""
    path: Path = tmp_path_factory.mktemp("worlds") / "messengers.toml"
    path.write_text(WORLD, encoding="utf-8")
    return str(path)


def found(world: str, nettest: str, network: str, **tries: tuple[str, ...]) -> Made:
    """Measure a service whose parts have these endpoints."""
    asns = frozenset({64510}) if nettest == "facebook_messenger" else frozenset[int]()
    return made(nettest, world, None, network=network, options=elsewhere(nettest, tries, asns))


def keys(world: str, nettest: str, network: str, **tries: tuple[str, ...]) -> dict[str, Any]:
    measurement = found(world, nettest, network, **tries)
    assert measurement.read.nettest == nettest
    acts = measurement.measured.measuring.diary.acts
    assert len(measurement.read.steps) == len(acts), "every act is a step that is read back"
    return measurement.keys


TELEGRAM = {"chat": ("http://203.0.113.31:80/", "http://203.0.113.31:443/"), "web": ("https://web.chat.example/",)}


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (
            "a1",
            {
                "telegram_tcp_blocking": False,
                "telegram_http_blocking": False,
                "telegram_web_failure": None,
                "telegram_web_status": "ok",
            },
        ),
        (
            "a2",
            {
                "telegram_tcp_blocking": True,
                "telegram_http_blocking": True,
                "telegram_web_failure": "connection_reset",
                "telegram_web_status": "blocked",
            },
        ),
    ],
)
def test_telegram(world: str, network: str, expected: dict[str, Any]) -> None:
    assert keys(world, "telegram", network, **TELEGRAM) == expected


WHATSAPP = {
    "chat": ("tcp://one.chat.example:443", "tcp://one.chat.example:5222", "tcp://pool.example:80"),
    "registration": ("https://two.chat.example/v2/register",),
    "web": ("https://web.chat.example/",),
}


def test_whatsapp_reached(world: str) -> None:
    assert keys(world, "whatsapp", "a1", **WHATSAPP) == {
        "whatsapp_endpoints_status": "ok",
        "whatsapp_endpoints_blocked": [],
        "whatsapp_endpoints_dns_inconsistent": [],
        "registration_server_status": "ok",
        "registration_server_failure": None,
        "whatsapp_web_status": "ok",
        "whatsapp_web_failure": None,
    }


def test_whatsapp_filtered_in_parts(world: str) -> None:
    told = keys(world, "whatsapp", "a2", **WHATSAPP)
    assert told["whatsapp_endpoints_blocked"] == ["pool.example"]
    assert told["whatsapp_endpoints_status"] == "ok", "any endpoint is enough"
    assert (told["whatsapp_web_status"], told["whatsapp_web_failure"]) == ("blocked", "connection_reset")
    assert told["registration_server_status"] == "ok"


def test_a_name_of_several_endpoints_is_looked_up_once(world: str) -> None:
    lookups = found(world, "whatsapp", "a1", **WHATSAPP).measured.measuring.diary.lookups
    assert sorted(lookup.hostname for lookup in lookups) == [
        "one.chat.example",
        "pool.example",
        "two.chat.example",
        "web.chat.example",
    ]


MESSENGER = {
    "chat": (
        "tcp://one.chat.example:443",
        "tcp://two.chat.example:443",
        "tcp://web.chat.example:443",
        "tcp://pool.example:80",
        "tcp://one.chat.example:80",
        "tcp://two.chat.example:80",
        "dns://web.chat.example",
    )
}


def test_facebook_messenger_reached(world: str) -> None:
    told = keys(world, "facebook_messenger", "a1", **MESSENGER)
    assert told["facebook_dns_blocking"] is told["facebook_tcp_blocking"] is False
    assert told["facebook_b_api_dns_consistent"] is told["facebook_b_api_reachable"] is True
    assert told["facebook_stun_dns_consistent"] is True
    assert told["facebook_stun_reachable"] is None, "it is of UDP"


def test_facebook_messenger_filtered(world: str) -> None:
    told = keys(world, "facebook_messenger", "a2", **MESSENGER)
    assert told["facebook_tcp_blocking"] is True
    assert told["facebook_external_cdn_reachable"] is False
    assert told["facebook_b_api_reachable"] is True
    elsewhere = {"chat": ("tcp://news.example:443", *MESSENGER["chat"][1:6], "dns://gone.example")}
    told = keys(world, "facebook_messenger", "a1", **elsewhere)
    assert told["facebook_b_api_dns_consistent"] is False, "it is in the network of others"
    assert told["facebook_stun_dns_consistent"] is False, "it has no address"
    assert told["facebook_dns_blocking"] is True


SIGNAL = {
    "chat": ("https://one.chat.example/",),
    "storage": ("https://two.chat.example/", "https://web.chat.example/"),
    "calls": (),
}


def test_signal_reached_and_filtered(world: str) -> None:
    assert keys(world, "signal", "a1", **SIGNAL) == {"signal_backend_status": "ok", "signal_backend_failure": None}
    assert keys(world, "signal", "a2", **SIGNAL) == {
        "signal_backend_status": "blocked",
        "signal_backend_failure": "connection_reset",
    }


@pytest.mark.parametrize(("network", "tried"), [("a1", [None]), ("a2", ["generic_timeout_error", None])])
def test_addresses_are_tried_until_one_answers(world: str, network: str, tried: list[str | None]) -> None:
    made = found(world, "whatsapp", network, chat=("http://both.example/",), registration=(), web=())
    assert made.keys["whatsapp_endpoints_status"] == "ok"
    assert [connect.failure for connect in made.measured.measuring.diary.connects] == tried
