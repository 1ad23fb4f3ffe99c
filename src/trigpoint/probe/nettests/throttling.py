"""throttling: is a name slow, and is it a rate or a number of bytes that is limited (M21).

Twins: the same large object from the same server at the same moment, under the name in question and under an innocent
one. A rate plateau of the first alone is throttling by name, a stop after so many bytes is a freeze; where both are
slow, it is the address or the line. Before the twins the innocent name fetches alone, twice, since some filters slow
everything down that goes to a server once they have seen a listed name. At the control server all of this is done
several times, since lines stall, too.
"""

from __future__ import annotations

import asyncio
from math import inf
from statistics import median
from typing import TYPE_CHECKING

import msgspec

from trigpoint.control.protocol import BYTES_PATH
from trigpoint.model.chance import is_shown, tries_to_see
from trigpoint.net.dial.http import fetch, request
from trigpoint.net.dial.tcp import connect
from trigpoint.net.dial.tls import handshake
from trigpoint.net.names import join_endpoint, parse_url
from trigpoint.probe.arms import OF_WORDS, PARTS, Arm, failure_in, places, sites
from trigpoint.probe.curve import curve_of, sampled
from trigpoint.probe.nettest import STEPS, Nettest

if TYPE_CHECKING:
    from trigpoint.net.dial.acts import Request
    from trigpoint.net.dial.diary import Trace
    from trigpoint.probe.arms import Place
    from trigpoint.probe.nettest import Keys, Measuring

_HTTPS = 443
_BYTES = 300_000
"""Of the object: more than any byte plateau known, and enough for a rate."""
_KEPT_BYTES = 1_024
"""Of each page: its beginning tells what it is, and dozens of whole ones would make a record too large to be read."""
_ENOUGH = tries_to_see(OF_WORDS)
TIMES_SLOWER = 8
"""Twins share the line, so each has half of it; rates made on purpose are a hundredth of it (Xue et al. 2021)."""
_SECONDS = 60.0
"""For a transfer: 300 kB at 130 kbit/s, the slowest rate known to be made on purpose (Xue et al. 2021), take 19."""


async def _run(measuring: Measuring) -> Keys:
    session = measuring.session
    url = parse_url(measuring.input or "")
    host = url.host or ""
    parts: list[Keys] = []
    for place in places(session, session.bulk_servers):
        name = f"[{place.address}]" if ":" in place.address else place.address
        bulk = f"https://{name}:{place.port}{BYTES_PATH.format(bytes=_BYTES)}"
        parts += await _series(measuring, place, host, request(bulk))
    for place in await sites(measuring, host, url.port or _HTTPS):
        parts += await _twins(measuring, place, host, request(url.text), "_at_site")
    return {PARTS: parts, "x_rates": _rates(parts), "x_stops": _stops(parts)}


async def _series(measuring: Measuring, place: Place, target: str, asked: Request) -> list[Keys]:
    """Fetch at a control server until it is settled whether the name makes a difference."""
    parts: list[Keys] = []
    for number in range(1, 2 * _ENOUGH + 1):
        parts += await _twins(measuring, place, target, asked, "", number)
        rates = {name: [_rate(one) for one in parts if _name(one) == name] for name in ("target", "before")}
        usual = median(rates["before"])
        hindered, others = ([rate * TIMES_SLOWER < usual for rate in rates[name]] for name in ("target", "before"))
        if number >= _ENOUGH and not any(hindered):
            break
        if is_shown(sum(hindered), len(hindered), sum(others), len(others)):
            break
    return parts


def _name(made: Keys) -> str:
    return str(made["arm"]).partition(".")[0].partition("_")[0]


def _rate(made: Keys) -> float:
    """Give the rate of a transfer, bytes a second: 0 where it did not end, infinite where it came at once."""
    curve = made["curve"]
    return 0.0 if curve is None or made["failure"] else curve["steady_rate"] or curve["rate"] or inf


async def _twins(
    measuring: Measuring, place: Place, target: str, asked: Request, where: str, number: int = 1
) -> list[Keys]:
    """Fetch alone under the innocent name, twice, then under both at once."""
    session = measuring.session

    def arm(name: str, value: str, number: int) -> Arm:
        mark = f".{number}" if number > 1 else ""
        return Arm(f"{name}{where}{place.suffix}{mark}", place.address, place.port, value)

    control, tried = arm("control", session.control_name, number), arm("target", target, number)
    keys = (place.address, target)
    async with session.residue.hold(keys):
        before = [
            await _transfer(measuring, arm("before", session.control_name, one), asked)
            for one in (2 * number - 1, 2 * number)
        ]
        twins = await asyncio.gather(*(_transfer(measuring, one, asked) for one in session.shuffled((tried, control))))
        session.residue.mark(keys, ("tls", target))
    return [*before, *sorted(twins, key=lambda one: str(one["arm"]))]


async def _transfer(measuring: Measuring, arm: Arm, asked: Request) -> Keys:
    diary = measuring.part()
    trace = diary.trace(f"arm={arm.name}")
    sampling = asyncio.ensure_future(sampled(trace))
    try:
        await _fetched(measuring, trace, arm, asked)
    finally:
        sampling.cancel()
    curve = curve_of(diary)
    return {
        "arm": arm.name,
        "endpoint": join_endpoint(arm.address, arm.port),
        "value": arm.value,
        "failure": failure_in(diary),
        "curve": None if curve is None else msgspec.to_builtins(curve),
        STEPS: diary,
    }


async def _fetched(measuring: Measuring, trace: Trace, arm: Arm, asked: Request) -> None:
    """Fetch over HTTP/1.1, whose transfers wait for nothing but TCP; the certificate may be for another name."""
    trust = measuring.session.trust
    stream = await connect(trace, arm.address, arm.port)
    if stream is None:
        return
    tls = await handshake(trace, stream, arm.value, trust=trust, alpn=("http/1.1",), timeout=_SECONDS, verify=False)
    if tls is not None:
        trip = await fetch(trace, tls, asked, timeout=_SECONDS, most_bytes=_BYTES)
        tls.close()
        if (answer := trip.response) is not None and len(answer.body) > _KEPT_BYTES:
            beginning = msgspec.structs.replace(answer, body=answer.body[:_KEPT_BYTES], body_is_truncated=True)
            trace.diary.amend(trip, response=beginning)


def _rates(parts: list[Keys]) -> dict[str, float | None]:
    """Give the steady rate of each arm, bytes a second. None: nothing came."""
    return {part["arm"]: part["curve"] and part["curve"]["steady_rate"] for part in parts}


def _stops(parts: list[Keys]) -> dict[str, int]:
    """Give the arms whose transfer fell silent, and how many bytes had come."""
    stops = {part["arm"]: part["curve"] and part["curve"]["stopped_at_bytes"] for part in parts}
    return {arm: stopped for arm, stopped in stops.items() if stopped is not None}


NETTEST = Nettest(
    name="throttling",
    version="0.2.0",
    title="Is a name slow, and in which way",
    meaning=(
        "Fetches the same large object from the same server at the same moment under the name in question and under an "
        "innocent one, several times, and writes down how many bytes had come when. The records tell a limited rate "
        "from a transfer that stops after so many bytes, and both from a slow line."
    ),
    source="primitive M21 of the follow-ups; Xue et al., IMC 2021; ooni/probe-cli's samples of bytes received",
    tier=2,
    takes="url",
    wants=("bulk_servers",),
    run=_run,
)
