from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Keys = Callable[[str], dict[str, Any]]


def test_arms_differ_in_the_name_only(keys: Keys) -> None:
    for name, failure in (("tls.reset.sni", "connection_reset"), ("tls.close.sni", "eof_error")):
        target, control = keys(name)["target"], keys(name)["control"]
        assert [arm["tls_handshakes"][0]["failure"] for arm in (target, control)] == [failure, None]
        assert target["tcp_connect"][0]["ip"] == control["tcp_connect"][0]["ip"]
        assert target["sni"] != control["sni"]


def test_an_open_name_gets_the_helpers_certificate(keys: Keys) -> None:
    handshake = keys("sni.open")["target"]["tls_handshakes"][0]
    assert handshake["failure"] == "ssl_invalid_hostname"
    assert handshake["peer_certificates"]


def test_large_hellos_are_lost_under_either_name(keys: Keys) -> None:
    for arm in ("target", "control"):
        found = keys("network.mtu")[arm]
        assert found["failure"] == "generic_timeout_error"
        assert max(event.get("num_bytes", 0) for event in found["network_events"]) > 1500


def test_one_header_or_one_word_makes_the_difference(keys: Keys) -> None:
    for name in ("http.reset.host", "http.reset.keyword"):
        last, first = keys(name)["requests"]
        assert [first["failure"], last["failure"]] == [None, "connection_reset"]
        assert first["address"] == last["address"]
    assert len({request["request"]["headers"]["Host"] for request in keys("http.reset.host")["requests"]}) == 2


def test_only_one_name_crawls(keys: Keys) -> None:
    slow, fast = keys("tls.throttle.sni.download")["requests"]
    assert slow["t"] - slow["t0"] > 20 * (fast["t"] - fast["t0"])
