from __future__ import annotations

import pytest

from tests.lab.talks import FREE, Talk, causes, engine, query, request
from trigpoint.errors import InputError
from trigpoint.net.dns_message import parse_message
from trigpoint.net.dns_records import address_of

PORTAL = {"portal_addresses": ["192.0.2.1", "2001:db8::1"]}


@pytest.mark.parametrize("version", [4, 6])
def test_before_the_login_http_is_redirected_and_the_rest_is_cut(version: int) -> None:
    filter_ = engine({"behaviour": "captive_portal", **PORTAL})
    web = Talk(filter_, version, server_port=80)
    web.open()
    web.send(request(FREE), "request")
    web.receive(b"true page")
    assert web.lines[3].startswith("> request: drop, client gets FIN+PSH+ACK")
    assert web.lines[4] == "< data: drop"
    assert b"Location: http://portal.example/login" in web.injected(3)[0].content
    assert Talk(filter_, version).syn() == "drop, client gets RST+ACK"
    assert Talk(filter_, version, server_port=22).syn() == "drop"
    resolver = Talk(filter_, version, server_port=53)
    assert [resolver.ask(query(FREE)), resolver.answer()] == ["pass", "pass"]
    assert {cause for _, cause in causes(filter_)} == {"local.captive_portal"}


def test_dns_may_tell_of_the_portal_alone() -> None:
    filter_ = engine({"behaviour": "captive_portal", **PORTAL, "dns": "portal"})
    talk = Talk(filter_, server_port=53)
    assert talk.ask(query(FREE)) == "drop, client gets UDP"
    message = parse_message(talk.injected()[0].content)
    assert message is not None
    assert address_of(message.answers[0]) == "192.0.2.1"
    assert causes(filter_) == [("inject", "local.captive_portal")]
    assert filter_.events[0].name == FREE


def test_the_portal_may_answer_in_every_server_s_name() -> None:
    filter_ = engine({"behaviour": "captive_portal", **PORTAL, "to": "portal", "https": "divert"})
    assert [Talk(filter_, server_port=port).syn() for port in (80, 443)] == ["divert to portal"] * 2


def test_https_may_be_silent() -> None:
    filter_ = engine({"behaviour": "captive_portal", **PORTAL, "https": "drop"})
    assert Talk(filter_).syn() == "drop"


def test_after_the_login_everything_passes() -> None:
    filter_ = engine({"behaviour": "captive_portal", **PORTAL, "schedule": {"windows": [{"start": 0, "end": 60}]}})
    talk = Talk(filter_)
    talk.now = 60.0
    assert talk.open() == ["pass"] * 3


@pytest.mark.parametrize(("entry", "named"), [({"https": "divert"}, "to:"), ({"dns": "portal"}, "portal_addresses")])
def test_what_cannot_be_is_named(entry: dict, named: str) -> None:
    with pytest.raises(InputError, match=named):
        engine({"behaviour": "captive_portal", **entry})
