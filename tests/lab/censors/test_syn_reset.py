from __future__ import annotations

import pytest

from tests.lab.talks import SERVERS, Talk, causes, engine
from trigpoint.errors import InputError

MATCH = {"addresses": list(SERVERS.values()), "ports": [443]}


@pytest.mark.parametrize("version", [4, 6])
def test_three_resets_for_each_syn_with_one_sequence_number(version: int) -> None:
    filter_ = engine({"behaviour": "syn_reset", "match": MATCH, "syn": {"to": "client", "count": 3}})
    talk = Talk(filter_, version)
    assert talk.syn() == "pass" + ", client gets RST+ACK" * 3
    assert {packet.sequence for packet in talk.injected()} == {0}
    assert {packet.acknowledgement for packet in talk.injected()} == {1_001}
    assert [talk.synack(), talk.ack()] == ["pass", "pass"]
    assert causes(filter_) == [("reset", "tcp.refused")]
    assert Talk(filter_, version, server_port=8443).syn() == "pass"


def test_syn_and_synack_have_prints_of_their_own() -> None:
    window = {"rule": "increment", "low": 1980}
    late = {"rule": "increment", "low": 3293}
    filter_ = engine(
        {
            "behaviour": "syn_reset",
            "match": {"ports": [443]},
            "on": "both",
            "placement": {"direction": "both"},
            "syn": {"to": "client", "count": 3, "window": window},
            "synack": {"to": "client", "count": 3, "window": late},
        }
    )
    talk = Talk(filter_)
    talk.syn()
    assert [packet.window for packet in talk.injected()] == [1980, 1981, 1982]
    talk.synack()
    assert [packet.window for packet in talk.injected()] == [3293, 3294, 3295]


def test_in_the_path_the_syn_does_not_go_on() -> None:
    talk = Talk(
        engine(
            {
                "behaviour": "syn_reset",
                "match": MATCH,
                "drops_trigger": True,
                "placement": {"path": "in"},
                "syn": {"to": "client"},
            }
        )
    )
    assert talk.syn() == "drop, client gets RST+ACK"


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ({"match": {}}, "match: addresses or ports"),
        ({"match": MATCH, "on": "synack"}, "placement.direction"),
        ({"match": MATCH, "drops_trigger": True}, "drops_trigger"),
    ],
)
def test_what_cannot_be_is_named(entry: dict, named: str) -> None:
    with pytest.raises(InputError, match=named):
        engine({"behaviour": "syn_reset", **entry})
