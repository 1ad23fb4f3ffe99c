"""sni_blocking: is it the name in the ClientHello that is filtered, or the address (ts-024, M11).

Four arms: the name in question and an innocent one, each at the control server and at the site's own address. Only at
the control server a difference shows the name to be the trigger: what a site makes of a strange name is its own taste.
Where only the name in question at the site's own address fails, it is name and address together.

Where the name in question fails at the control server, two more arms there tell what else would be cut: a name made up
at random, new each time, which is on nobody's list, and a hello without a name. Where the made-up name fails as well,
what passes is a list; where nothing passes, not even the hello without a name, it is no filter of names.
"""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING

import msgspec

from trigpoint.net.names import host_of
from trigpoint.probe.arms import OF_LISTS, PARTS, Arm, named, places, shaking, sites, tally, tried
from trigpoint.probe.nettest import Nettest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from trigpoint.net.dial.diary import Trace
    from trigpoint.probe.arms import Act, Place
    from trigpoint.probe.nettest import Keys, Measuring
    from trigpoint.probe.session import Session

_HTTPS = 443
_MADE_UP, _NAMELESS = "made_up", "nameless"
_NOBODYS = ".invalid"
"""No name below it will ever be anybody's (:rfc:`6761`, section 6.4). A name below the one in question may be filtered
with it, and one below the innocent name may be on the same list."""
_LEAST_LETTERS, _MOST_LETTERS = 8, 63  # of a label (:rfc:`1035`, section 2.3.4)
_UNREACHABLE = "anomaly.test_helper_unreachable"
_RESULTS = {
    None: "success.got_server_hello",
    "connection_reset": "interference.reset",
    "eof_error": "interference.closed",
    "generic_timeout_error": "anomaly.timeout",
}
"""What OONI's nettest says for a failure of the name in question (ooni/probe-cli, sniblocking)."""


async def _run(measuring: Measuring) -> Keys:
    session = measuring.session
    target = host_of(measuring.input or "") or measuring.input or ""
    at_control = places(session, session.control_servers)
    at_site = await sites(measuring, target, _HTTPS)
    arms = [
        arm
        for where, chosen in (("", at_control), ("_at_site", at_site))
        for place in chosen
        for arm in _pair(place, f"{where}{place.suffix}", target, session.control_name)
    ]
    arms += [arm for place in at_control for arm in _beside(place)]
    parts = await tried(measuring, arms, _shaking(session), layer="tls")
    keys = {arm: _as_ooni(one) for arm in ("target", "control") if (one := named(parts, arm)) is not None}
    others = [one for one in parts if one["arm"] not in keys]
    return {**keys, "result": _result(keys), PARTS: others, "x_tally": tally(parts)}


def _pair(place: Place, where: str, target: str, control: str) -> tuple[Arm, Arm]:
    """Give the name in question and the innocent one at one place."""
    return (
        Arm(f"target{where}", place.address, place.port, target, trigger=target, control=f"control{where}"),
        Arm(f"control{where}", place.address, place.port, control),
    )


def _beside(place: Place) -> Iterator[Arm]:
    """Give a name made up and none at all, which are on no list of what is cut: no window is waited for."""
    target, control = f"target{place.suffix}", f"control{place.suffix}"
    for name, value in ((_MADE_UP, _NOBODYS), (_NAMELESS, "")):
        label = f"{name}{place.suffix}"
        yield Arm(label, place.address, place.port, value, control=control, share=OF_LISTS, after=target)


def _shaking(session: Session) -> Act:
    """Give the act that shakes hands under the arm's value, or under another made-up name each time."""
    shake = shaking(session)

    async def act(trace: Trace, arm: Arm) -> Keys:
        is_made_up = arm.name.startswith(_MADE_UP)
        name = made_up(session.control_name, session.random) if is_made_up else arm.value
        return await shake(trace, msgspec.structs.replace(arm, value=name))

    return act


def made_up(like: str, random: Random) -> str:
    """Make up a name that nobody has, as long as another: the two hellos then differ in the name alone.

    >>> from random import Random
    >>> len(made_up("control.example.org", Random(1))), made_up("a.example", Random(1))[8:]
    (19, '.invalid')

    Args:
        like: the other name; where it is very short or long, it is as long as there is room for chance and for a label.
        random: where the letters come from.

    """
    letters = max(len(like) - len(_NOBODYS), _LEAST_LETTERS)
    return "".join(random.choices(ascii_lowercase, k=min(letters, _MOST_LETTERS))) + _NOBODYS


def _as_ooni(one: Keys) -> Keys:
    """Name the keys of an arm as ts-024 does."""
    known = {key: value for key, value in one.items() if key not in {"arm", "endpoint", "value"}}
    return {"th_address": one["endpoint"], **known}


def _result(keys: Keys) -> str:
    target, control = keys.get("target"), keys.get("control")
    if target is None or control is None or control["failure"] is not None:
        return _UNREACHABLE
    return _RESULTS.get(target["failure"], "anomaly.unexpected_failure")


NETTEST = Nettest(
    name="sni_blocking",
    version="0.6.0",
    title="Is it the server name that is filtered",
    meaning=(
        "Shakes hands with a control server under the name in question and under an innocent one, and the same with "
        "the site's own address. Where only the name in question fails at the control server, the name is the trigger; "
        "where it fails at the site's address alone, it is name and address together. Where it failed at the "
        "control server, a name made up at random and none at all are tried there, too: where these fail, all that is "
        "not on a list is cut, or it is no filter of names."
    ),
    source="ooni/spec ts-024-sni-blocking; OONI's two arms are `target` and `control`, the others are ours; "
    "primitive M11 of the follow-ups",
    tier=2,
    takes="name",
    wants=("control_servers",),
    run=_run,
)
