"""A world's parts are found by name and by address, and fit together."""

from __future__ import annotations

import msgspec
import pytest

from trigpoint.errors import InputError
from trigpoint.lab.world.load import load
from trigpoint.lab.world.truth import Truth
from trigpoint.lab.world.world import World, check
from trigpoint.model.verdict import State

OPEN = load("open")


def changed(**values: object) -> World:
    return msgspec.structs.replace(OPEN, **values)


def test_parts_are_found_by_name() -> None:
    assert OPEN.host("web-1").name == "web-1"
    assert OPEN.network("").name == OPEN.network("a1").name == "a1"
    with pytest.raises(KeyError):
        OPEN.host("nowhere")
    with pytest.raises(InputError, match="there are a1, a2"):
        OPEN.network("a9")


def test_addresses_are_in_their_networks() -> None:
    places = OPEN.places()
    assert (places["2001:db8:a1::2"], places["192.0.2.117"]) == ("a1", "a2")
    assert not {"203.0.113.10", "198.18.0.2"} & places.keys()


def test_truth_may_speak_of_sites_resolvers_and_hosts_that_echo() -> None:
    targets = OPEN.targets()
    assert targets["bücher.example"] == targets["xn--bcher-kva.example"] == ("web-1",)
    assert targets["dns-one.example"] == ("pub-1",)
    assert targets["echo"] == ("echo",)
    assert "isp-dns" not in targets


def test_a_row_without_networks_is_about_all() -> None:
    assert [network for network, row in OPEN.truths() if row.target == "shop.example"] == ["a1", "a2"]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"networks": ()}, "network: one to 4"),
        ({"networks": OPEN.networks * 3}, "network: one to 4"),
        ({"sites": (*OPEN.sites, OPEN.sites[0])}, "site.name: 'news.example' comes twice"),
        ({"hosts": OPEN.hosts[:4]}, "authority"),
        ({"truth": (Truth(target="x.example", state=State.OK),)}, "truth: target: there is no 'x.example'"),
        ({"truth": (Truth(target="echo", networks=("a9",), state=State.OK),)}, "networks: there is no 'a9'"),
        ({"truth": OPEN.truth[:1] * 2}, "https://news.example/ over IPv4 from 'a1' comes twice"),
        ({"country": "XK"}, "country"),
    ],
)
def test_parts_that_do_not_fit_are_refused_in_one_sentence(values: dict, says: str) -> None:
    with pytest.raises(InputError) as caught:
        check(changed(**values))
    assert says in str(caught.value)


def test_rows_of_different_families_stand_side_by_side() -> None:
    rows = tuple(Truth(target="echo", state=State.OK, families=(family,)) for family in (4, 6))
    check(changed(truth=rows))
