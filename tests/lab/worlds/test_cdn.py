"""What the world of a content delivery network shows besides its rows: whom it gives what, and how much it varies."""

from __future__ import annotations

import asyncio
import ipaddress
from itertools import pairwise

from tests.lab.client import Client, Fetched
from trigpoint.lab.lab import Lab

APART = 30.0
"""Seconds after which resolvers ask again."""
WORLD = "cdn-geo-dns"


def test_resolvers_give_one_to_six_of_forty_addresses_in_three_networks() -> None:
    async def main(lab: Lab) -> dict[str, list[set[str]]]:
        found: dict[str, list[set[str]]] = {}
        for place, resolver in (("inside", "192.0.2.53"), ("outside", "198.51.100.8")):
            client = Client(lab.client(), lab.bundle().read_text(), resolver)
            for _ in range(30):
                for name in ("video.example", "photos.example", "store.example", "cloud.example"):
                    found.setdefault(f"{name} {place}", []).append(set((await client.resolve(name))[0]))
                await asyncio.sleep(APART)
        return found

    lab = Lab(WORLD, fabric="virtual")
    found = lab.play(main)
    edges = [lab.world.host(f"edge-{number}") for number in (1, 2, 3)]
    all_of_them = {
        address for edge in edges for address in edge.addresses if ipaddress.ip_address(address).version == 4
    }
    assert len(all_of_them) == 40
    assert len({edge.asn for edge in edges}) == 3
    assert {len(addresses) for answers in found.values() for addresses in answers} == {1, 5, 6}
    assert len(set.union(*found["video.example inside"])) == 15
    assert not set.union(*found["video.example inside"]) & set.union(*found["video.example outside"])
    turns = [
        next(edge.asn for edge in edges if answer <= set(edge.addresses)) for answer in found["photos.example inside"]
    ]
    assert all(one != other for one, other in pairwise(turns))
    assert len(set(turns)) == 3


def test_a_name_has_three_certificates_and_all_are_valid() -> None:
    async def main(lab: Lab) -> list[Fetched]:
        client = Client(lab.client(), lab.bundle().read_text(), "192.0.2.53")
        return [await client.fetch("https://photos.example/") for _ in range(6)]

    fetched = Lab(WORLD, fabric="virtual").play(main)
    assert [each.step for each in fetched] == [""] * 6
    assert len({each.certificate for each in fetched}) == 3


def test_an_edge_abroad_redirects_or_lets_wait_whom_it_does_not_serve() -> None:
    async def main(lab: Lab) -> list[tuple[int, str, str | None]]:
        client = Client(lab.client(), lab.bundle().read_text(), "192.0.2.53")
        abroad = Client(lab.control(), lab.bundle().read_text(), "198.51.100.8")
        found = []
        for name in ("paper.example", "tickets.example"):
            there = (await abroad.resolve(name))[0]
            for asking, addresses in ((client, ()), (abroad, ()), (client, there)):
                fetched = await asking.fetch(f"https://{name}/", addresses=addresses)
                found.append((fetched.status, fetched.step, fetched.failure))
        return found

    lab = Lab(WORLD, fabric="virtual")
    assert lab.play(main) == [
        (200, "", None),
        (200, "", None),
        (301, "", None),
        (200, "", None),
        (200, "", None),
        (0, "tls", "generic_timeout_error"),
    ]
    assert {entry.event.cause for entry in lab.events} == {"server.geoblock"}
