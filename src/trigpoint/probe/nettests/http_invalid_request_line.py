"""http_invalid_request_line: does something on the path try to understand HTTP (ts-007).

Request lines that are wrong in five ways go to a server that sends back what it gets. A proxy answers in its place,
or corrects them.
"""

from __future__ import annotations

from string import ascii_letters, digits
from typing import TYPE_CHECKING

from trigpoint.net.dial.echo import Echo, echo_tcp
from trigpoint.net.dial.tcp import connect
from trigpoint.probe.arms import places
from trigpoint.probe.leaves import Text
from trigpoint.probe.nettest import Nettest

if TYPE_CHECKING:
    from random import Random

    from trigpoint.probe.arms import Place
    from trigpoint.probe.nettest import Keys, Measuring

_LETTERS = ascii_letters + digits
_LONG = 1024


async def _run(measuring: Measuring) -> Keys:
    session = measuring.session
    found = [
        await _echoed(measuring, place, line)
        for place in places(session, session.echo_servers)
        for line in session.shuffled(lines(session.random))
    ]
    return {
        "sent": [Text(echo.sent) for echo in found],
        "received": [Text(echo.received) for echo in found],
        "failure_list": [echo.failure for echo in found],
        "tampering": any(echo.is_echo is False for echo in found),
    }


def lines(random: Random) -> list[bytes]:
    """Write the five request lines of ts-007: odd method, four words, a long method, odd version, Squid's manager."""

    def word(length: int) -> str:
        return "".join(random.choices(_LETTERS, k=length))

    written = (
        f"{word(4)} / HTTP/1.1\n\r",
        f"{' '.join(word(5) for _ in range(4))}\n\r",
        f"{word(_LONG)} / HTTP/1.1\n\r",
        f"GET / HTTP/{word(3)}\n\r",
        "GET cache_object://localhost/ HTTP/1.0\n\r",
    )
    return [line.encode("ascii") for line in written]


async def _echoed(measuring: Measuring, place: Place, line: bytes) -> Echo:
    trace = measuring.diary.trace()
    stream = await connect(trace, place.address, place.port)
    if stream is None:
        return Echo(sent=line, received=b"", failure=measuring.diary.connects[-1].failure)
    echo = await echo_tcp(stream, [line])
    stream.close()
    return echo


NETTEST = Nettest(
    name="http_invalid_request_line",
    version="0.3.0",
    title="Does a proxy on the way read HTTP",
    meaning=(
        "Sends request lines that are wrong in five ways to an echo server of one's own. Whatever comes back other "
        "than it was sent comes from a proxy in the path."
    ),
    source="ooni/spec ts-007-http-invalid-request-line",
    tier=1,
    takes="nothing",
    wants=("echo_servers",),
    run=_run,
)
