"""Steps: the closed set, and the key that each shares."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from trigpoint.model.step import DnsAnswer, DnsLookup, Handshake, Step, StepKey, TcpConnect, Vantage

KINDS = get_args(Step)
KEY = [field.name for field in msgspec.structs.fields(StepKey)]


def _leaves(kind: type) -> set[type]:
    return set.union(*(_leaves(below) for below in kind.__subclasses__())) if kind.__subclasses__() else {kind}


def test_the_closed_set_is_every_kind_of_step() -> None:
    assert set(KINDS) == _leaves(StepKey)
    assert Handshake not in KINDS


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_step_begins_with_the_key(kind: type[msgspec.Struct]) -> None:
    assert [field.name for field in msgspec.structs.fields(kind)][: len(KEY)] == KEY


def test_what_was_not_given_is_not_recorded() -> None:
    step = TcpConnect(step=0, pointer="", vantage=Vantage.PROBE, address="192.0.2.1", port=443)
    assert (step.failure, step.transaction, step.started) == (None, None, None)


def test_a_lookup_survives_json() -> None:
    answer = DnsAnswer(number=0, answer_type="A", address="192.0.2.1")
    lookup = DnsLookup(
        step=1, pointer="/test_keys/queries/0", vantage="probe", hostname="a.example", answer_count=1, answers=(answer,)
    )
    assert msgspec.json.decode(msgspec.json.encode(lookup), type=DnsLookup) == lookup


def test_a_step_cannot_be_changed() -> None:
    step = TcpConnect(step=0, pointer="", vantage="probe", address="192.0.2.1", port=443)
    with pytest.raises(AttributeError):
        step.port = 80  # type: ignore[misc]


def test_a_step_made_by_position_is_the_one_made_by_name() -> None:
    by_name = TcpConnect(step=3, pointer="/p", vantage="probe", hop=1, address="192.0.2.1", port=443, annotated_asn=7)
    assert TcpConnect(3, "/p", "probe", 1, None, None, None, None, None, "192.0.2.1", 443, 7) == by_name
