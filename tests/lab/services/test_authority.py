from __future__ import annotations

import asyncio

import dns.flags
import dns.message
import dns.rcode

from tests.lab.services.clients import ask, told
from tests.lab.services.loopback import AUTHORITY, CLIENT, OTHER_CLIENT, SECOND, WEB, made, running

SITES = [
    {
        "name": "news.example",
        "hosts": ["web"],
        "views": [{"networks": ["a1"], "hosts": ["second"]}, {"networks": ["b1"], "rcode": "refused"}],
    },
    {"name": "gone.example", "hosts": ["web"], "fault": "nxdomain"},
]


def test_everybody_gets_the_answer_for_their_place_and_refusals_are_noted() -> None:
    async def run() -> None:
        async with running(made(SITES)) as lab:
            inside = await ask(lab, "news.example", at=AUTHORITY, client=CLIENT)
            assert told(inside) == [f"news.example. A {SECOND}"]
            assert inside.flags & dns.flags.AA
            assert not inside.flags & dns.flags.RA
            assert told(await ask(lab, "news.example", at=AUTHORITY, client="127.0.0.9")) == [f"news.example. A {WEB}"]
            refused = await ask(lab, "news.example", at=AUTHORITY, client=OTHER_CLIENT)
            assert refused.rcode() == dns.rcode.REFUSED
            gone = await ask(lab, "gone.example", at=AUTHORITY, by="tcp")
            assert (gone.rcode(), gone.authority[0].rdtype) == (dns.rcode.NXDOMAIN, dns.rdatatype.SOA)
            assert lab.causes == [("b1", "serve", "server.geoblock"), ("a1", "serve", "site.down")]
            assert [event.name for _, event in lab.events] == ["news.example", "gone.example"]

    asyncio.run(run())


def test_whoami_tells_who_asked_and_so_which_resolver_it_was() -> None:
    async def run() -> list[str]:
        async with running(made()) as lab:
            direct = await ask(lab, "whoami.example", at=AUTHORITY)
            return told(direct) + told(await ask(lab, "whoami.example"))

    assert asyncio.run(run()) == [f"whoami.example. A {CLIENT}", "whoami.example. A 192.0.2.53"]
