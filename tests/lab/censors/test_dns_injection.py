from __future__ import annotations

import pytest

from tests.lab.talks import BLOCKED, FREE, Talk, causes, engine, outcome_text, query
from trigpoint.errors import InputError
from trigpoint.net.dns_message import AA, RA, Message, parse_message
from trigpoint.net.dns_records import address_of

POOL = ["192.0.2.91", "192.0.2.92", "192.0.2.93"]


def answers(talk: Talk, number: int = -1) -> list[Message]:
    messages = [parse_message(packet.content) for packet in talk.injected(number)]
    return [message for message in messages if message is not None]


def addresses(talk: Talk, number: int = -1) -> list[str | None]:
    return [address_of(record) for message in answers(talk, number) for record in message.answers]


def test_on_the_path_a_forged_answer_comes_before_the_true_one() -> None:
    filter_ = engine(
        {"behaviour": "dns_injection", "match": {"suffix": [BLOCKED]}, "injectors": [{"lie": {"pool": ["10.1.1.1"]}}]}
    )
    talk = Talk(filter_, server_port=53)
    talk.ask(query(), "listed")
    talk.answer(b"", "true answer")
    talk.ask(query(FREE), "free")
    assert talk.lines == ["> listed: pass, client gets UDP", "< true answer: pass", "> free: pass"]
    assert addresses(talk, 0) == ["10.1.1.1"]
    assert answers(talk, 0)[0].id == 7
    assert causes(filter_) == [("inject", "dns.injection.bogon")]


@pytest.mark.parametrize(
    ("version", "qtype", "address"), [(4, 1, "10.1.1.1"), (6, 1, "10.1.1.1"), (6, 28, "2001:db8::1")]
)
def test_in_the_path_the_query_goes_no_further(version: int, qtype: int, address: str) -> None:
    filter_ = engine(
        {
            "behaviour": "dns_injection",
            "placement": {"path": "in"},
            "suppress_original": True,
            "match": {"suffix": [BLOCKED]},
            "injectors": [{"lie": {"pool": ["10.1.1.1", "2001:db8::1"]}}],
        }
    )
    talk = Talk(filter_, version, server_port=53)
    assert talk.ask(query(qtype=qtype)) == "drop, client gets UDP"
    assert addresses(talk) == [address]


def test_suppressing_needs_the_path() -> None:
    with pytest.raises(InputError, match="suppress_original"):
        engine({"behaviour": "dns_injection", "suppress_original": True})


def test_there_must_be_an_injector() -> None:
    with pytest.raises(InputError, match="injectors"):
        engine({"behaviour": "dns_injection", "injectors": []})


def test_three_injectors_answer_by_themselves_each_with_its_print() -> None:
    injectors = [
        {
            "lie": {"pool": POOL, "authoritative": True},
            "names": {"suffix": [BLOCKED]},
            "dont_fragment": False,
            "ttl": 101,
        },
        {"lie": {"pool": POOL, "order": "random"}, "ip_id": {"rule": "mirror"}, "answers": 2},
        {"lie": {"pool": POOL}, "ttl": {"rule": "mirror"}, "delay_seconds": 0.004, "dont_fragment": False},
        {"lie": {"pool": POOL}, "names": {"suffix": ["elsewhere.example"]}},
        {"lie": {"pool": POOL}, "probability": 0.0},
    ]
    talk = Talk(engine({"behaviour": "dns_injection", "injectors": injectors}, hops=9), server_port=53, ttl=20)
    talk.ask(query())
    packets = talk.injected()
    assert [packet.ttl for packet in packets] == [101, 64, 64, 17]
    assert [packet.identification for packet in packets] == [0, 77, 77, 0]
    assert [bool(packet.data[6] & 0x40) for packet in packets] == [False, True, True, False]
    assert [bool(message.flags & AA) for message in answers(talk)] == [True, False, False, False]
    assert all(message.flags & RA for message in answers(talk))
    assert [one.delay for one in talk.outcomes[0].injections] == [0.0, 0.0, 0.0, 0.004]


def test_answers_come_in_turn_for_each_name() -> None:
    lie = {"pool": POOL, "order": "cyclic"}
    filter_ = engine({"behaviour": "dns_injection", "injectors": [{"lie": lie}]})
    seen = []
    for port in range(40_000, 40_004):
        talk = Talk(filter_, server_port=53, port=port)
        talk.ask(query())
        seen += addresses(talk)
    talk.ask(query("other.example"))
    assert seen == [*POOL, POOL[0]]
    assert addresses(talk) == [POOL[0]]


def test_the_naive_injector_answers_any_type_with_an_address() -> None:
    lie = {"pool": ["127.0.0.1"], "answers_any_type": True, "record_ttl": 300, "flags": 0x8180}
    talk = Talk(
        engine({"behaviour": "dns_injection", "match": {"substring": ["blocked"]}, "injectors": [{"lie": lie}]}),
        server_port=53,
    )
    talk.ask(query("notblocked.example", 15))
    message = answers(talk)[0]
    assert (message.flags, message.answers[0].rtype, message.answers[0].ttl, addresses(talk)) == (
        0x8180,
        1,
        300,
        ["127.0.0.1"],
    )


def test_from_outside_too_where_the_direction_says_so() -> None:
    lie = {"pool": POOL}
    filter_ = engine(
        {
            "behaviour": "dns_injection",
            "placement": {"direction": "both"},
            "injectors": [{"lie": lie}],
        }
    )
    talk = Talk(filter_, server_port=40_000, port=53)
    assert talk.answer(query(), "query from outside") == "pass, server gets UDP"
    assert outcome_text(talk.outcomes[0]) == "pass, server gets UDP"


def test_a_negative_answer_is_another_mechanism() -> None:
    filter_ = engine({"behaviour": "dns_injection", "injectors": [{"lie": {"rcode": "nxdomain"}}]})
    talk = Talk(filter_, server_port=53)
    talk.ask(query())
    assert answers(talk)[0].rcode == 3
    assert causes(filter_) == [("inject", "dns.nxdomain")]
