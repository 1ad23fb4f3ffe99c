from __future__ import annotations

import pytest

from tests.lab.censors.test_random_traffic import NOISE
from tests.lab.talks import Talk, engine, hello
from trigpoint.errors import InputError

POOL = ["198.51.100.200", "2001:db8:b0::200"]
ENTRY = {"behaviour": "active_probe", "pool": POOL, "probes": 1}
TOR = {"regex": [r"^www\.[a-z2-7]{8,20}\."]}


def opened(filter_: object, now: float, port: int, server_port: int = 443, server: str = "") -> list[str]:
    """What becomes of another client's handshake."""
    talk = Talk(filter_, port=port, server_port=server_port, server=server)  # type: ignore[arg-type]
    talk.now = now
    return talk.open()


def triggered(entry: dict, payload: bytes = NOISE, **path: object) -> object:
    filter_ = engine({**ENTRY, **entry}, **path)
    talk = Talk(filter_)
    talk.open()
    assert talk.send(payload) == "pass, server gets SYN", "the trigger itself passes"
    return filter_


@pytest.mark.parametrize(
    ("entry", "payload"),
    [
        ({}, NOISE),
        ({"trigger": "prefix", "prefix": "00010203"}, b"\x00\x01\x02\x03 and more"),
        ({"trigger": "hello", "match": TOR}, hello("www.k3jd7qv2xq4w.com")),
        ({"trigger": "payload", "match": {"ports": [443]}}, b"plain"),
    ],
    ids=["random", "prefix", "hello", "payload"],
)
def test_each_trigger_brings_probers_and_then_the_port_is_dead_for_everybody(entry: dict, payload: bytes) -> None:
    filter_ = triggered(entry, payload)
    assert opened(filter_, 899.0, 40_001) == ["pass"] * 3
    assert opened(filter_, 901.0, 40_002) == ["drop"] * 3
    assert opened(filter_, 901.0, 40_003, server_port=80) == ["pass"] * 3
    assert opened(filter_, 901.0, 40_003, server="203.0.113.77") == ["pass"] * 3
    assert {(event.act, event.cause) for event in filter_.events} == {  # type: ignore[attr-defined]
        ("probe", "tcp.timeout"),
        ("drop", "tcp.timeout"),
    }


@pytest.mark.parametrize(
    ("entry", "payload"),
    [({}, hello()), ({"trigger": "prefix", "prefix": "00ff"}, NOISE), ({"trigger": "hello", "match": TOR}, hello())],
)
def test_what_looks_otherwise_brings_nobody(entry: dict, payload: bytes) -> None:
    filter_ = engine({**ENTRY, **entry})
    talk = Talk(filter_)
    talk.open()
    assert talk.send(payload) == "pass"
    assert opened(filter_, 1_000.0, 40_001) == ["pass"] * 3


def test_the_whole_address_may_die_and_each_try_begins_its_twelve_hours_anew() -> None:
    residual = {"tuple": "address", "seconds": 43_200, "action": "drop-both", "starts_after_seconds": 10}
    filter_ = triggered({"residual": {**residual, "refresh": True}}, time_scale=0.1)
    assert opened(filter_, 0.9, 40_001, 80) == ["pass"] * 3
    for now in (1.1, 4_000.0, 8_000.0):
        assert opened(filter_, now, 40_002, 80) == ["drop"] * 3
    assert opened(filter_, 13_000.0, 40_003, 80) == ["pass"] * 3


def test_hits_on_ports_escalate_to_the_address() -> None:
    escalation = {"hits": 2, "counts": "address", "within_seconds": 600, "seconds": 3_600}
    residual = {"tuple": "port", "seconds": 60, "action": "drop-both", "escalation": escalation}
    filter_ = triggered({"residual": residual})
    assert opened(filter_, 1.0, 40_001, 8443) == ["pass"] * 3
    talk = Talk(filter_, port=40_002, server_port=8443)  # type: ignore[arg-type]
    talk.now = 2.0
    assert talk.send(NOISE) == "pass, server gets SYN"
    assert opened(filter_, 3.0, 40_003, 22) == ["drop"] * 3
    assert opened(filter_, 3_603.0, 40_004, 22) == ["pass"] * 3


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"pool": ["x"]}, "pool: "),
        ({"trigger": "prefix"}, "prefix: "),
        ({"trigger": "prefix", "prefix": "xy"}, "prefix: "),
        ({"trigger": "prefix", "prefix": "0"}, "prefix: "),
        ({"prefix": "00"}, "prefix: "),
        ({"kinds": ["R9"]}, "kinds"),
        ({"kinds": []}, "kinds"),
        ({"lengths": [{"remainders": [16]}]}, "lengths"),
        ({"residual": {"action": "same"}}, "residual.action: "),
        ({"residual": {"action": "drop-both", "escalation": {"hits": 0}}}, "residual.escalation.hits"),
    ],
)
def test_what_cannot_be_is_named(wrong: dict, named: str) -> None:
    with pytest.raises(InputError, match=named):
        engine({**ENTRY, **wrong})


def test_without_a_residual_nothing_is_blocked() -> None:
    filter_ = triggered({"residual": None})
    assert opened(filter_, 1_000.0, 40_001) == ["pass"] * 3


@pytest.mark.parametrize(("size", "hits"), [(159, False), (160, True), (300, True), (301, False)])
def test_the_size_of_the_first_payload_may_count(size: int, hits: bool) -> None:
    filter_ = engine({**ENTRY, "trigger": "payload", "min_bytes": 160, "max_bytes": 300})
    Talk(filter_).send(bytes(size))
    assert bool(filter_.events) == hits


CLASSES = [{"low": 160, "high": 263, "remainders": [9]}, {"low": 384, "high": 700, "remainders": [2]}]


@pytest.mark.parametrize(
    ("size", "hits"), [(153, False), (169, True), (170, False), (265, False), (386, True), (393, False), (706, False)]
)
def test_lengths_are_told_apart_by_their_remainder_after_16(size: int, hits: bool) -> None:
    filter_ = engine({**ENTRY, "trigger": "payload", "lengths": CLASSES})
    Talk(filter_).send(bytes(size))
    assert bool(filter_.events) == hits


def test_some_payloads_of_other_remainders_are_suspect_all_the_same() -> None:
    filter_ = engine({**ENTRY, "trigger": "payload", "lengths": [{**CLASSES[0], "others": 0.25}]})
    for port in range(40_000, 40_400):
        Talk(filter_, port=port).send(bytes(170))
    assert 60 <= len(filter_.events) <= 140


@pytest.mark.parametrize(("payload", "hits"), [(bytes(range(200)), True), (b"ab" * 100, False)])
def test_entropy_may_count(payload: bytes, hits: bool) -> None:
    filter_ = engine({**ENTRY, "trigger": "payload", "entropy_above": 7.0})
    Talk(filter_).send(payload)
    assert bool(filter_.events) == hits
