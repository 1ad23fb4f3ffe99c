"""Names, looked up over each transport."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.net.dial.scripted import in_lab
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.dns import ask, identity, resolve
from trigpoint.net.dial.resolver import Resolver

if TYPE_CHECKING:
    from trigpoint.lab.lab import Lab

SYSTEM, ISP, PUBLIC = (Resolver.parse(text) for text in ("system", "udp://192.0.2.53", "udp://198.51.100.8"))


def test_a_name_has_addresses_of_both_families_in_order() -> None:
    async def main(_: Lab) -> tuple[Diary, list[tuple[str, ...]]]:
        diary = Diary()
        names = ("news.example", "nosuch.example", "192.0.2.7", "[2001:DB8::1]")
        return diary, [await resolve(diary, ISP, name, tags=("depth=0",)) for name in names]

    diary, found = in_lab(main)
    assert found == [("203.0.113.10", "2001:db8:80::10"), (), ("192.0.2.7",), ("2001:db8::1",)]
    assert [(look.query_type, look.failure, look.tags) for look in diary.lookups] == [
        ("A", None, ("depth=0",)),
        ("AAAA", None, ("depth=0",)),
        ("A", "dns_nxdomain_error", ("depth=0",)),
        ("AAAA", "dns_nxdomain_error", ("depth=0",)),
    ]
    assert len({look.transaction_id for look in diary.lookups}) == 4
    assert diary.lookups[0].t0 == diary.lookups[1].t0


def test_the_system_is_asked_once() -> None:
    async def main(_: Lab) -> tuple[int, tuple[str, ...]]:
        diary = Diary()
        found = await resolve(diary, SYSTEM, "news.example")
        return len(diary.lookups), found

    assert in_lab(main) == (1, ("2001:db8:80::10", "203.0.113.10"))


@pytest.mark.parametrize(
    ("resolver", "address"), [(ISP, "192.0.2.53"), (PUBLIC, "198.51.100.8"), (SYSTEM, "192.0.2.53")]
)
def test_the_authority_sees_who_asks(resolver: Resolver, address: str) -> None:
    async def main(_: Lab) -> str | None:
        return await identity(Diary().trace(), resolver, "a1.whoami.example")

    assert in_lab(main) == address


def test_nobody_says_who_asks() -> None:
    async def main(_: Lab) -> str | None:
        return await identity(Diary().trace(), ISP, "nosuch.example")

    assert in_lab(main) is None


def test_each_question_is_admitted_first() -> None:
    async def main(_: Lab) -> list[str]:
        admitted: list[str] = []

        async def admit(host: str) -> None:
            admitted.append(host)

        diary = Diary(admit)
        for resolver in (ISP, SYSTEM):
            await ask(diary.trace(), resolver, "news.example")
        return admitted

    assert in_lab(main) == ["192.0.2.53", ""]


def test_a_name_that_is_none_is_a_failure_and_a_type_that_is_none_a_mistake() -> None:
    async def main(_: Lab) -> str | None:
        diary = Diary()
        with pytest.raises(ValueError, match="is no type"):
            await ask(diary.trace(), ISP, "news.example", "B")
        with pytest.raises(ValueError, match="has no address yet"):
            await ask(diary.trace(), Resolver.parse("dot://dns.example"), "news.example")
        found = await ask(diary.trace(), ISP, "a" * 64 + ".example")
        assert not diary.network_events
        return found.failure

    assert in_lab(main) == "invalid_url"
