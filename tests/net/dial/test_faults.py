from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from tests.lab.fabrics.virtual.carriers import NOBODY, SERVER, SERVER6, Lab, Straight, run
from tests.net.dial.faults import FAULTS, Fault
from tests.net.dial.peers import NAME, WHERES, has_loopback6, nothing, played
from trigpoint.model.failure import Kind, kind
from trigpoint.net.dial.acts import Handshake, RoundTrip
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.http import fetch, request
from trigpoint.net.dial.tcp import connect
from trigpoint.net.dial.tls import handshake
from trigpoint.net.packets import IcmpError, Packet, address_bytes, icmp_error

if TYPE_CHECKING:
    from trigpoint.lab.services.pki import Pki
    from trigpoint.net.dial.trust import Trust

ALPN = {"tls": (), "https": (), "h2": ("h2",)}
OF_ONE_EVENT = {"connection_reset", "generic_timeout_error"}
"""Failures of one read or write: an event of it says so. An end is one as well, but more can follow."""
PLACES = [
    (fault, where)
    for fault, where in itertools.product(FAULTS, WHERES)
    if fault.kind is not Kind.TIMEOUT or where.startswith("virtual")  # only there does waiting cost nothing
]


async def _measure(carrier: str, trusted: Trust, address: str, port: int) -> Diary:
    diary = Diary()
    trace = diary.trace("depth=0")
    stream = opened = await connect(trace, address, port)
    assert opened is not None
    if carrier != "http":
        stream = await handshake(trace, opened, NAME, trust=trusted, alpn=ALPN[carrier])
    if stream is not None:
        if carrier != "tls":
            await fetch(trace, stream, request(f"{carrier}://{NAME}/page"))
        stream.close()
    return diary


@pytest.mark.parametrize(
    ("fault", "where"), PLACES, ids=[f"{fault.carrier}-{fault.name}-{where}" for fault, where in PLACES]
)
def test_a_fault_is_called_by_its_name_and_leaves_what_came(fault: Fault, where: str, pki: Pki, trusted: Trust) -> None:
    if where == "loopback6" and not has_loopback6():
        pytest.skip("no IPv6 on this machine")
    diary = played(where, fault.script, lambda *end: _measure(fault.carrier, trusted, *end), pki)
    act = diary.acts[-1]
    assert isinstance(act, Handshake if fault.carrier == "tls" else RoundTrip)
    assert [earlier.failure for earlier in diary.acts[:-1]] == [None] * (len(diary.acts) - 1)
    assert (act.failure or "").startswith(fault.failure or "")
    assert bool(act.failure) == bool(fault.failure)
    assert kind(act.failure) == fault.kind
    if act.failure in OF_ONE_EVENT:
        assert act.failure in {event.failure for event in diary.network_events if event.operation in {"read", "write"}}
    if isinstance(act, RoundTrip):
        body = act.response.body if act.response else None
        assert body == fault.body
        assert act.response is None or act.response.body_is_truncated == bool(fault.failure)


CERTIFICATES = [fault for fault in FAULTS if fault.failure and fault.failure.startswith("ssl_")]


@pytest.mark.parametrize("fault", CERTIFICATES, ids=[fault.name for fault in CERTIFICATES])
def test_a_bad_certificate_is_kept_with_all_that_was_agreed_on(fault: Fault, pki: Pki, trusted: Trust) -> None:
    diary = played("virtual", fault.script, lambda *end: _measure("tls", trusted, *end), pki)
    assert len(diary.handshakes[0].peer_certificates) in {1, 2}
    assert diary.handshakes[0].tls_version == "TLSv1.3"
    assert diary.handshakes[0].cipher_suite.startswith("TLS_")


async def _connected(address: str, port: int) -> Diary:
    diary = Diary()
    stream = await connect(diary.trace(), address, port)
    if stream is not None:
        stream.close()
    return diary


def _assert_connect_fails(diary: Diary, failure: str, means: Kind) -> None:
    assert [act.failure for act in diary.acts] == [failure]
    assert [(event.operation, event.failure) for event in diary.network_events] == [("connect", failure)]
    assert kind(failure) == means


@pytest.mark.parametrize("address", [SERVER, SERVER6])
def test_a_refusal_is_told(address: str) -> None:
    async def main(_: Lab) -> Diary:
        return await _connected(address, 1)

    _assert_connect_fails(run(main), "connection_refused", Kind.REFUSED)


def test_a_refusal_of_this_machine_is_told() -> None:
    async def closed(address: str, port: int) -> Diary:
        return await _connected(address, 1 if port != 1 else 2)

    _assert_connect_fails(played("loopback", nothing, closed), "connection_refused", Kind.REFUSED)


def test_silence_is_told() -> None:
    async def main(_: Lab) -> Diary:
        return await _connected(NOBODY, 443)

    diary = run(main)
    _assert_connect_fails(diary, "generic_timeout_error", Kind.TIMEOUT)
    assert diary.connects[0].t - diary.connects[0].t0 == pytest.approx(10)


def test_the_kernels_patience_is_not_the_programs() -> None:
    async def main(_: Lab) -> Diary:
        diary = Diary()
        assert await connect(diary.trace(), NOBODY, 443, timeout=1_000) is None
        return diary

    _assert_connect_fails(run(main), "timed_out", Kind.TIMEOUT)


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (IcmpError.HOST_UNREACHABLE, "host_unreachable"),
        (IcmpError.NO_ROUTE, "network_unreachable"),
        (IcmpError.TIME_EXCEEDED, "host_unreachable"),
    ],
)
def test_an_icmp_message_is_told(error: IcmpError, failure: str) -> None:
    def change(packet: Packet) -> list[tuple[float, bytes]]:
        answer = icmp_error(address_bytes("192.0.2.1"), packet.data, error)
        return [(0.0, answer)] if answer else []

    async def main(_: Lab) -> Diary:
        return await _connected(SERVER, 443)

    _assert_connect_fails(run(main, Straight(change)), failure, Kind.UNREACHABLE)


def test_a_family_without_a_route_is_told() -> None:
    async def main(lab: Lab) -> Diary:
        with lab.loop.internet.at("resolver"):
            return await _connected(SERVER6, 443)

    _assert_connect_fails(run(main), "network_unreachable", Kind.UNREACHABLE)
