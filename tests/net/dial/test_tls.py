from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.lab.fabrics.virtual.carriers import SERVER
from tests.net.dial.peers import NAME, WHERES, Peer, has_loopback6, nothing, played
from trigpoint.net.client_hello import ClientHello, ClientHelloReader
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.failures import Failed
from trigpoint.net.dial.tcp import connect
from trigpoint.net.dial.tls import CIPHERS, TlsStream, handshake

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from trigpoint.lab.services.pki import Pki
    from trigpoint.net.dial.trust import Trust


async def _echo(peer: Peer) -> None:
    await peer.shake(peer.context("good", "h2", "http/1.1"))
    while True:
        peer.say(await peer.heard())


def _shown(certificate: str) -> Callable[[Peer], Awaitable[None]]:
    async def script(peer: Peer) -> None:
        await peer.shake(peer.context(certificate))

    return script


async def _shaken(address: str, port: int, trusted: Trust, name: str = NAME, **options: object) -> tuple:
    """Give diary and stream."""
    diary = Diary()
    trace = diary.trace()
    stream = await connect(trace, address, port)
    assert stream is not None
    return diary, await handshake(trace, stream, name, trust=trusted, **options)


@pytest.mark.parametrize("where", WHERES)
def test_what_was_agreed_on_is_written_down(where: str, pki: Pki, trusted: Trust) -> None:
    if where == "loopback6" and not has_loopback6():
        pytest.skip("no IPv6 on this machine")

    async def act(address: str, port: int) -> None:
        diary, tls = await _shaken(address, port, trusted)
        await tls.write(b"hello")
        assert await tls.read() == b"hello"
        tls.close()
        shaken = diary.handshakes[0]
        assert (shaken.failure, shaken.network, shaken.address) == (None, "tcp", tls.endpoint)
        assert (shaken.server_name, shaken.negotiated_protocol, shaken.no_tls_verify) == (NAME, "h2", False)
        assert (shaken.tls_version, shaken.cipher_suite) == ("TLSv1.3", "TLS_AES_256_GCM_SHA384")
        assert (tls.alpn, tls.network, tls.port) == ("h2", "tcp", port)
        assert len(shaken.peer_certificates) == 2
        operations = [event.operation for event in diary.network_events]
        assert operations[:4] == ["connect", "tls_handshake_start", "write", "read"]
        assert "tls_handshake_done" in operations

    played(where, _echo, act, pki)


def test_the_chain_is_what_was_sent(pki: Pki, trusted: Trust) -> None:
    async def act(address: str, port: int) -> None:
        diary, _ = await _shaken(address, port, trusted)
        sent = pki.identity((NAME, f"*.{NAME}"), (SERVER, "2001:db8:80::10"), "wrong_name").chain
        assert diary.handshakes[0].peer_certificates == tuple(one.public_bytes(Encoding.DER) for one in sent)

    played("virtual", _shown("wrong_name"), act, pki)


def test_a_bad_chain_ends_the_connection_unless_nobody_asks(pki: Pki, trusted: Trust) -> None:
    async def act(address: str, port: int) -> None:
        diary, tls = await _shaken(address, port, trusted)
        assert (tls, diary.handshakes[0].failure) == (None, "ssl_unknown_authority")
        diary, tls = await _shaken(address, port, trusted, verify=False)
        assert diary.handshakes[0].no_tls_verify
        assert diary.handshakes[0].failure is None
        assert diary.handshakes[0].peer_certificates
        tls.close()

    played("virtual", _shown("self_signed"), act, pki)


@pytest.mark.parametrize(
    ("name", "sni", "sent"),
    [
        (NAME, None, NAME),
        (NAME, "other.example", "other.example"),
        (NAME, "", None),
        (SERVER, None, None),
        (SERVER, NAME, NAME),
        (NAME, SERVER, None),
        (f"www.{NAME}", "oThEr.example", "oThEr.example"),
    ],
)
def test_the_name_asked_for_is_chosen_apart_from_the_one_judged(
    name: str, sni: str | None, sent: str | None, pki: Pki, trusted: Trust
) -> None:
    async def act(address: str, port: int) -> tuple:
        diary, tls = await _shaken(address, port, trusted, name, sni=sni)
        tls.close()
        return diary.handshakes[0]

    heard: list[ClientHello] = []

    async def script(peer: Peer) -> None:
        hello = await peer.overheard()
        found = ClientHelloReader().feed(hello)
        assert isinstance(found, ClientHello)
        assert sent is None or sent.encode() in hello  # letters as given, which the reader does not keep
        heard.append(found)
        await _echo(peer)

    shaken = played("virtual", script, act, pki)
    assert shaken.failure is None
    assert heard[0].server_name == (sent.lower() if sent else None)
    assert shaken.server_name == (sent or "")


@pytest.mark.parametrize("alpn", [(), ("http/1.1",), ("h2", "http/1.1"), ("dot",)])
def test_protocols_are_offered_as_asked(alpn: tuple[str, ...], pki: Pki, trusted: Trust) -> None:
    async def act(address: str, port: int) -> str:
        _, tls = await _shaken(address, port, trusted, alpn=alpn)
        tls.close()
        return tls.alpn

    agreed = next((protocol for protocol in alpn if protocol in {"h2", "http/1.1"}), "")
    assert played("virtual", _echo, act, pki) == agreed


def test_a_name_that_tls_cannot_carry_is_told(pki: Pki, trusted: Trust) -> None:
    async def act(address: str, port: int) -> None:
        diary, tls = await _shaken(address, port, trusted, sni="two..dots")
        assert (tls, diary.handshakes[0].failure) == (None, "invalid_argument")

    played("virtual", nothing, act, pki)


def test_time_is_for_all_of_the_handshake(pki: Pki, trusted: Trust) -> None:
    """A byte now and then does not keep it alive."""

    async def drips(peer: Peer) -> None:
        for byte in await peer.answer_hello(peer.context()):
            peer.say_plainly(bytes([byte]))
            await asyncio.sleep(1)

    async def act(address: str, port: int) -> None:
        diary, tls = await _shaken(address, port, trusted, timeout=7)
        shaken = diary.handshakes[0]
        assert (tls, shaken.failure) == (None, "generic_timeout_error")
        assert shaken.t - shaken.t0 == pytest.approx(7)

    played("virtual", drips, act, pki)


def test_what_is_interrupted_is_written_down_and_not_hidden(pki: Pki, trusted: Trust) -> None:
    async def act(address: str, port: int) -> None:
        diary = Diary()
        trace = diary.trace()
        stream = await connect(trace, address, port)
        assert stream is not None
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(handshake(trace, stream, NAME, trust=trusted), 1)
        assert diary.handshakes[0].failure == "interrupted"

    played("virtual", nothing, act, pki)


@pytest.mark.parametrize("name", CIPHERS)
def test_ciphers_of_tls_12_have_the_names_of_records(name: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers(name)
    known = next(cipher for cipher in context.get_ciphers() if cipher["name"] == name)
    for part in (known["kea"].removeprefix("kx-").upper(), "TLS_", "_WITH_"):
        assert part in CIPHERS[name]
    assert str(known["strength_bits"]) in CIPHERS[name] or "CHACHA20" in name


def test_tls_12_is_written_down_so(pki: Pki, trusted: Trust) -> None:
    async def script(peer: Peer) -> None:
        await peer.shake(peer.older())

    async def act(address: str, port: int) -> None:
        diary, tls = await _shaken(address, port, trusted)
        tls.close()
        assert diary.handshakes[0].tls_version == "TLSv1.2"
        assert diary.handshakes[0].cipher_suite in CIPHERS.values()

    played("virtual", script, act, pki)


def test_one_that_is_closed_says_so(pki: Pki, trusted: Trust) -> None:
    async def act(address: str, port: int) -> None:
        _, tls = await _shaken(address, port, trusted)
        tls.close()
        tls.close()
        with pytest.raises(Failed, match="connection_already_closed"):
            await tls.read()
        with pytest.raises(Failed, match="connection_already_closed"):
            await tls.write(b"x")

    played("virtual", _echo, act, pki)


def test_much_goes_both_ways(pki: Pki, trusted: Trust) -> None:
    async def act(address: str, port: int) -> int:
        _, tls = await _shaken(address, port, trusted)
        assert isinstance(tls, TlsStream)
        await tls.write(bytes(300_000), 60)
        count = 0
        while count < 300_000:
            count += len(await tls.read())
        tls.close()
        return count

    assert played("virtual", _echo, act, pki) == 300_000
