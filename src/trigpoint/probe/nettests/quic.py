"""quic: does QUIC to a site work, and if not, is it the name, the version, or all of UDP (M19, df-009).

The site's addresses are tried as ``web_connectivity`` tries them over TCP, and the page is asked for over HTTP/3; a
helper does the same from outside. Where that fails and repeated triggers were agreed to, the ladder follows: at a
control server the name in question, an innocent one, the innocent one right after the other (some filters let the
trigger pass and then drop all that follows), a version that nobody speaks, which every server answers; and datagrams as
large as QUIC's and small ones to an echo server.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trigpoint.net.dial.echo import echo_udp
from trigpoint.net.dial.http import request
from trigpoint.net.names import parse_url, split_endpoint
from trigpoint.probe.arms import PARTS, Arm, failure_in, places, tally, tried
from trigpoint.probe.helpers import ask_helpers, openings_of, question
from trigpoint.probe.nettest import STEPS, Nettest
from trigpoint.probe.web.lookups import Found, look_up, merged

if TYPE_CHECKING:
    from trigpoint.net.dial.acts import Handshake
    from trigpoint.net.dial.diary import Trace
    from trigpoint.net.dial.quic import QuicStream
    from trigpoint.net.names import Url
    from trigpoint.probe.helpers import Control
    from trigpoint.probe.nettest import Keys, Measuring
    from trigpoint.probe.session import Session

_HTTPS = 443
_LADDER_TIER = 2
_ALIVE = frozenset({None, "quic_incompatible_version"})
"""What says that a server answered to a version that it does not speak."""
_SIZES = {"echo": 1_200, "echo_small": 100}
"""Bytes of the datagrams to an echo server: as many as an Initial has (RFC 9000, section 14.1), and far fewer than any
filter of lengths is known to look for (1,001; Xue et al., IMC 2022)."""


async def _run(measuring: Measuring) -> Keys:
    url = parse_url(measuring.input or "")
    found = await look_up(measuring, url.host or "", 0)
    asked = question(url.text, (one.address for one in found), (url.port or _HTTPS,), quic=True)
    helping = measuring.part()
    control = await ask_helpers(measuring.session, helping, asked)
    found = merged(found, (Found(address, is_classic=False) for address in control.addresses))
    await _at_site(measuring, url, [one for one in found if one.version in measuring.session.families])
    parts = []
    if _LADDER_TIER in measuring.session.tiers and not _is_fine(measuring):
        arms = _arms(measuring.session, url.host or "")
        parts = await tried(
            measuring, arms, lambda trace, arm: _try(measuring.session, trace, arm, url.host or ""), layer="quic"
        )
    apart = {"x_helpers": {STEPS: openings_of(helping)}}
    return {**_of_control(control), **apart, "failure": _failure(measuring), PARTS: parts, "x_tally": tally(parts)}


async def _at_site(measuring: Measuring, url: Url, found: list[Found]) -> None:
    """Shake hands with every address, and ask for the page where that works."""
    residue = measuring.session.residue
    async with residue.hold([url.host, *(one.address for one in found)]):
        await asyncio.gather(*(_visit(measuring, url, one) for one in found))
        failed = {split_endpoint(act.address)[0] for act in _over_quic(measuring) if act.failure}
        if failed:
            residue.mark([url.host, *failed])


async def _visit(measuring: Measuring, url: Url, one: Found) -> None:
    from trigpoint.net.dial.http3 import fetch3  # noqa: PLC0415 - aioquic costs 100 ms, which few need

    classic = ("classic",) if one.is_classic else ()
    trace = measuring.diary.trace(*classic, "depth=0")
    stream = await _shaken(measuring.session, trace, one.address, url.port or _HTTPS, url.host or "")
    if stream is not None:
        await fetch3(trace, stream, request(url.text))
        stream.close()


async def _shaken(  # noqa: PLR0913 - what a handshake is made from
    session: Session,
    trace: Trace,
    address: str,
    port: int,
    name: str,
    *,
    verify: bool = True,
    version: int | None = None,
) -> QuicStream | None:
    from trigpoint.net.dial.quic import quic  # noqa: PLC0415 - as above

    return await quic(trace, address, port, name, trust=session.trust, verify=verify, version=version)


def _arms(session: Session, target: str) -> list[Arm]:
    control = session.control_name
    arms = [
        Arm(f"{name}{place.suffix}", place.address, place.port, value, trigger, against and f"{against}{place.suffix}")
        for place in places(session, session.control_quic)
        for name, value, trigger, against in (
            ("target", target, target, "control"),
            ("control", control, "", ""),
            ("after", control, target, "control"),
            ("version", control, "", ""),
        )
    ]
    return arms + [
        Arm(
            f"{name}{place.suffix}",
            place.address,
            place.port,
            str(size),
            control=against and f"{against}{place.suffix}",
        )
        for place in places(session, session.echo_servers)
        for (name, size), against in zip(_SIZES.items(), ("echo_small", ""), strict=True)
    ]


async def _try(session: Session, trace: Trace, arm: Arm, target: str) -> Keys:
    """Try an arm of the ladder once."""
    from trigpoint.net.dial.quic import RESERVED_VERSION  # noqa: PLC0415 - as above

    kind = arm.name.partition("_")[0]
    if kind == "echo":
        return await _echoed(trace, arm)
    names = (target, arm.value) if kind == "after" else (arm.value,)
    version = RESERVED_VERSION if kind == "version" else None
    for name in names:
        stream = await _shaken(session, trace, arm.address, arm.port, name, verify=False, version=version)
        if stream is not None:
            stream.close()
    failure = trace.diary.handshakes[-1].failure
    if kind == "version":
        return {"failure": None if failure in _ALIVE else failure, "is_alive": failure in _ALIVE}
    return {"failure": failure}


async def _echoed(trace: Trace, arm: Arm) -> Keys:
    t0 = trace.now()
    echo = await echo_udp(trace, arm.address, arm.port, bytes(int(arm.value)))
    return {
        "protocol": "udp_echo",
        "t0": t0,
        "t": trace.now(),
        "failure": echo.failure,
        "sent_bytes": len(echo.sent),
        "received_bytes": len(echo.received),
        "is_echo": echo.is_echo,
    }


def _over_quic(measuring: Measuring) -> list[Handshake]:
    """Give the handshakes with the site; resolvers may have been asked over TLS as well."""
    return [act for act in measuring.diary.handshakes if act.network == "udp"]


def _is_fine(measuring: Measuring) -> bool:
    """Tell whether every address gave the page, so that there is nothing to be explained."""
    shaken, trips = _over_quic(measuring), measuring.diary.round_trips
    return bool(trips) and len(trips) == len(shaken) and not any(act.failure for act in (*shaken, *trips))


def _failure(measuring: Measuring) -> str | None:
    """Give why no handshake worked. None: one did, or there is no address."""
    shaken = _over_quic(measuring)
    if any(act.failure is None for act in shaken):
        return None
    return shaken[0].failure if shaken else failure_in(measuring.diary)


def _of_control(control: Control) -> Keys:
    return {
        "control": control.answer or {},
        "control_failure": control.failure,
        "x_control_request": control.asked,
    }


NETTEST = Nettest(
    name="quic",
    version="0.2.0",
    title="Does QUIC work, and if not, why",
    meaning=(
        "Shakes hands over QUIC with every address of a site and asks for its page over HTTP/3, as a helper does from "
        "outside. Where that fails and repeated triggers were agreed to, it tries name, version and plain UDP at "
        "servers of one's own: what fails there tells a filter of names from one of a version, one of large datagrams "
        "and one of all UDP."
    ),
    source="ooni/spec df-009; primitive M19 of the follow-ups; Elmenhorst et al., IMC 2021; Zohaib et al. 2025",
    tier=1,
    takes="url",
    wants=("control_quic", "echo_servers"),
    run=_run,
)
