"""residual: does a filter go on after its trigger, for which connections, and for how long (M15).

After a trigger at a control server, innocent requests follow at given times: from the same port (the 4-tuple), from
another (the 3-tuple of client, server and the server's port), to another port of the server, and to another server.
Each time has a trigger of its own, when the window of the one before is over, since a request may begin a window anew;
the same requests without a trigger come first. Some filters affect only a share of the connections that follow, so
there are several of each kind after one trigger. Where nothing fails soon after it, nothing will later: that is all.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from trigpoint.model.chance import CONTROLS, tries_to_see
from trigpoint.net.dial.http import fetch, request, target_of
from trigpoint.net.dial.tcp import connect
from trigpoint.net.dial.tls import handshake
from trigpoint.net.names import join_endpoint, parse_url
from trigpoint.probe.arms import OF_RESIDUE, OF_WORDS, PARTS, failure_in, places
from trigpoint.probe.nettest import STEPS, Nettest
from trigpoint.probe.residue import LONGEST_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.net.dial.tcp import Stream
    from trigpoint.probe.nettest import Keys, Measuring
    from trigpoint.probe.session import Session

TIMES = (2.0, 45.0, 75.0, 105.0, 150.0, 270.0)
"""Seconds after the trigger, where the longest window is :data:`LONGEST_SECONDS`. Windows of 60, 90, 120, 180 and 300
or 360 seconds are known, and each of these times is between two of them: at the end of one, chance would decide."""
_PORTS = range(20_000, 60_000)  # of one's own, for the connections of one 4-tuple
_MOST_REPEATS = 8
_TRIGGER, _CONTROL = "trigger", "control"
_SOON = 30.0
"""Seconds, of :data:`LONGEST_SECONDS`, in which all windows known still last."""
_TRIGGERS = tries_to_see(OF_WORDS)
"""Most triggers for one time, until one fires: of one that passes nothing is left to be seen."""
_FOLLOWING = tries_to_see(OF_RESIDUE)
"""Innocent requests from other ports after each trigger."""
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

    @property
    def name(self) -> str:
        """The name in question."""
        return parse_url(self.target).host or ""

    @property
    def trigger(self) -> tuple[str, str]:
        """How is triggered, and by which name."""
        return ("tls" if self.is_tls else "http"), self.name


async def _run(measuring: Measuring) -> Keys:
    session = measuring.session
    setting = _setting(measuring)
    if setting is None:
        return {PARTS: [], "x_residual": {}, "failure": "test_helper_missing"}
    times = _times(measuring)
    repeats = min(int(measuring.options.get("repeats") or 1), _MOST_REPEATS)
    rounds = _Rounds(measuring, setting)
    if await rounds.before():
        await rounds.after(times[0])
        if rounds.failed == {_TRIGGER} and times[0] < session.residue.seconds:  # else it was over before anybody asked
            session.residue.forget(setting.trigger)
        if rounds.failed - {_TRIGGER}:
            for time in session.shuffled([*times[1:] * repeats, *times[:1] * (repeats - 1)]):
                await rounds.after(time)
    return {PARTS: rounds.parts, "x_residual": _summary(rounds.parts), "failure": None}


def _times(measuring: Measuring) -> list[float]:
    """Give when is asked after a trigger, seconds: the earliest first."""
    asked = measuring.options.get("times") or TIMES
    return sorted({max(float(time) * _scale(measuring.session), _SETTLED_SECONDS) for time in asked})


def _scale(session: Session) -> float:
    return session.residue.seconds / LONGEST_SECONDS


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


class _Rounds:
    """Rounds of a trigger and what comes after it.

    Args:
        measuring: the measurement.
        setting: where, and what for.

    """

    def __init__(self, measuring: Measuring, setting: _Setting) -> None:
        self._measuring, self._setting = measuring, setting
        self._numbers: Counter[str] = Counter()
        self.parts: list[Keys] = []

    async def before(self) -> bool:
        """Ask innocently, when nothing is left of any trigger; tell whether the server answers at all."""
        async with self._measuring.session.residue.hold([self._setting.server[0]]):
            await self._ask(_before(self._setting), None)
        return any(part["failure"] is None for part in self.parts if part["arm"].startswith(_CONTROL))

    async def after(self, time: float) -> None:
        """Trigger until it fires, each time when the windows are over, wait, and ask innocently."""
        session, setting = self._measuring.session, self._setting
        keys = setting.server[0], setting.name
        is_soon = time <= _SOON * _scale(session)
        for _ in range(_TRIGGERS):
            port = session.random.choice(_PORTS)
            async with session.residue.hold(keys):
                trigger = _Question(_TRIGGER, *setting.server, setting.is_tls, setting.target, port)
                fired = await self._ask([trigger], time)
                session.residue.mark(keys, setting.trigger)
                await asyncio.sleep(time)
                await self._ask(_afterwards(setting, port, _FOLLOWING if is_soon else 1), time)
            if fired:
                return

    @property
    def failed(self) -> set[str]:
        """Kinds of connections of which any failed."""
        return {part["arm"].partition(".")[0] for part in self.parts if part["failure"]}

    async def _ask(self, questions: list[_Question], time: float | None) -> bool:
        """Ask all at once; tell whether any failed."""
        made = await asyncio.gather(
            *(self._asked(question, time) for question in self._measuring.session.shuffled(questions))
        )
        self.parts += made
        return any(part["failure"] for part in made)

    async def _asked(self, question: _Question, time: float | None) -> Keys:
        self._numbers[question.arm] += 1
        number = self._numbers[question.arm]
        label = question.arm if number == 1 else f"{question.arm}.{number}"
        return await _asked(self._measuring, msgspec.structs.replace(question, arm=label), time)


def _before(setting: _Setting) -> list[_Question]:
    """Give the innocent requests that those after a trigger are held against."""
    own = [_Question(_CONTROL, *setting.server, setting.is_tls, setting.control)]
    return own * CONTROLS * _FOLLOWING + _elsewhere_too(setting, "_before") * _FOLLOWING


def _afterwards(setting: _Setting, port: int, number: int) -> list[_Question]:
    """Give the innocent requests after a trigger from a port: that port can be used once."""
    own = _Question("three", *setting.server, setting.is_tls, setting.control)
    four = msgspec.structs.replace(own, arm="four", local_port=port)
    return [four, *([own, *_elsewhere_too(setting, "")] * number)]


def _elsewhere_too(setting: _Setting, when: str) -> list[_Question]:
    """Give the requests to another port of the server, and to another server, where there are any."""
    is_tls, url = setting.is_tls, setting.control
    port = [_Question(f"port{when}", *setting.other_port, not is_tls, url)] if setting.other_port else []
    server = [_Question(f"server{when}", *setting.other_server, is_tls, url)] if setting.other_server else []
    return port + server


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
        arm = part["arm"].partition(".")[0]
        when = "before" if part["after_seconds"] is None else f"{part['after_seconds']:g}"
        for kind in ("three", "four") if arm == _CONTROL else (arm.removesuffix("_before"),):
            if kind != _TRIGGER:
                found.setdefault(kind, {}).setdefault(when, []).append(part["failure"] or "ok")
    return found


NETTEST = Nettest(
    name="residual",
    version="0.3.0",
    title="Does a filter go on after its trigger, and for how long",
    meaning=(
        "Triggers a filter at a control server and then asks innocently, at several times: from the same port, from "
        "another, to another port and to another server. What still fails, and until when, tells what the filter "
        "remembers. It takes forty minutes."
    ),
    source="primitive M15 of the follow-ups; Bock et al. 2021",
    tier=2,
    takes="url",
    wants=("control_servers",),
    run=_run,
)
