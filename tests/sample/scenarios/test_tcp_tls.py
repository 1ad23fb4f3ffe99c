from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Keys = Callable[[str], dict[str, Any]]


def test_connects_fail_for_the_probe_and_succeed_for_the_control(keys: Keys) -> None:
    for name in ("tcp.reset", "tcp.refused", "tcp.timeout", "tcp.timeout.01", "tcp.two_branches"):
        assert not any(step["status"]["success"] for step in keys(name)["tcp_connect"])
        assert all(step["status"] for step in keys(name)["control"]["tcp_connect"].values())


def test_a_handshake_that_is_cut_off_has_no_certificate(keys: Keys) -> None:
    for name in ("tls.reset", "tls.timeout", "tls.close"):
        assert {step["peer_certificates"] for step in keys(name)["tls_handshakes"]} == {None}


def test_a_forged_certificate_is_kept_where_the_record_keeps_any(keys: Keys) -> None:
    assert len(keys("tls.mitm.self_signed")["tls_handshakes"][0]["peer_certificates"]) == 1
    assert len(keys("tls.mitm.ca_signed")["tls_handshakes"][0]["peer_certificates"]) == 2
    assert keys("tls.mitm.unrecorded")["tls_handshakes"][0]["peer_certificates"] is None


def _reads(keys: dict[str, Any]) -> list[dict[str, Any]]:
    last = keys["requests"][0]
    events = [event for event in keys["network_events"] if event["transaction_id"] == last["transaction_id"]]
    return [event for event in events if event["operation"] == "read" and event["t0"] >= last["t0"]]


def test_a_throttled_page_crawls_at_a_flat_rate(keys: Keys) -> None:
    *reads, end = _reads(keys("tls.throttle"))
    assert end["failure"] == "generic_timeout_error"
    rates = [read["num_bytes"] / (read["t"] - read["t0"]) for read in reads]
    assert len(reads) > 20
    assert max(rates) < 6000 < 3 * min(rates)


def test_a_frozen_page_stops_after_sixteen_kilobytes(keys: Keys) -> None:
    *reads, end = _reads(keys("tls.freeze"))
    assert sum(read["num_bytes"] for read in reads) == 16384
    assert end["failure"] == "generic_timeout_error"
