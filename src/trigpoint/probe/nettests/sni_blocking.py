"""sni_blocking: is it the name in the ClientHello that is filtered, or the address (ts-024, M11).

Four arms: the name in question and an innocent one, each at the control server and at the site's own address. Only at
the control server a difference shows the name to be the trigger: what a site makes of a strange name is its own taste.
Where only the name in question at the site's own address fails, it is name and address together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.net.names import host_of
from trigpoint.probe.arms import PARTS, Arm, named, places, shaking, sites, tally, tried
from trigpoint.probe.nettest import Nettest

if TYPE_CHECKING:
    from trigpoint.probe.arms import Place
    from trigpoint.probe.nettest import Keys, Measuring

_HTTPS = 443
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
    parts = await tried(measuring, arms, shaking(session), layer="tls")
    keys = {arm: _as_ooni(one) for arm in ("target", "control") if (one := named(parts, arm)) is not None}
    others = [one for one in parts if one["arm"] not in keys]
    return {**keys, "result": _result(keys), PARTS: others, "x_tally": tally(parts)}


def _pair(place: Place, where: str, target: str, control: str) -> tuple[Arm, Arm]:
    """Give the name in question and the innocent one at one place."""
    return (
        Arm(f"target{where}", place.address, place.port, target, trigger=target, control=f"control{where}"),
        Arm(f"control{where}", place.address, place.port, control),
    )


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
    version="0.5.0",
    title="Is it the server name that is filtered",
    meaning=(
        "Shakes hands with a control server under the name in question and under an innocent one, and the same with "
        "the site's own address. Where only the name in question fails at the control server, the name is the trigger; "
        "where it fails at the site's address alone, it is name and address together."
    ),
    source="ooni/spec ts-024-sni-blocking; OONI's two arms are `target` and `control`, those at the site are ours",
    tier=2,
    takes="name",
    wants=("control_servers",),
    run=_run,
)
