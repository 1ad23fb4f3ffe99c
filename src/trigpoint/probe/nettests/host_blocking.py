"""host_blocking: is it the name of the host, or a word in the path, that a filter of HTTP looks at (M12, M13).

At a control server of one's own: the name in question, an innocent one, and where the URL has a path that path and one
of the same shape, both under the innocent name. At the site's own address: its own name, and the innocent one. What
differs at the control server differs by what was asked alone. Before that it looks who signs for the innocent name over
TLS: where a program of a device or an office does, what differs may be its owner's wish.
"""

from __future__ import annotations

import re
from string import ascii_lowercase
from typing import TYPE_CHECKING

from trigpoint.net.dial.http import fetch, request, target_of
from trigpoint.net.dial.tcp import connect
from trigpoint.net.names import parse_url
from trigpoint.net.titles import title_of
from trigpoint.probe.arms import PARTS, Arm, Place, part, places, shaking, sites, tally, tried
from trigpoint.probe.nettest import Nettest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from trigpoint.net.dial.diary import Trace
    from trigpoint.probe.nettest import Keys, Measuring
    from trigpoint.probe.session import Session

_HTTP = 80
_MOST_BYTES = 1 << 16


async def _run(measuring: Measuring) -> Keys:
    session, control = measuring.session, measuring.session.control_name
    url = parse_url(measuring.input or "")
    host, target = url.host or "", target_of(url.text)
    port = url.port if url.scheme == "http" and url.port else _HTTP
    at_control = places(session, session.control_http)
    at_site = await sites(measuring, host, port) if url.scheme == "http" else ()
    like = like_it(target, session.random)
    arms = [arm for place in at_control for arm in _at_control(place, host, control, (target, like))]
    for place in at_site:
        arms.append(_arm("target_at_site", place, host, target, trigger=host, control="control_at_site"))
        arms.append(_arm("control_at_site", place, control, "/"))

    async def ask(trace: Trace, arm: Arm) -> Keys:
        stream = await connect(trace, arm.address, arm.port)
        if stream is None:
            return {"status": None, "title": None}
        trip = await fetch(trace, stream, request(arm.value), most_bytes=_MOST_BYTES)
        stream.close()
        answer = trip.response
        return {"status": answer and answer.code, "title": answer and title_of(answer.body)}

    signed = [await part(measuring, arm, shaking(session)) for arm in _signed(session)]
    parts = await tried(measuring, arms, ask, layer="http", outcome=_outcome)
    return {PARTS: signed + parts, "x_tally": tally(parts), "x_statuses": _statuses(parts)}


def _signed(session: Session) -> list[Arm]:
    """Give the innocent name at the first control server that speaks TLS."""
    chosen = places(session, session.control_servers)[:1]
    return [Arm(f"tls_control{place.suffix}", place.address, place.port, session.control_name) for place in chosen]


def _at_control(place: Place, host: str, control: str, paths: tuple[str, str]) -> Iterator[Arm]:
    yield _arm("target", place, host, "/", trigger=host, control="control")
    yield _arm("control", place, control, "/")
    target, like = paths
    if target != "/":
        yield _arm("target_path", place, control, target, trigger=host, control="control_path")
        yield _arm("control_path", place, control, like)


def like_it(target: str, random: Random) -> str:
    """Write another path and query of the same shape: a server answers alike to two that it does not know.

    >>> from random import Random
    >>> len(like_it("/a/falun?q=1", Random(1))), like_it("/a/falun?q=1", Random(1))[::2][:2]
    (12, '//')
    """
    return re.sub(r"%[0-9A-Fa-f]{2}|[A-Za-z]", lambda found: _letters(random, len(found[0])), target)


def _letters(random: Random, number: int) -> str:
    return "".join(random.choices(ascii_lowercase, k=number))


def _outcome(made: Keys) -> object:
    """Tell answers of one's own server apart; what a site answers to a strange name is its taste."""
    own = () if "_at_site" in made["arm"] else (made["status"], made["title"])
    return made["failure"], *own


def _arm(name: str, place: Place, host: str, target: str, trigger: str = "", control: str = "") -> Arm:
    port = "" if place.port == _HTTP else f":{place.port}"
    against = control and f"{control}{place.suffix}"
    url = f"http://{host}{port}{target}"
    return Arm(f"{name}{place.suffix}", place.address, place.port, url, trigger, against)


def _statuses(parts: list[Keys]) -> dict[str, list[int | None]]:
    """Give the status of each try, arm by arm: a page in place of the server's is no failure."""
    found: dict[str, list[int | None]] = {}
    for one in parts:
        found.setdefault(one["arm"].partition(".")[0], []).append(one["status"])
    return found


NETTEST = Nettest(
    name="host_blocking",
    version="0.2.0",
    title="Is it the name of the host or a word in the path that is filtered",
    meaning=(
        "Asks a control server over HTTP for its first page under the name in question and under an innocent one, and "
        "for the path in question and one like it under the innocent name; and the site's own address under both "
        "names. A reset, silence or another page for one of them alone at the control server shows what the filter "
        "looks at."
    ),
    source="primitives M12 and M13 of the follow-ups; Clayton et al., PET 2006; Rambert et al., WWW 2021",
    tier=2,
    takes="url",
    wants=("control_http",),
    run=_run,
)
