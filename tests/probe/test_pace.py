"""What is slow, and what is not: in acts made by hand, and in the lab."""

from __future__ import annotations

import asyncio

import pytest

from tests.probe.lab import made
from trigpoint.net.dial.acts import Act, Connect, Handshake, Request, Response, RoundTrip
from trigpoint.net.dial.diary import Diary
from trigpoint.probe.followups import follow_ups
from trigpoint.probe.pace import slow_acts
from trigpoint.probe.words import sentences


def _is_slow(way: float, act: type[Act], seconds: float, **fields: object) -> bool:
    async def main() -> bool:
        diary = Diary()
        diary.acts = [
            Connect(t0=0.0, t=way, transaction_id=1, ip="192.0.2.1", port=443),
            act(t0=way, t=way + seconds, transaction_id=1, network="tcp", address="192.0.2.1:443", **fields),
        ]
        return bool(list(slow_acts(diary)))

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("way", "seconds", "failure", "expected"),
    [
        (0.05, 6.0, None, True),
        (0.05, 0.2, None, False),
        (0.9, 6.0, None, False),
        (0.05, 10.0, "generic_timeout_error", False),
    ],
)
def test_a_handshake_is_slow_if_the_way_is_not(way: float, seconds: float, failure: str | None, expected: bool) -> None:
    assert _is_slow(way, Handshake, seconds, failure=failure, server_name="a.example") is expected


@pytest.mark.parametrize(
    ("seconds", "size", "failure", "expected"),
    [
        (4.0, 80_000, None, True),
        (1.0, 80_000, None, False),
        (4.0, 2_000, None, False),
        (4.0, 400_000, None, False),
        (10.0, 16_000, "generic_timeout_error", True),
        (10.0, 16_000, "connection_reset", False),
    ],
)
def test_a_page_is_slow_by_its_rate_or_where_it_stops(
    seconds: float, size: int, failure: str | None, expected: bool
) -> None:
    fields = {
        "failure": failure,
        "alpn": "h2",
        "request": Request(url="https://a.example/"),
        "response": Response(code=200, body=bytes(size)),
    }
    assert _is_slow(0.05, RoundTrip, seconds, **fields) is expected


@pytest.mark.parametrize(
    ("world", "url", "seed"),
    [
        ("tspu", "https://twitter.example/", 1),
        ("tspu", "https://hosted.example/", 0),
        ("turkey", "https://instagram.example/", 0),
    ],
)
def test_what_is_slowed_down_is_followed_by_twins(world: str, url: str, seed: int) -> None:
    measured = made("web_connectivity", world, url, seed=seed).measured
    assert "throttling" in {one.nettest for one in follow_ups(url, measured.signs)}
    assert any("slowly" in sentence for sentence in sentences(measured)), "and whoever measures is told"


@pytest.mark.parametrize("world", ["open", "cdn-geo-dns"])
def test_where_nothing_is_slowed_down_nothing_is_slow(world: str) -> None:
    signs = made("web_connectivity", world, "https://files.example/").measured.signs
    assert "pace" not in {sign.layer for sign in signs}
