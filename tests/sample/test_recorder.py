# ruff: noqa: S311 - a seeded source, as the sample itself takes
from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from trigpoint.sample.pages import Page
from trigpoint.sample.recorder import Ask, End, Exchange, Recorder, Reply


def recorder() -> Recorder:
    return Recorder(random.Random(1))


@given(st.lists(st.floats(0, 20, allow_nan=False), max_size=20))
def test_time_never_runs_backwards(waits: list[float]) -> None:
    clock = recorder()
    moments = [clock.wait(seconds) for seconds in waits]
    assert all(start <= end for start, end in moments)
    assert [end for _, end in moments] == sorted(end for _, end in moments)


def test_steps_of_one_connection_share_its_transaction() -> None:
    steps = recorder()
    end = End("11.64.7.10", 443, "daily-herald.example")
    steps.begin("depth=0")
    assert steps.connect(end)
    assert steps.handshake(end, ("AAAA",))
    steps.fetch(end, Exchange("https://daily-herald.example/", Page("<p>")))
    keys = steps.keys()
    together = [*keys["tcp_connect"], *keys["tls_handshakes"], *keys["requests"], *keys["network_events"]]
    assert {step["transaction_id"] for step in together} == {1}
    assert {tuple(step["tags"]) for step in together} == {("depth=0",)}
    assert keys["tls_handshakes"][0]["tls_version"] == "TLSv1.3"


def test_a_failed_handshake_has_no_version_and_no_bytes_read() -> None:
    steps = recorder()
    steps.begin()
    assert not steps.handshake(End("11.64.7.10", 443, "a.example"), (), "connection_reset")
    (handshake,) = steps.tls_handshakes
    assert (handshake["failure"], handshake["tls_version"]) == ("connection_reset", "")
    reads = [event for event in steps.network_events if event["operation"] == "read"]
    assert [event["failure"] for event in reads] == ["connection_reset"]


def test_a_refused_connect_is_told() -> None:
    steps = recorder()
    assert not steps.connect(End("3100::1", 80), "connection_refused")
    assert steps.tcp_connect[0]["status"] == {"blocked": True, "failure": "connection_refused", "success": False}
    assert steps.network_events[0]["address"] == "[3100::1]:80"


def test_an_answer_without_the_asked_type_is_no_answer() -> None:
    steps = recorder()
    steps.lookup(Ask("udp", "11.153.0.53:53", ("A", "AAAA")), "a.example", Reply(("11.64.7.10",)))
    assert [query["failure"] for query in steps.queries] == [None, "dns_no_answer"]
    assert all(query["raw_response"] for query in steps.queries)


def test_silence_has_no_raw_response() -> None:
    steps = recorder()
    steps.lookup(Ask("udp", "11.153.0.53:53", ("A",)), "a.example", Reply(failure="generic_timeout_error"))
    assert "raw_response" not in steps.queries[0]


def test_a_quic_handshake_that_times_out_repeats_its_datagram() -> None:
    steps = recorder()
    steps.begin()
    assert not steps.quic(End("11.64.7.10", 443, "a.example", "h3"), (), "generic_timeout_error", 1357)
    sizes = [event["num_bytes"] for event in steps.network_events if event["operation"] == "write_to"]
    assert sizes == [1357] * 3
    assert steps.quic(End("11.64.7.10", 443, "a.example", "h3"), ("AAAA",))
    assert steps.quic_handshakes[1]["network"] == "udp"
