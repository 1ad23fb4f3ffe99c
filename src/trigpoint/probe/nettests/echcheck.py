"""echcheck: is a handshake cut because its ClientHello is encrypted, and for which names (ts-039, M20).

At a control server of one's own: the name in question and an innocent one in a ClientHello with an ECH extension, and
the name in question in one without. Browsers send an extension that is none (GREASE) where they have no key, and so
does this; hellos without it have as many bytes of padding. It is seen whether a TLS server answers, and no more:
Python's TLS library offers no ECH.

OONI's nettest asks the site itself, with its own name and with that of a content network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.net.dial.greeting import grease_ech, greet, padding
from trigpoint.net.dial.tcp import connect
from trigpoint.net.names import host_of
from trigpoint.probe.arms import PARTS, Arm, places, tally, tried
from trigpoint.probe.nettest import Nettest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.net.dial.diary import Trace
    from trigpoint.probe.arms import Place
    from trigpoint.probe.nettest import Keys, Measuring

_PLAIN = "plain"


async def _run(measuring: Measuring) -> Keys:
    session = measuring.session
    target = host_of(measuring.input or "") or measuring.input or ""
    chosen = places(session, session.control_servers)
    arms = [arm for place in chosen for arm in _at(place, target, session.control_name)]
    parts = await tried(measuring, arms, _greeted, layer="tls")
    return {PARTS: parts, "x_tally": tally(parts)}


def _at(place: Place, target: str, control: str) -> Iterator[Arm]:
    """Give the name in question with ECH, the innocent one with it, and the name in question without."""
    against = f"control{place.suffix}"
    yield Arm(f"target{place.suffix}", place.address, place.port, target, trigger=target, control=against)
    yield Arm(against, place.address, place.port, control)
    yield Arm(f"{_PLAIN}{place.suffix}", place.address, place.port, target, trigger=target)


async def _greeted(trace: Trace, arm: Arm) -> Keys:
    stream = await connect(trace, arm.address, arm.port)
    if stream is not None:
        ech = grease_ech()
        await greet(trace, stream, arm.value, padding(ech) if arm.name.startswith(_PLAIN) else ech)
    return {"sni": arm.value}


NETTEST = Nettest(
    name="echcheck",
    version="0.3.0",
    title="Is an encrypted ClientHello filtered",
    meaning=(
        "Greets a control server under the name in question and under an innocent one with an ECH extension, and under "
        "the name in question without. Where only the first is cut, a filter means this name together with ECH."
    ),
    source="ooni/spec ts-039-echcheck; primitive M20 of the follow-ups; RFC 9849",
    tier=2,
    takes="name",
    wants=("control_servers",),
    run=_run,
)
