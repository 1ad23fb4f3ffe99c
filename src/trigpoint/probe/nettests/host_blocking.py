"""host_blocking: is it the name of the host, or a word in the path, that a filter of HTTP looks at (M12, M13).

At a control server of one's own: the name in question, an innocent one, and where the URL has a path that path under
the innocent name. At the site's own address: its own name, and the innocent one. What differs at the control server
differs by what was asked alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.net.dial.http import fetch, request, target_of
from trigpoint.net.dial.tcp import connect
from trigpoint.net.names import parse_url
from trigpoint.net.titles import title_of
from trigpoint.probe.arms import PARTS, Arm, Place, places, sites, tally, tried
from trigpoint.probe.nettest import Nettest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.net.dial.diary import Trace
    from trigpoint.probe.nettest import Keys, Measuring

_HTTP = 80
_MOST_BYTES = 1 << 16


async def _run(measuring: Measuring) -> Keys:
    session, control = measuring.session, measuring.session.control_name
    url = parse_url(measuring.input or "")
    host, target = url.host or "", target_of(url.text)
    port = url.port if url.scheme == "http" and url.port else _HTTP
    at_control = places(session, session.control_http)
    at_site = await sites(measuring, host, port) if url.scheme == "http" else ()
    arms = [arm for place in at_control for arm in _at_control(place, host, control, target)]
    for place in at_site:
        arms.append(_arm("target_at_site", place, host, target, is_trigger=True))
        arms.append(_arm("control_at_site", place, control, "/", is_trigger=False))

    async def ask(trace: Trace, arm: Arm) -> Keys:
        stream = await connect(trace, arm.address, arm.port)
        if stream is None:
            return {"status": None, "title": None}
        trip = await fetch(trace, stream, request(arm.value), most_bytes=_MOST_BYTES)
        stream.close()
        answer = trip.response
        return {"status": answer and answer.code, "title": answer and title_of(answer.body)}

    parts = await tried(measuring, arms, ask)
    return {PARTS: parts, "x_tally": tally(parts), "x_statuses": _statuses(parts)}


def _at_control(place: Place, host: str, control: str, target: str) -> Iterator[Arm]:
    yield _arm("target", place, host, "/", is_trigger=True)
    yield _arm("control", place, control, "/", is_trigger=False)
    if target != "/":
        yield _arm("target_path", place, control, target, is_trigger=True)


def _arm(name: str, place: Place, host: str, target: str, *, is_trigger: bool) -> Arm:
    port = "" if place.port == _HTTP else f":{place.port}"
    return Arm(f"{name}{place.suffix}", place.address, place.port, f"http://{host}{port}{target}", is_trigger)


def _statuses(parts: list[Keys]) -> dict[str, list[int | None]]:
    """Give the status of each try, arm by arm: a page in place of the server's is no failure."""
    found: dict[str, list[int | None]] = {}
    for part in parts:
        found.setdefault(part["arm"].partition(".")[0], []).append(part["status"])
    return found


NETTEST = Nettest(
    name="host_blocking",
    version="0.1.0",
    title="Is it the name of the host or a word in the path that is filtered",
    meaning=(
        "Asks a control server over HTTP for its first page under the name in question and under an innocent one, and "
        "for the path in question under the innocent name; and the site's own address under both names. A reset, "
        "silence or another page for one of them alone at the control server shows what the filter looks at."
    ),
    source="primitives M12 and M13 of the follow-ups; Clayton et al., PET 2006; Rambert et al., WWW 2021",
    tier=2,
    takes="url",
    wants=("control_http",),
    run=_run,
)
