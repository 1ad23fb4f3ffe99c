"""whatsapp: can its endpoints be connected to, does the registration answer, and its web page (ts-018)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trigpoint.net.names import parse_url
from trigpoint.probe.messengers import failure, service, status, tried
from trigpoint.probe.nettest import Nettest
from trigpoint.probe.visits import Visits

if TYPE_CHECKING:
    from trigpoint.probe.nettest import Keys, Measuring


async def _run(measuring: Measuring) -> Keys:
    visits = Visits(measuring)
    chat, registration, web = await asyncio.gather(
        *(tried(measuring, visits, service(measuring, f"whatsapp/{part}")) for part in ("chat", "registration", "web"))
    )
    reached = {parse_url(visit.url).host for visit in chat if visit.failure is None}
    every = dict.fromkeys(parse_url(visit.url).host for visit in chat)
    return {
        "whatsapp_endpoints_status": "ok" if reached else "blocked",
        "whatsapp_endpoints_blocked": [host for host in every if host not in reached],
        "whatsapp_endpoints_dns_inconsistent": [],
        "registration_server_status": status(registration),
        "registration_server_failure": failure(registration),
        "whatsapp_web_status": status(web),
        "whatsapp_web_failure": failure(web),
    }


NETTEST = Nettest(
    name="whatsapp",
    version="0.11.0",
    title="Does WhatsApp work",
    meaning=(
        "Connects to the sixteen endpoints of WhatsApp's programs at both of their ports, and asks the registration "
        "and the web version for their pages. Chat works where one endpoint can be connected to."
    ),
    source=(
        "ooni/spec ts-018-whatsapp, version 2020-07-09-001; as in ooni/probe-cli since 0.11.0 the web version is asked "
        "for over HTTPS alone"
    ),
    tier=1,
    takes="nothing",
    run=_run,
)
