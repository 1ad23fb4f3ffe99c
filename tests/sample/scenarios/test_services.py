from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Keys = Callable[[str], dict[str, Any]]

from trigpoint.reference.services import SERVICES


def test_telegram_tries_its_documented_access_points(keys: Keys) -> None:
    tried = {step["ip"] for step in keys("telegram.ok")["tcp_connect"]}
    assert set(SERVICES["telegram/chat"].addresses) <= tried
    assert not any(step["status"]["success"] for step in keys("telegram.chat_silent")["tcp_connect"][:-1])


def test_whatsapp_and_signal_ask_for_their_documented_names(keys: Keys) -> None:
    for service, name in (("whatsapp/chat", "whatsapp.ok"), ("signal/chat", "signal.reset")):
        assert set(SERVICES[service].hosts) <= {query["hostname"] for query in keys(name)["queries"]}


def test_tor_reaches_most_or_none(keys: Keys) -> None:
    reached = [
        sum(t["failure"] is None for t in keys(f"tor.{state}")["targets"].values()) for state in ("ok", "blocked")
    ]
    assert reached == [9, 0]


def test_a_resolver_is_asked_where_none_listens(keys: Keys) -> None:
    queries = [ping["query"] for ping in keys("dnsping.insufficient")["pings"]]
    assert {query["resolver_address"] for query in queries} == {"11.153.0.200:53"}
    assert all(query["answers"] for query in queries)


def test_only_the_greased_handshake_is_reset(keys: Keys) -> None:
    plain, greased = keys("echcheck.ok")["tls_handshakes"]
    assert ("echconfig" in plain, plain["failure"]) == (False, None)
    assert (greased["echconfig"], greased["failure"]) == ("GREASE", "connection_reset")


def test_tunnels_say_whether_they_opened(keys: Keys) -> None:
    assert keys("openvpn.ok")["success"]
    assert not keys("openvpn.insufficient")["success"]
    assert not keys("vanilla_tor.insufficient")["success"]
    assert keys("psiphon.ok")["bootstrap_time"] > 0


def test_request_lines_come_back_and_header_fields_do_not(keys: Keys) -> None:
    lines = keys("http_invalid_request_line.ok")
    assert lines["sent"] == lines["received"]
    assert "Via" in keys("http_header_field_manipulation.ok")["requests"][0]["response"]["body"]
