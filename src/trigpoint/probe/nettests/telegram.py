"""telegram: do its access points answer, at addresses that its programs have built in, and its web page (ts-020)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trigpoint.probe.messengers import failure, service, status, tried
from trigpoint.probe.nettest import Nettest
from trigpoint.probe.visits import Visits

if TYPE_CHECKING:
    from trigpoint.probe.nettest import Keys, Measuring


async def _run(measuring: Measuring) -> Keys:
    visits = Visits(measuring)
    chat, web = await asyncio.gather(
        tried(measuring, visits, service(measuring, "telegram/chat"), method="POST"),
        tried(measuring, visits, service(measuring, "telegram/web")),
    )
    return {
        "telegram_tcp_blocking": not any(visit.is_connected for visit in chat),
        "telegram_http_blocking": all(visit.failure for visit in chat),
        "telegram_web_failure": failure(web),
        "telegram_web_status": status(web),
    }


NETTEST = Nettest(
    name="telegram",
    version="0.3.1",
    title="Does Telegram work",
    meaning=(
        "Asks the access points of Telegram's programs for an answer, at addresses that these know without a name, and "
        "its web version for its page. Chat works where one access point answers."
    ),
    source="ooni/spec ts-020-telegram, version 2022-12-07-001",
    tier=1,
    takes="nothing",
    run=_run,
)
