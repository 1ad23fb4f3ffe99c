"""QUIC handshakes: every way in which one fails has its name, and what the peer showed is kept."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection

from tests.net.dial.quic_server import NAME, Authorities, server
from tests.net.dial.scripted import PORT, THERE, THERE6, Scripted, in_lab
from trigpoint.model.failure import Kind, kind
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.quic import RESERVED_VERSION, quic
from trigpoint.net.dial.quic_wire import QuicWire, alert_failure
from trigpoint.net.quic_initial import CryptoReader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from trigpoint.lab.lab import Lab
    from trigpoint.net.client_hello import ClientHello
    from trigpoint.net.dial.acts import Handshake


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Authorities:
    return Authorities(tmp_path_factory.mktemp("pki"))


def shaken(
    authorities: Authorities,
    protocol: Callable[[], Any] | None,
    address: str = THERE,
    **how: Any,
) -> tuple[Handshake, Diary]:
    """Shake hands in the lab with a server of the test."""

    async def main(lab: Lab) -> Diary:
        if protocol:
            await lab.stack("outside").bind(protocol, (address, PORT))
        diary = Diary()
        settings = {"server_name": NAME, "trust": authorities.trust, **how}
        stream = await quic(diary.trace("depth=0"), address, PORT, **settings)
        (act,) = diary.handshakes
        assert (stream is None) == (act.failure is not None)
        if stream:
            stream.close()
        return diary

    diary = in_lab(main)
    return diary.handshakes[0], diary


@pytest.mark.parametrize("address", [THERE, THERE6])
def test_a_handshake_is_written_down(address: str, authorities: Authorities) -> None:
    identity = authorities.identity()
    act, diary = shaken(authorities, lambda: server(identity), address)
    there = f"[{address}]:{PORT}" if ":" in address else f"{address}:{PORT}"
    assert (act.failure, act.network, act.address, act.server_name) == (None, "udp", there, NAME)
    assert (act.tls_version, act.negotiated_protocol, act.no_tls_verify) == ("TLSv1.3", "h3", False)
    assert act.cipher_suite.startswith("TLS_")
    assert len(act.peer_certificates) == len(identity.chain)
    operations = [event.operation for event in diary.network_events]
    assert operations[:3] == ["quic_handshake_start", "write_to", "read_from"]
    assert "quic_handshake_done" in operations
    assert {event.proto for event in diary.network_events} == {"udp"}
    assert {event.address for event in diary.network_events} == {there}
    assert diary.network_events[1].num_bytes == 1200


@pytest.mark.parametrize(
    ("certificate", "failure"),
    [
        ("expired", "ssl_invalid_certificate"),
        ("not_yet", "ssl_invalid_certificate"),
        ("wrong_name", "ssl_invalid_hostname"),
        ("self_signed", "ssl_unknown_authority"),
        ("unknown_ca", "ssl_unknown_authority"),
        ("incomplete", "ssl_unknown_authority"),
    ],
)
def test_a_bad_chain_is_judged_and_kept(certificate: str, failure: str, authorities: Authorities) -> None:
    identity = authorities.identity(certificate)
    act, diary = shaken(authorities, lambda: server(identity))
    assert act.failure == failure
    assert len(act.peer_certificates) == len(identity.chain)
    assert diary.network_events[-2].operation == "write_to"  # the alert, before the end
    unjudged, _ = shaken(authorities, lambda: server(identity), verify=False)
    assert (unjudged.failure, unjudged.no_tls_verify) == (None, True)


@pytest.mark.parametrize(
    ("code", "frame_type", "failure", "meaning"),
    [
        (0x128, 6, "ssl_failed_handshake", Kind.TLS_OTHER),
        (0x133, 6, "ssl_failed_handshake", Kind.TLS_OTHER),
        (0x12A, 6, "ssl_invalid_certificate", Kind.BAD_CERTIFICATE),
        (0x12E, 6, "ssl_invalid_certificate", Kind.BAD_CERTIFICATE),
        (0x130, 6, "ssl_unknown_authority", Kind.UNKNOWN_AUTHORITY),
        (0x170, 6, "ssl_invalid_hostname", Kind.WRONG_NAME),
        (0x178, 6, "unknown_failure: remote error: tls: no application protocol", Kind.TLS_ALERT),
        (0x1FF, 6, "unknown_failure: remote error: tls: alert(255)", Kind.TLS_ALERT),
        (0x2, 0, "connection_refused", Kind.REFUSED),
        (0x0, 0, "eof_error", Kind.CLOSE),
        (0xA, 0, "unknown_failure: quic: transport error 0xa (remote)", Kind.OTHER),
    ],
)
def test_how_a_server_ends_a_handshake_is_told(
    code: int, frame_type: int, failure: str, meaning: Kind, authorities: Authorities
) -> None:
    identity = authorities.identity()
    act, _ = shaken(
        authorities,
        lambda: server(identity, greeting=lambda connection: connection.close(code, frame_type, "no")),
    )
    assert act.failure == failure
    assert kind(failure) is meaning
    assert act.t < 1.0  # at once, and not after the time for which a closed connection is kept


def test_no_common_protocol_is_an_alert(authorities: Authorities) -> None:
    identity = authorities.identity()
    act, _ = shaken(authorities, lambda: server(identity, ("other",)))
    assert act.failure == "unknown_failure: remote error: tls: no application protocol"


def test_our_own_mistakes_of_the_peer_are_no_alerts_of_it() -> None:
    assert kind(alert_failure(10, is_ours=True)) is Kind.TLS_OTHER
    assert kind(alert_failure(10, is_ours=False)) is Kind.TLS_ALERT


class Garbage:
    """A certificate that is none."""

    def public_bytes(self, _: object) -> bytes:
        return b"garbage"


def test_a_certificate_that_is_none_is_a_failure(authorities: Authorities) -> None:
    identity = authorities.identity()
    for chain in ((Garbage(),), (identity.chain[0], Garbage())):
        act, diary = shaken(authorities, lambda chain=chain: server(identity._replace(chain=chain)))
        assert kind(act.failure) in {Kind.BAD_CERTIFICATE, Kind.TLS_OTHER}
        assert diary.network_events[-1].operation == "quic_handshake_done"


def test_what_the_library_stumbles_over_is_a_failure(authorities: Authorities, monkeypatch: pytest.MonkeyPatch) -> None:
    true = QuicConnection.receive_datagram

    def stumbling(self: QuicConnection, data: bytes, *rest: Any, **named: Any) -> None:
        if self.configuration.is_client:
            raise AssertionError
        true(self, data, *rest, **named)

    monkeypatch.setattr(QuicConnection, "receive_datagram", stumbling)
    act, _ = shaken(authorities, lambda: server(authorities.identity()))
    assert act.failure == "unknown_failure: quic: AssertionError"


def test_silence_is_our_own_timeout(authorities: Authorities) -> None:
    act, diary = shaken(authorities, lambda: Scripted(lambda _: []), timeout=4.0)
    assert (act.failure, act.t - act.t0) == ("generic_timeout_error", 4.0)
    assert act.peer_certificates == ()
    assert (act.tls_version, act.cipher_suite, act.negotiated_protocol) == ("", "", "")
    assert {event.operation for event in diary.network_events} == {
        "quic_handshake_start",
        "write_to",
        "quic_handshake_done",
    }


@pytest.mark.parametrize("garbage", [b"", b"\x00", b"\xff" * 1200, b"HTTP/1.1 400 Bad Request\r\n\r\n", bytes(1200)])
def test_garbage_counts_as_nothing(garbage: bytes, authorities: Authorities) -> None:
    act, diary = shaken(authorities, lambda: Scripted(lambda _: [(0.1, garbage)]), timeout=2.0)
    assert act.failure == "generic_timeout_error"
    assert "read_from" in {event.operation for event in diary.network_events}


def test_a_closed_port_is_refused(authorities: Authorities) -> None:
    act, diary = shaken(authorities, None)
    assert act.failure == "connection_refused"
    assert diary.network_events[-2].failure == "connection_refused"


def test_another_version_is_negotiated_in_vain(authorities: Authorities) -> None:
    identity = authorities.identity()
    act, _ = shaken(authorities, lambda: server(identity), version=RESERVED_VERSION)
    assert act.failure == "quic_incompatible_version"
    second, _ = shaken(authorities, lambda: server(identity), version=0x6B3343CF)  # RFC 9369
    assert second.failure is None


def heard(authorities: Authorities, **how: Any) -> tuple[ClientHello, tuple[str, int]]:
    """Give the ClientHello of a handshake, and where it came from."""
    resolver = Scripted(lambda _: [])
    shaken(authorities, lambda: resolver, timeout=0.15, **how)
    reader = CryptoReader()
    found = next(filter(None, map(reader.feed, resolver.queries)))
    return found, resolver.peers[0]


def test_the_name_and_the_protocols_are_chosen(authorities: Authorities) -> None:
    usual, _ = heard(authorities)
    assert (usual.server_name, usual.alpn) == (NAME, ("h3",))
    other, _ = heard(authorities, sni="other.example", alpn=("doq", "h3"))
    assert (other.server_name, other.alpn) == ("other.example", ("doq", "h3"))
    for none in ({"sni": ""}, {"server_name": "192.0.2.7"}, {"sni": "2001:db8::1"}):
        assert heard(authorities, **none)[0].server_name is None


def test_the_port_is_chosen(authorities: Authorities) -> None:
    _, peer = heard(authorities, local=("192.0.2.2", 40_443))
    assert peer == ("192.0.2.2", 40_443)


def test_a_name_that_tls_cannot_carry_is_a_failure(authorities: Authorities) -> None:
    act, _ = shaken(authorities, None, sni="bücher.example")
    assert act.failure == "invalid_argument"


def test_a_cancelled_handshake_is_written_down(authorities: Authorities) -> None:
    async def main(_: Lab) -> list[str | None]:
        diary = Diary()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(quic(diary.trace(), "203.0.113.99", 443, NAME, trust=authorities.trust), 0.5)
        return [act.failure for act in diary.handshakes]

    assert in_lab(main) == ["interrupted"]


def test_nothing_is_told_on_standard_error(authorities: Authorities, capfd: pytest.CaptureFixture[str]) -> None:
    shaken(authorities, lambda: server(authorities.identity()), version=RESERVED_VERSION)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("world", "name", "failure"),
    [("gfw-2024", "quick.example", "generic_timeout_error"), ("open", "news.example", None)],
)
def test_in_the_lab_names_are_filtered(world: str, name: str, failure: str | None, tmp_path: Path) -> None:
    async def main(lab: Lab) -> set[str | None]:
        diary = Diary()
        believed = Authorities(tmp_path).trust
        site = next(site for site in lab.world.sites if name in site.names)
        address = lab.world.host(site.hosts[0]).addresses[0]
        for _ in range(2):  # the first may pass, and what follows is dead
            await quic(diary.trace(), address, 443, name, trust=believed, verify=False)
        return {act.failure for act in diary.handshakes[1:]}

    assert in_lab(main, world) == {failure}


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"] if socket.has_ipv6 else ["127.0.0.1"])
def test_real_sockets_shake_hands_and_tell_that_nobody_listens(address: str, authorities: Authorities) -> None:
    async def main() -> list[str | None]:
        try:
            transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: server(authorities.identity()), (address, 0)
            )
        except OSError:
            pytest.skip(f"there is no {address} here")
        port = transport.get_extra_info("sockname")[1]
        diary = Diary()
        stream = await quic(diary.trace(), address, port, NAME, trust=authorities.trust)
        assert stream
        stream.close()
        transport.close()
        await asyncio.sleep(0)
        assert await quic(diary.trace(), address, port, NAME, trust=authorities.trust) is None
        return [act.failure for act in diary.handshakes]

    assert asyncio.run(main()) == [None, "connection_refused"]


def test_a_timer_that_comes_a_tick_early_is_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A virtual clock stands still until nothing is left to do: what is not done in time would be asked for ever."""

    async def main(lab: Lab) -> tuple[float, float]:
        transport = Mock()
        connection = QuicConnection(configuration=QuicConfiguration(is_client=True))
        wire = QuicWire(Diary().trace(), connection, THERE, PORT)
        wire.connection_made(transport)
        wire.begin()
        first = connection.get_timer()
        assert first is not None
        monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: first - 1e-12)
        wire._fire(first)
        return first, connection.get_timer() or 0.0

    first, then = in_lab(main)
    assert then > first
