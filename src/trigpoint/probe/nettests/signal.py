"""signal: do the servers of Signal's programs answer, with certificates of Signal's own authority (ts-029)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trigpoint.probe.anchoring import trusting
from trigpoint.probe.messengers import failure, service, status, tried
from trigpoint.probe.nettest import Nettest
from trigpoint.probe.visits import Visits
from trigpoint.reference.anchors import SIGNAL

if TYPE_CHECKING:
    from trigpoint.probe.nettest import Keys, Measuring

_PARTS = ("chat", "storage", "calls")


async def _run(measuring: Measuring) -> Keys:
    visits = Visits(measuring, trusting(measuring.session.trust, SIGNAL))
    parts = await asyncio.gather(*(tried(measuring, visits, service(measuring, f"signal/{part}")) for part in _PARTS))
    every = [visit for part in parts for visit in part]
    return {"signal_backend_status": status(every), "signal_backend_failure": failure(every)}


NETTEST = Nettest(
    name="signal",
    version="0.2.5",
    title="Does Signal work",
    meaning=(
        "Asks the servers of Signal's programs for a page each. Their certificates are of an authority that only these "
        "programs know, by its name and its key; no other is believed for them but the public ones."
    ),
    source="ooni/spec ts-029-signal, version 2021-02-15-001; the hosts that are in use today, ooni/probe issue 2627",
    tier=1,
    takes="nothing",
    run=_run,
)
