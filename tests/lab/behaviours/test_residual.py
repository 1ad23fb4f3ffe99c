"""After a hit a tuple stays blocked for a time, also for innocent names, and for nobody else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.lab.behaviours.visits import Visitor
from tests.lab.fabrics.worlds import WEB, WEB6, world
from tests.lab.test_lab import FABRICS
from trigpoint.errors import InputError, LabError
from trigpoint.lab.lab import Lab

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WINDOW = 1.5  # seconds
RESET = "connection_reset"
NEAR = {"link": {"delay_ms": 0.2}, "inside_ms": 0.5, "outside_ms": 1}
LISTED, FREE, PLAIN = "https://blocked.example/", "https://free.example/", "http://free.example/"


def told(fabric: str, residual: Mapping[str, Any]) -> tuple[list[str | None], ...]:
    """Visit a listed name, then others at the same address and port, at another port, and when it is over.

    Gives the failures in each family.
    """
    censor = {"behaviour": "tls_reset", "match": {"suffix": ["blocked.example"]}, "residual": residual}
    lab = Lab(world(censor, network=NEAR), fabric=fabric)

    async def at(address: str, visitor: Visitor) -> list[str | None]:
        see: Callable[[str], Any] = lambda url: visitor.visit(url, address)  # noqa: E731 - one line says it
        seen = [await see(FREE), await see(LISTED), *await asyncio.gather(see(FREE), see(PLAIN))]
        await asyncio.sleep(WINDOW + 0.1)
        return [each.failure for each in (*seen, await see(FREE))]

    async def main(lab: Lab) -> tuple[list[str | None], ...]:
        visitor = Visitor(lab.client(), lab.bundle().read_text(), 10)
        return tuple(await asyncio.gather(*(at(address, visitor) for address in (WEB, WEB6))))

    return lab.play(main)


@pytest.mark.parametrize("fabric", FABRICS)
def test_after_a_hit_innocent_names_at_the_same_port_are_reset_until_it_is_over(fabric: str) -> None:
    found = told(fabric, {"tuple": "3", "seconds": WINDOW})
    assert found == ([None, RESET, RESET, None, None],) * 2


def test_with_four_ends_nobody_else_is_blocked() -> None:
    assert told("virtual", {"tuple": "4", "seconds": WINDOW}) == ([None, RESET, None, None, None],) * 2


def test_with_hosts_every_port_is_blocked() -> None:
    assert told("virtual", {"tuple": "host", "seconds": WINDOW}) == ([None, RESET, RESET, RESET, None],) * 2


@pytest.mark.parametrize("fabric", FABRICS)
def test_who_attaches_anew_is_free_of_what_was_held_against_him_and_not_of_what_holds_for_everybody(
    fabric: str,
) -> None:
    async def main(lab: Lab) -> list[bool]:
        visitor = Visitor(lab.client(), lab.bundle().read_text(), 10)
        seen = [await visitor.visit(url, WEB) for url in (LISTED, PLAIN)]
        lab.reattach()
        return [each.failure is None for each in (*seen, await visitor.visit(PLAIN, WEB))]

    def reached(held: str) -> list[bool]:
        residual = {"tuple": held, "seconds": 3_600, "packets": "any"}
        censor = {"behaviour": "tls_reset", "match": {"suffix": ["blocked.example"]}, "residual": residual}
        return Lab(world(censor, network=NEAR), fabric=fabric).play(main)

    assert reached("host") == [False, False, True]
    assert reached("address") == [False, False, False]


def test_only_clients_of_a_lab_that_stands_attach_anew() -> None:
    lab = Lab(world(), fabric="virtual")
    with pytest.raises(LabError, match="does not stand"):
        lab.reattach()
    with pytest.raises(InputError, match="nowhere"):
        lab.reattach("nowhere")
