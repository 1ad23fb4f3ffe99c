"""A control's own lookups."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trigpoint.control.protocol import Resolved
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.dns import ask

if TYPE_CHECKING:
    from trigpoint.control.setting import Setting

_SECONDS = 4.0  # as ooni/probe-cli's test helper has it

# What readers of a control compare, in the words of the first helper (ooni/backend, http_helpers.py): no such name, and
# a name without an address, which is no failure. All else is told as it is.
_TOLD = {"dns_nxdomain_error": "dns_name_error", "dns_no_answer": None}


async def resolved(host: str, setting: Setting) -> Resolved:
    """Look up both kinds of addresses of a name."""
    diary = Diary(dialer=setting.dialer)
    kinds = ("ANY",) if setting.resolver.engine == "getaddrinfo" else ("A", "AAAA")
    trust = setting.trust()
    lookups = await asyncio.gather(
        *(ask(diary.trace(), setting.resolver, host, kind, timeout=_SECONDS, window=0.0, trust=trust) for kind in kinds)
    )
    addresses = tuple(dict.fromkeys(address for lookup in lookups for address in lookup.addresses))
    if addresses:
        return Resolved(None, addresses)
    # "No such name" holds for both families, whatever became of the other; "no address" only if both said it.
    failures = sorted((lookup.failure for lookup in lookups if lookup.failure), key=_rank)
    failure = failures[0] if failures else None
    return Resolved(_TOLD.get(failure, failure) if failure else None)


def _rank(failure: str) -> int:
    return {"dns_nxdomain_error": 0, "dns_no_answer": 2}.get(failure, 1)
