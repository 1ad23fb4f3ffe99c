"""random_payload: are flows cut whose first bytes look like nothing, or like no protocol that is allowed (M29).

Bytes that look random, printable text, and what looks like TLS go to an echo server of one's own, several times, in
random order. Filters of fully encrypted traffic meet the first alone; lists of allowed protocols meet the first two.
Each flow sends two messages, since some boxes judge by the first two packets.
"""

from __future__ import annotations

from string import ascii_letters, digits
from typing import TYPE_CHECKING

from trigpoint.net.dial.echo import echo_tcp
from trigpoint.net.dial.tcp import connect
from trigpoint.net.names import canonical_address, parse_url
from trigpoint.probe.arms import OF_BYTES, PARTS, Arm, places, sites, tally, tried
from trigpoint.probe.nettest import Nettest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from trigpoint.net.dial.diary import Trace
    from trigpoint.probe.arms import Place
    from trigpoint.probe.nettest import Keys, Measuring

_BYTES = 201
"""Of a message: long enough for the rules of Wu et al. 2023, which look at the share of bits and of printable bytes,
and of a length that brings probers (Alice et al. 2020: 16 n + 9 up to 383)."""
_RECORD = b"\x16\x03\x01"  # type and version of a TLS record with a handshake (RFC 8446, section 5.1)


def random_bytes(random: Random) -> bytes:
    """Give bytes of which about half the bits are set, and which begin with none that is printable.

    >>> from random import Random
    >>> len(random_bytes(Random(1))), random_bytes(Random(1))[0] > 0x7F
    (201, True)
    """
    return bytes([random.randrange(0x80, 0x100)]) + random.randbytes(_BYTES - 1)


def printable(random: Random) -> bytes:
    """Give letters and digits, which filters of random bytes let through."""
    return "".join(random.choices(ascii_letters + digits, k=_BYTES)).encode("ascii")


def like_tls(random: Random) -> bytes:
    """Give random bytes in the frame of a TLS record."""
    return _RECORD + (_BYTES - 5).to_bytes(2, "big") + random.randbytes(_BYTES - 5)


PAYLOADS: Mapping[str, Callable[[Random], bytes]] = {
    "random": random_bytes,
    "printable": printable,
    "tls_like": like_tls,
}
"""What is sent, by the name of its arm."""
_FRAMED = "tls_like"
"""What filters of either kind let pass."""


async def _run(measuring: Measuring) -> Keys:
    random = measuring.session.random
    arms = [
        Arm(
            f"{kind}{place.suffix}",
            place.address,
            place.port,
            kind,
            trigger="random" if kind == "random" else "",
            control="" if kind == _FRAMED else f"{_FRAMED}{place.suffix}",
        )
        for place in await _servers(measuring)
        for kind in PAYLOADS
    ]

    async def send(trace: Trace, arm: Arm) -> Keys:
        make = PAYLOADS[arm.value]
        t0 = trace.now()
        stream = await connect(trace, arm.address, arm.port)
        if stream is None:
            return {"protocol": "tcp_echo", "t0": t0, "t": trace.now(), "sent_bytes": 0, "received_bytes": 0}
        echo = await echo_tcp(stream, [make(random), make(random)])
        stream.close()
        return {
            "protocol": "tcp_echo",
            "t0": t0,
            "t": trace.now(),
            "failure": echo.failure,
            "sent_bytes": len(echo.sent),
            "received_bytes": len(echo.received),
            "is_echo": echo.is_echo,
        }

    parts = await tried(measuring, arms, send, share=OF_BYTES)
    return {PARTS: parts, "x_tally": tally(parts)}


async def _servers(measuring: Measuring) -> tuple[Place, ...]:
    """Give the echo server of the input, ``tcp://HOST:PORT/``, or one's own."""
    session = measuring.session
    url = parse_url(measuring.input) if measuring.input else None
    if url is None or url.host is None or url.port is None:
        return places(session, session.echo_servers)
    address = canonical_address(url.host)
    return places(session, [(address, url.port)]) if address else await sites(measuring, url.host, url.port)


NETTEST = Nettest(
    name="random_payload",
    version="0.2.0",
    title="Are flows cut that look like nothing",
    meaning=(
        "Sends random bytes, printable text and bytes in the frame of TLS to an echo server of one's own, several "
        "times in random order. Where the random ones alone fail, flows that look like no protocol are cut."
    ),
    source="primitive M29 of the follow-ups; Wu et al., USENIX Security 2023; Alice et al., IMC 2020; Bock et al. 2020",
    tier=3,
    takes="url",
    wants=("echo_servers",),
    run=_run,
)
