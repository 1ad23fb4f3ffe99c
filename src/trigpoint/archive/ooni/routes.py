"""How far packets went: the key ``x_traces`` of ``web_connectivity``, as trigpoint's probe writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.archive.ooni.fit import fitted
from trigpoint.archive.ooni.raw import RawRoute
from trigpoint.archive.ooni.recorder import PROBE, transaction_of
from trigpoint.archive.ooni.values import failure_of, text
from trigpoint.model.step import Datagram
from trigpoint.net.names import canonical_address, port_number

if TYPE_CHECKING:
    from trigpoint.archive.ooni.recorder import Recorder

_HERE = "/test_keys/x_traces"


def add_routes(recorder: Recorder, routes: object) -> None:
    """Read the traces: each datagram is one of the protocol ``trace``, marked ``arm=NAME`` and ``ttl=HOPS``."""
    for number, item in enumerate(routes if isinstance(routes, list) else ()):
        if (route := fitted(item, RawRoute)) is not None:
            _add_route(recorder, route, f"{_HERE}/{number}")


def _add_route(recorder: Recorder, route: RawRoute, pointer: str) -> None:
    address = canonical_address(route.address or "")
    arm = "_".join((text(route.arm) or "target").split())
    for number, hop in enumerate(route.hops or ()):
        if hop is None or hop.ttl is None or address is None:
            continue
        recorder.steps.append(
            Datagram(
                step=len(recorder.steps),
                pointer=f"{pointer}/hops/{number}",
                vantage=PROBE,
                transaction=transaction_of(hop),
                started=hop.t0,
                ended=hop.t,
                tags=f"arm={arm} ttl={hop.ttl}",
                failure=failure_of(hop.failure),
                protocol="trace",
                address=address,
                port=None if hop.port is None else port_number(hop.port),
            )
        )
