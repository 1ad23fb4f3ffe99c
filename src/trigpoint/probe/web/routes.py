"""How far packets go towards addresses that were silent here and not for the helper: on the way, or at the server.

A server that turns a country away without a word looks like a null route. Routers tell them apart: they answer as far
as to the server, or as far as to where packets vanish. What is far is told by the way to a control server. (A filter
that drops only what comes back looks like the server; the judge knows.)
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from trigpoint.net.dial.route import route
from trigpoint.net.names import join_endpoint

if TYPE_CHECKING:
    from trigpoint.net.dial.acts import Connect, Hop
    from trigpoint.probe.helpers import Control
    from trigpoint.probe.nettest import Keys, Measuring

TRACES = "x_traces"
"""Key of the traces in ``test_keys``: one entry for each address, with ``arm`` (``target`` or ``control``),
``address``, and ``hops``; of each hop the fields of all acts, ``port``, and ``ttl``, the hops that the datagram could
live for."""

_SILENCE = frozenset({"generic_timeout_error", "timed_out"})


async def traces(measuring: Measuring, connects: list[Connect], control: Control) -> Keys:
    """Trace what was silent here and not there, and a control server of the same family beside it.

    Args:
        measuring: the measurement.
        connects: its connections.
        control: what the helper said of the same.

    Returns:
        The key to be added; nothing where there is nothing to trace.

    """
    silent = _silent(connects, control)
    servers = [address for address, _ in measuring.session.control_servers if address not in silent]
    arms: list[tuple[str, str]] = []
    for version in (4, 6):
        targets = [address for address in silent if _version(address) == version]
        controls = [address for address in servers if _version(address) == version][:1] if targets else []
        arms += [("target", address) for address in targets] + [("control", address) for address in controls]
    made = await asyncio.gather(*(_trace(measuring, arm, address) for arm, address in arms))
    return {TRACES: made} if made else {}


def _silent(connects: list[Connect], control: Control) -> list[str]:
    """Give the addresses that never answered, and to which the helper connected at the same port."""
    told = (control.answer or {}).get("tcp_connect")
    outside = told if isinstance(told, dict) else {}
    answered = {act.ip for act in connects if act.failure not in _SILENCE}
    found: dict[str, None] = {}
    for act in connects:
        there = outside.get(join_endpoint(act.ip, act.port))
        if act.ip not in answered and isinstance(there, dict) and there.get("status") is True:
            found[act.ip] = None
    return list(found)


async def _trace(measuring: Measuring, arm: str, address: str) -> Keys:
    hops = await route(measuring.part().trace(f"arm={arm}"), address)
    return {"arm": arm, "address": address, "hops": [_plain(hop) for hop in hops]}


def _plain(hop: Hop) -> Keys:
    fields = msgspec.structs.asdict(hop)
    return {name: fields[name] for name in ("ttl", "port", "failure", "t0", "t", "transaction_id")}


def _version(address: str) -> int:
    return 6 if ":" in address else 4
