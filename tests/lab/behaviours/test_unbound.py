"""Our resolvers are held against unbound: the same client, past the same censors, sees the same of both."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.lab.behaviours.real_servers import REAL, held, moved, needs, running, write_unbound
from tests.lab.behaviours.real_servers import REAL_ADDRESSES as THEIRS
from tests.lab.behaviours.stage import Stage, world
from tests.lab.client import Pipe, Replies
from tests.lab.test_lab import needs_kernel
from trigpoint.lab.lab import Lab
from trigpoint.net.dns_message import RD, Message, Question, StreamReader, build_message, framed, parse_message
from trigpoint.net.dns_records import AAAA, CNAME, MX, OPT, SOA, TXT, A, Record

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.lab.behaviours.stage import Played
    from trigpoint.lab.stack import Stack

OURS, AUTHORITY, NAME = ("203.0.113.54", "2001:db8:80::36"), "203.0.113.53", "elsewhere.example"
QUESTIONS = {
    "addresses": (NAME, A),
    "addresses of IPv6": (NAME, AAAA),
    "capitals": (NAME.upper(), A),
    "no such name": ("nobody.example", A),
    "no such type": (NAME, MX),
    "a name with an alias": ("www.aliased.example", A),
    "the alias itself": ("www.aliased.example", CNAME),
    "a large answer": ("large.example", TXT),
    "a name that is down": ("site-down-nxdomain.example", A),
    "a zone that fails": ("site-down-servfail.example", A),
}

EDNS = (Record("", OPT, 0, b"", 4_096),)
MESSAGES = {
    **{what: Message(7, RD, (Question(name, kind),)) for what, (name, kind) in QUESTIONS.items()},
    "EDNS": Message(7, RD, (Question(NAME, A),), additional=EDNS),
    "EDNS, and no such name": Message(7, RD, (Question("nobody.example", A),), additional=EDNS),
    "EDNS, and an answer that needs it": Message(7, RD, (Question("medium.example", TXT),), additional=EDNS),
    "EDNS of a version to come": Message(
        7, RD, (Question(NAME, A),), additional=(Record("", OPT, 1 << 16, b"", 4_096),)
    ),
    "no recursion": Message(7, 0, (Question(NAME, A),)),
    "another operation": Message(7, RD | 2 << 11, (Question(NAME, A),)),
    "no question": Message(7, RD),
    "two questions": Message(7, RD, (Question(NAME, A), Question(NAME, AAAA))),
    "checking disabled": Message(7, RD | 0x10, (Question(NAME, A),)),
}

RCODE_ALONE = {"EDNS of a version to come"}  # where unbound says that it recurses, and ours does not


async def over(transport: str, stack: Stack, address: str, query: bytes) -> Message:
    """Ask over UDP or TCP."""
    if transport == "udp":
        datagrams, replies = await stack.datagrams(Replies, (address, 53))
        try:
            async with asyncio.timeout(3):
                datagrams.sendto(query)
                reply = await replies.queue.get()
        finally:
            datagrams.close()
        assert isinstance(reply, bytes)
    else:
        stream, pipe = await stack.connect(Pipe, (address, 53))
        try:
            async with asyncio.timeout(3):
                stream.write(framed(query))
                reader = StreamReader()
                while not (found := reader.feed(await pipe.read())):
                    pass
        finally:
            stream.abort()
        reply = found[0]
    message = parse_message(reply)
    assert message is not None
    return message


def gist(message: Message) -> dict[str, object]:
    """Give what two resolvers must have in common: TTLs run down, and the order of records is free."""
    return {
        "flags": hex(message.flags),
        "has EDNS": message.edns is not None,
        "questions": message.questions,
        "answers": sorted((record.name.lower(), record.rtype, record.data) for record in message.answers),
        "authority": [record.rtype for record in message.authority if record.rtype == SOA],
    }


@needs_kernel
def test_our_resolvers_are_as_unbound(tmp_path: Path, subtests: pytest.Subtests) -> None:
    needs("unbound")
    command = write_unbound(tmp_path, THEIRS, AUTHORITY)
    queries = {
        (what, transport): build_message(message) for what, message in MESSAGES.items() for transport in ("udp", "tcp")
    }

    async def main(lab: Lab) -> tuple[list[Played], list[list[Message]]]:
        async with running(lab._fabric, command, THEIRS[0], 53):
            plays = await Stage(lab, 1.0, 40).play(moved({"dns", "dns-tcp"}))
            found = []
            for (_, transport), query in queries.items():
                asked = (over(transport, lab.client(), address, query) for address in (*OURS, *THEIRS))
                found.append(list(await asyncio.gather(*asked)))
        return plays, found

    plays, found = Lab(world(vacant=REAL), fabric="kernel").play(main)
    held(plays, subtests)
    for (what, transport), messages in zip(queries, found, strict=True):
        with subtests.test(what=what, transport=transport):
            told = [message.rcode if what in RCODE_ALONE else gist(message) for message in messages]
            assert told == [told[-1]] * 4
