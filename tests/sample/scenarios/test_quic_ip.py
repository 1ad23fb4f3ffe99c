from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Keys = Callable[[str], dict[str, Any]]


def test_arms_of_quic_differ_in_one_thing(keys: Keys) -> None:
    for trigger in ("sni", "version", "size"):
        first, second = keys(f"quic.timeout.{trigger}")["quic_handshakes"]
        assert [first["failure"], second["failure"]] == ["generic_timeout_error", None]
        assert first["address"] == second["address"]
        assert (first["server_name"] == second["server_name"]) is (trigger != "sni")
        assert first["tags"] != second["tags"]


def test_a_site_without_quic_is_reached_over_tcp_and_the_control_completes_both(keys: Keys) -> None:
    found = keys("quic.timeout")
    assert found["requests"][0]["response"]["code"] == 200
    assert {step["failure"] for step in found["quic_handshakes"]} == {"generic_timeout_error"}
    assert all(step["status"] for step in found["control"]["quic_handshake"].values())


def test_pings_are_answered_or_not(keys: Keys) -> None:
    assert all(ping["responses"] for ping in keys("quicping.answered")["pings"])
    assert not any(ping["responses"] for ping in keys("quicping.silent")["pings"])


def test_in_a_shutdown_nothing_answers(keys: Keys) -> None:
    found = keys("ip.shutdown.daily-herald")
    outcomes = {query["failure"] for query in found["queries"]}
    assert outcomes | {step["status"]["failure"] for step in found["tcp_connect"]} == {"generic_timeout_error"}
    assert found["control_failure"]


def test_a_null_route_covers_every_site_of_the_prefix(keys: Keys) -> None:
    names = [f"ip.prefix_null_route.{site}" for site in ("tunnel-lamp", "union-hall", "hill-clinic", "border-stories")]
    steps = [step for name in names for step in keys(name)["tcp_connect"]]
    assert {step["ip"].rsplit(".", 1)[0] for step in steps} == {"11.64.9"}
    assert not any(step["status"]["success"] for step in steps)


def test_an_allowlist_lets_a_government_site_through(keys: Keys) -> None:
    assert keys("ip.allowlist.tax-counter")["requests"]
    assert not keys("ip.allowlist.photo-wall")["requests"]
