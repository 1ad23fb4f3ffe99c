"""The system's resolver, as every program has it: ``getaddrinfo`` (RFC 3493, section 6.1), which hides the messages."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from trigpoint.net.dial.acts import Answer
from trigpoint.net.dial.dns_query import NO_NAME
from trigpoint.net.dial.failures import failure_of
from trigpoint.net.names import a_label, canonical_address

if TYPE_CHECKING:
    from trigpoint.net.dial.acts import Lookup
    from trigpoint.net.dial.diary import Trace
    from trigpoint.net.dial.dns_query import Query


_LOOKUPS_AT_ONCE = 64


def make_room_for_lookups() -> None:
    """Give the running loop threads enough, before anything is asked.

    Waiting for a free one would be taken for a slow resolver, and a time-out for one that is silent. asyncio's own
    executor has four more than there are cores, and what stays silent holds one for many seconds.
    """
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_LOOKUPS_AT_ONCE))


async def ask_system(
    trace: Trace,
    query: Query,
    *,
    timeout: float,  # noqa: ASYNC109 - the act fails by it, as by anything else
) -> Lookup:
    """Ask for all addresses of a name, as ``ANY`` (df-002).

    On a loop of the kernel it runs in a thread of the loop's default executor, which goes on after the timeout: who
    asks for many names at once calls :func:`make_room_for_lookups` first.
    """
    t0 = trace.now()
    try:
        async with asyncio.timeout(timeout):
            # as octets: the name is an A-label, and Python's own codec of names refuses some that exist
            found = await trace.dialer.getaddrinfo(
                query.hostname.encode("ascii"), None, type=socket.SOCK_STREAM, flags=socket.AI_CANONNAME
            )
    except OSError as error:  # gaierror, or the system's own error where the code is EAI_SYSTEM
        return query.failed(trace, t0, failure_of(error))
    except asyncio.CancelledError as error:
        query.failed(trace, t0, failure_of(error))
        raise
    except ValueError:  # an octet of zero, at which the C library would stop reading
        return query.failed(trace, t0, NO_NAME)
    canonical = a_label(found[0][3]) if found else ""
    aliases = [Answer("CNAME", canonical)] if canonical not in {"", query.hostname} else []
    addresses = dict.fromkeys(canonical_address(str(entry[4][0])) for entry in found)
    answers = [Answer("AAAA" if ":" in address else "A", address) for address in addresses if address]
    return query.answered(trace, t0, (*aliases, *answers))
