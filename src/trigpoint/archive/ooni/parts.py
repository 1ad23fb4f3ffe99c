"""Parts of a record that have steps of their own: each try of each arm, as trigpoint's probe writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.archive.ooni.fit import fitted
from trigpoint.archive.ooni.raw import RawPart
from trigpoint.archive.ooni.recorder import PROBE, Scope
from trigpoint.archive.ooni.steps import add_query, add_steps
from trigpoint.archive.ooni.values import failure_of, text
from trigpoint.model.step import Datagram
from trigpoint.net.names import split_endpoint

if TYPE_CHECKING:
    from trigpoint.archive.ooni.raw import RawCurve
    from trigpoint.archive.ooni.recorder import Recorder

_HERE = "/test_keys/x_parts"


def add_parts(recorder: Recorder, parts: object) -> None:
    """Read the parts. Their steps are marked ``arm=NAME`` and belong to no redirect chain."""
    for number, item in enumerate(parts if isinstance(parts, list) else ()):
        if (part := fitted(item, RawPart)) is None:
            continue
        pointer = f"{_HERE}/{number}"
        arm = "_".join((text(part.arm) or "part").split())
        scope = Scope(pointer, f"arm={arm}", is_chain=False)
        add_steps(recorder, part, scope)
        late = Scope(f"{pointer}/x_dns_duplicate_responses", f"arm={arm} late", is_chain=False)
        for place, query in enumerate(part.x_dns_duplicate_responses or ()):
            if query is not None:
                add_query(recorder, query, late, f"{late.pointer}/{place}")
        if part.protocol:
            _add_exchange(recorder, part, scope)
        if part.curve is not None:
            _add_transfer(recorder, part, part.curve, scope)


def _add_exchange(recorder: Recorder, part: RawPart, scope: Scope) -> None:
    """Read a part that moved bytes which are none of the protocols that have steps."""
    address, port = split_endpoint(part.endpoint) if part.endpoint else (None, None)
    recorder.steps.append(
        Datagram(
            step=len(recorder.steps),
            pointer=scope.pointer,
            vantage=PROBE,
            started=part.t0,
            ended=part.t,
            tags=scope.mark,
            failure=failure_of(part.failure),
            protocol=part.protocol or "",
            address=address,
            port=port,
            sent_bytes=part.sent_bytes,
            received_bytes=part.received_bytes,
            is_echo=part.is_echo,
        )
    )


def _add_transfer(recorder: Recorder, part: RawPart, curve: RawCurve, scope: Scope) -> None:
    """Read how many bytes of a page came, and how fast; whether it came at all is its round trip's."""
    address, port = split_endpoint(part.endpoint) if part.endpoint else (None, None)
    recorder.steps.append(
        Datagram(
            step=len(recorder.steps),
            pointer=f"{scope.pointer}/curve",
            vantage=PROBE,
            tags=scope.mark,
            failure=failure_of(part.failure),
            protocol="transfer",
            address=address,
            port=port,
            received_bytes=curve.received_bytes,
            received_rate=curve.steady_rate,
            is_stopped=curve.stopped_at_bytes is not None,
        )
    )
