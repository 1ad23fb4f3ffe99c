"""Flows that no censor means pass as if there were no censor: names, addresses and ports of any kind, at any time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lab.behaviours.cases import RESOLVER, Seen, Visit
from tests.lab.behaviours.stage import CASES, Stage, world
from tests.lab.behaviours.standing import standing
from trigpoint.lab.lab import Lab

if TYPE_CHECKING:
    from collections.abc import Iterator

Flow = tuple[Visit, int]
SECONDS = 10.0  # of virtual time
LISTED = sorted(
    {
        case.guilty.url.partition("://")[2].partition("/")[0].partition(":")[0]
        for case in CASES
        if case.censor and case.network == "a1"
    }
)
LABELS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=20)
names = st.one_of(
    LABELS.map("n{}.example".format),
    st.sampled_from(LISTED).map("not{}".format),  # no suffix: it begins inside a label
    st.sampled_from(LISTED).map("{}.test".format),
    st.sampled_from(["elsewhere.example", "tls-reset-free.example", "quic-drop-free.example"]),
)
ports = st.sampled_from(["", "", "", ":81", ":8443", ":53", ":22", ":65535"])


def flows(hosts: list[str], families: tuple[int, ...] = (4, 6)) -> st.SearchStrategy[list[Flow]]:
    """Draw flows that are made at once."""
    at_hosts = st.builds(
        lambda scheme, name, port, host: Visit(f"{scheme}://{name}{port}/", host),
        st.sampled_from(["https", "http", "h3", "dot"]),
        names,
        ports,
        st.sampled_from(hosts),
    )
    texts = st.builds(
        lambda scheme, port, host: Visit(f"{scheme}://x.example:{port}/", host),
        st.sampled_from(["tcp", "text"]),
        st.integers(1, 65_535),
        st.sampled_from(hosts),
    )
    queries = st.builds(
        lambda scheme, name: Visit(f"{scheme}://{name}/", RESOLVER), st.sampled_from(["dns", "dns-tcp"]), names
    )
    kinds = [at_hosts, texts] + ([queries] if RESOLVER in hosts else [])
    return st.lists(st.tuples(st.one_of(kinds), st.sampled_from(families)), min_size=1, max_size=5)


MEANT_BY_NONE = {
    "a1": flows(["web", "exempt", "steady", "authority", RESOLVER]),
    "a2": flows(["exempt"]),
    "a3": flows(["web", "exempt", "steady", RESOLVER], (4,)),
    "a4": flows(["exempt"]),
}


class Twins:
    """One world with all censors, and the same without any."""

    def __init__(self, labs: tuple[Lab, Lab], runners: tuple[asyncio.Runner, asyncio.Runner]) -> None:
        self._labs, self._runners = labs, runners

    def see(self, network: str, wanted: list[Flow]) -> tuple[list[Seen], list[Seen]]:
        """Make flows in both."""

        async def made(lab: Lab) -> list[Seen]:
            stage = Stage(lab, SECONDS, at_once=8)
            return list(
                await asyncio.gather(*(stage.visit(visit, family, network, SECONDS) for visit, family in wanted))
            )

        first, second = (runner.run(made(lab)) for lab, runner in zip(self._labs, self._runners, strict=True))
        return first, second

    def acts(self) -> int:
        """Count what censors did."""
        return sum(entry.event.behaviour not in {"site", "resolver"} for entry in self._labs[0].events)


@pytest.fixture(scope="module")
def twins() -> Iterator[Twins]:
    labs = Lab(world(), fabric="virtual"), Lab(world(is_free=True), fabric="virtual")
    with standing(labs[0]) as first, standing(labs[1]) as second:
        yield Twins(labs, (first, second))


def plain(seen: Seen) -> Seen:
    """Leave out what clocks round."""
    return msgspec.structs.replace(seen, seconds=round(seen.seconds, 4))


@pytest.mark.parametrize("network", MEANT_BY_NONE)
@settings(max_examples=60)
@given(data=st.data())
def test_flows_that_no_censor_means_are_as_in_a_world_without_censors(
    twins: Twins, network: str, data: st.DataObject
) -> None:
    wanted = data.draw(MEANT_BY_NONE[network])
    before = twins.acts()
    censored, free = twins.see(network, wanted)
    assert list(map(plain, censored)) == list(map(plain, free))
    assert twins.acts() == before


def test_the_two_worlds_differ_for_those_who_are_meant(twins: Twins) -> None:
    before = twins.acts()
    censored, free = twins.see("a1", [(Visit("https://tls-reset.example/"), 4)])
    assert [seen.failure for seen in (*censored, *free)] == ["connection_reset", None]
    assert twins.acts() > before
