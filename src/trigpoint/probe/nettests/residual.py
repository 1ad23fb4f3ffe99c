"""residual: does a filter go on after its trigger, for which connections, and for how long (M15).

After a trigger at a control server, innocent requests follow at given times: from the same port (the 4-tuple), from
another (the 3-tuple of client, server and the server's port), to another port of the server, and to another server.
Each time has a trigger of its own, when the window of the one before is over, since a request may begin a window anew;
the same requests without a trigger come first.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from trigpoint.net.dial.http import fetch, request, target_of
from trigpoint.net.dial.tcp import connect
from trigpoint.net.dial.tls import handshake
from trigpoint.net.names import join_endpoint, parse_url
from trigpoint.probe.arms import PARTS, failure_in, places
from trigpoint.probe.nettest import STEPS, Nettest
from trigpoint.probe.residue import LONGEST_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.net.dial.tcp import Stream
    from trigpoint.probe.nettest import Keys, Measuring
    from trigpoint.probe.session import Session

TIMES = (2.0, 30.0, 90.0, 180.0, 300.0)
"""Seconds after the trigger, where the longest window is :data:`LONGEST_SECONDS`; between the windows known."""
_PORTS = range(20_000, 60_000)  # of one's own, for the connections of one 4-tuple
_MOST_REPEATS = 8
_SETTLED_SECONDS = 2.0
"""Shortest time: what is still under way of one connection would end the next one of the same ports."""


class _Question(msgspec.Struct, frozen=True):
    """One connection with one request."""

    arm: str
    address: str
    port: int
    is_tls: bool
    url: str
    """What is asked for; over TLS its host is the server name, and the request is not made."""
    local_port: int = 0
    """0: any."""


class _Setting(msgspec.Struct, frozen=True):
    """Where is triggered, and what is asked for."""

    server: tuple[str, int]
    is_tls: bool
    target: str
    """URL that triggers."""
    control: str
    """URL of the innocent name."""
    other_port: tuple[str, int] | None
    other_server: tuple[str, int] | None


async def _run(measuring: Measuring) -> Keys:
    session = measuring.session
    setting = _setting(measuring)
    if setting is None:
        return {PARTS: [], "x_residual": {}, "failure": "test_helper_missing"}
    scale = session.residue.seconds / LONGEST_SECONDS
    asked = (float(time) * scale for time in measuring.options.get("times") or TIMES)
    times = dict.fromkeys(max(time, _SETTLED_SECONDS) for time in asked)
    repeats = min(int(measuring.options.get("repeats") or 1), _MOST_REPEATS)
    parts = await _round(measuring, setting, None, "")
    rounds = [(time, f".{number}" if number > 1 else "") for time in times for number in range(1, repeats + 1)]
    for time, mark in session.shuffled(rounds):
        parts += await _round(measuring, setting, time, mark)
    return {PARTS: parts, "x_residual": _summary(parts), "failure": None}


def _setting(measuring: Measuring) -> _Setting | None:
    """Choose servers of the first family that there is. None: there is no server."""
    session = measuring.session
    is_tls = measuring.options.get("layer") != "http"
    url = parse_url(measuring.input or "")
    host = url.host or measuring.input or ""
    target = f"http://{host}{target_of(url.text) if url.host else '/'}"
    own, others = session.control_servers, session.control_http
    if not is_tls:
        own, others = others, own
    chosen = places(session, own)
    if not chosen:
        return None
    server = chosen[0].address, chosen[0].port
    return _Setting(
        server=server,
        is_tls=is_tls,
        target=target,
        control=f"http://{session.control_name}/",
        other_port=next((one for one in others if one[0] == server[0]), None),
        other_server=_elsewhere(own, server),
    )


def _elsewhere(servers: Sequence[tuple[str, int]], server: tuple[str, int]) -> tuple[str, int] | None:
    """Find another server of the same family."""
    alike = (one for one in servers if one[0] != server[0] and (":" in one[0]) == (":" in server[0]))
    return next(alike, None)


async def _round(measuring: Measuring, setting: _Setting, time: float | None, mark: str) -> list[Keys]:
    """Trigger, wait, and ask innocently; None: without a trigger."""
    session = measuring.session
    port = session.random.choice(_PORTS)
    when = "before" if time is None else f"after_{time:g}"
    parts = []
    async with session.residue.hold([setting.server[0]]):
        if time is not None:
            trigger = _Question(f"trigger_{when}{mark}", *setting.server, setting.is_tls, setting.target, port)
            parts.append(await _asked(measuring, trigger, None))
            session.residue.mark(setting.server[0])
            await asyncio.sleep(time)
        questions = _innocent(setting, f"{when}{mark}", port)
        parts += await asyncio.gather(*(_asked(measuring, one, time) for one in session.shuffled(questions)))
    return parts


def _innocent(setting: _Setting, when: str, port: int) -> list[_Question]:
    server, is_tls, url = setting.server, setting.is_tls, setting.control
    questions = [
        _Question(f"four_{when}", *server, is_tls, url, port),
        _Question(f"three_{when}", *server, is_tls, url),
    ]
    if setting.other_port:
        questions.append(_Question(f"port_{when}", *setting.other_port, not is_tls, url))
    if setting.other_server:
        questions.append(_Question(f"server_{when}", *setting.other_server, is_tls, url))
    return questions


async def _asked(measuring: Measuring, question: _Question, time: float | None) -> Keys:
    """Ask once, and leave nothing of the connection behind."""
    diary = measuring.part()
    trace = diary.trace(f"arm={question.arm}")
    anywhere = "::" if ":" in question.address else "0.0.0.0"  # noqa: S104 - no server: where to come from
    local = (anywhere, question.local_port) if question.local_port else None
    stream = await connect(trace, question.address, question.port, local=local)
    if stream is not None:
        stream.end_by_reset()
        await _spoken(measuring.session, stream, question)
    return {
        "arm": question.arm,
        "endpoint": join_endpoint(question.address, question.port),
        "value": parse_url(question.url).host,
        "after_seconds": time,
        "failure": failure_in(diary),
        STEPS: diary,
    }


async def _spoken(session: Session, stream: Stream, question: _Question) -> None:
    if not question.is_tls:
        await fetch(stream.trace, stream, request(question.url))
        stream.close()
        return
    name = parse_url(question.url).host or ""
    tls = await handshake(stream.trace, stream, name, trust=session.trust, verify=False)
    if tls is not None:
        tls.close()


def _summary(parts: list[Keys]) -> dict[str, dict[str, list[str]]]:
    """Give for each kind of connection what came of it when: ``before``, or seconds after the trigger."""
    found: dict[str, dict[str, list[str]]] = {}
    for part in sorted(parts, key=lambda part: part["after_seconds"] or -1.0):
        kind, _, when = part["arm"].partition("_")
        if kind != "trigger":
            moment = when.removeprefix("after_").partition(".")[0] if "before" in when else f"{part['after_seconds']:g}"
            found.setdefault(kind, {}).setdefault(moment, []).append(part["failure"] or "ok")
    return found


NETTEST = Nettest(
    name="residual",
    version="0.1.0",
    title="Does a filter go on after its trigger, and for how long",
    meaning=(
        "Triggers a filter at a control server and then asks innocently, at several times: from the same port, from "
        "another, to another port and to another server. What still fails, and until when, tells what the filter "
        "remembers. It takes half an hour."
    ),
    source="primitive M15 of the follow-ups; Bock et al. 2021",
    tier=2,
    takes="url",
    wants=("control_servers",),
    run=_run,
)
