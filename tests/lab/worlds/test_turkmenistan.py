"""The injector of Turkmenistan's world has a parser of its own, which stops where resolvers read on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lab.client import Client
from tests.lab.engine.test_triggers import compressed_query
from tests.lab.talks import query
from trigpoint.lab.lab import Lab
from trigpoint.lab.world.load import load
from trigpoint.net.dns_records import address_of

if TYPE_CHECKING:
    from trigpoint.net.dns_message import Message

NAME = "twitter.example"


def addresses(replies: list[Message]) -> list[list[str | None]]:
    return [[address_of(record) for record in reply.answers] for reply in replies]


def test_a_query_with_a_compression_pointer_gets_the_true_answer_alone() -> None:
    async def main(lab: Lab) -> tuple[list[Message], list[Message]]:
        client = Client(lab.client(), lab.bundle().read_text(), lab.world.host("pub-1").addresses[0])
        return await client.ask(query(NAME)), await client.ask(compressed_query(query(NAME)))

    lab = Lab("turkmenistan", fabric="virtual")
    plain, compressed = map(addresses, lab.play(main))
    true = [lab.world.host(host).addresses[0] for host in lab.world.targets()[NAME]]
    assert plain == [["127.0.0.1"], true]
    assert compressed == [true]
    assert [entry.event.act for entry in lab.events] == ["inject"]


def test_four_of_five_connections_that_are_cut_die_by_address_after_their_handshake() -> None:
    world = load("turkmenistan")
    rows = [row for network, row in world.truths() if network == "a1" and row.target in world.targets()]
    cut = {row.target: row for row in rows if {"tls", "http"} & {node.partition(".")[0] for node in row.mechanisms}}
    by_address = [row for row in cut.values() if {"tls.timeout", "http.timeout"} & set(row.mechanisms)]
    assert round(len(by_address) / len(cut), 2) == 0.81
