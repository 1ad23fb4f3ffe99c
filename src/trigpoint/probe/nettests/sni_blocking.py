"""sni_blocking: is it the name in the ClientHello that is filtered, or the address (ts-024, M11).

Four arms: the name in question and an innocent one, each at the control server and at the site's own address. Only at
the control server a difference shows the name to be the trigger: what a site makes of a strange name is its own taste.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.net.dial.tcp import connect
from trigpoint.net.dial.tls import handshake
from trigpoint.net.names import join_endpoint
from trigpoint.probe.nettest import STEPS, Nettest

if TYPE_CHECKING:
    from trigpoint.net.dial.diary import Diary
    from trigpoint.probe.nettest import Keys, Measuring


_RESULTS = {
    None: "success.got_server_hello",
    "connection_reset": "interference.reset",
    "eof_error": "interference.closed",
    "generic_timeout_error": "anomaly.timeout",
}  # ts-024, "result"


class _Arm(msgspec.Struct, frozen=True):
    key: str
    """Where it stands in ``test_keys``."""
    sni: str
    address: str
    port: int
    is_target: bool


async def _run(measuring: Measuring) -> Keys:
    session = measuring.session
    target, control = measuring.input or "", session.control_name
    keys: Keys = {"control_failure": None, "result": ""}
    arms = [
        arm
        for address, port in session.control_servers[:1]
        for arm in (
            _Arm("target", target, address, port, is_target=True),
            _Arm("control", control, address, port, is_target=False),
        )
    ]
    if measuring.options.get("address"):
        site = measuring.options["address"], measuring.options.get("port") or 443
        arms += [
            _Arm("x_target_at_site", target, *site, is_target=True),
            _Arm("x_control_at_site", control, *site, is_target=False),
        ]
    for arm in session.shuffled(arms):
        keys[arm.key] = await _shaken(measuring, arm)
    keys["result"] = _result(keys)
    return keys


async def _shaken(measuring: Measuring, arm: _Arm) -> dict[str, Any]:
    """Shake hands once; an arm whose name may be filtered leaves a residue behind."""
    diary = measuring.part()
    trace = diary.trace(f"sni={arm.sni}")
    async with measuring.session.residue.hold([arm.address]):
        stream = await connect(trace, arm.address, arm.port)
        if stream is not None:
            shaken = await handshake(trace, stream, arm.sni, trust=measuring.session.trust, verify=False)
            if shaken is not None:
                shaken.close()
        if arm.is_target:
            measuring.session.residue.mark(arm.address)
    return {
        "sni": arm.sni,
        "th_address": join_endpoint(arm.address, arm.port),
        "failure": _failure(diary),
        STEPS: diary,
    }


def _failure(diary: Diary) -> str | None:
    return next((act.failure for act in diary.acts if act.failure), None)


def _result(keys: Keys) -> str:
    """Say what OONI's nettest concludes from the two arms at the control server (ts-024, "result")."""
    target, control = keys.get("target"), keys.get("control")
    if target is None or control is None:
        return "anomaly.test_helper_unreachable"
    if control["failure"] is not None:
        return "anomaly.test_helper_unreachable"
    failure = target["failure"]
    names = {
        None: "success.got_server_hello",
        "connection_reset": "interference.reset",
        "eof_error": "interference.closed",
    }
    if failure == "generic_timeout_error":
        return "anomaly.timeout"
    return names.get(failure, "anomaly.unexpected_failure")


NETTEST = Nettest(
    name="sni_blocking",
    version="0.3.0",
    title="Is it the server name that is filtered",
    meaning=(
        "Shakes hands with a control server under the name in question and under an innocent one, and the same with the "
        "site's own address. Where only the name in question fails at the control server, the name is the trigger."
    ),
    source="ooni/spec ts-024-sni-blocking; OONI's two arms are `target` and `control`, the site's are ours",
    tier=2,
    takes="name",
    run=_run,
)
