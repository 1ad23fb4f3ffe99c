"""The system's resolver, as every program has it: ``getaddrinfo`` (RFC 3493, section 6.1), which hides the messages."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

from trigpoint.net.dial.acts import Answer
from trigpoint.net.dial.dns_query import NO_NAME, TIMEOUT
from trigpoint.net.dial.failures import failure_of
from trigpoint.net.names import a_label, canonical_address

if TYPE_CHECKING:
    from trigpoint.net.dial.acts import Lookup
    from trigpoint.net.dial.diary import Trace
    from trigpoint.net.dial.dns_query import Query

_FAILURES = {
    name: failure
    for code, failure in (
        # No such name. glibc before 2.27 says it also of a name without addresses (its bug 21922).
        ("EAI_NONAME", "dns_nxdomain_error"),  # RFC 3493; ooni/probe-cli, netxlite, getaddrinfo on Linux
        ("EAI_NODATA", "dns_no_answer"),  # getaddrinfo(3) of glibc: the name exists and has no address; probe-cli, too
        ("EAI_ADDRFAMILY", "dns_no_answer"),  # getaddrinfo(3): none of the family
        # The resolver did not answer, or with SERVFAIL or REFUSED: which, is hidden. probe-cli has the string from
        # Windows' WSATRY_AGAIN, which means the same (RFC 3493, EAI_AGAIN); on Linux it says dns_server_misbehaving.
        ("EAI_AGAIN", "dns_temporary_failure"),
        ("EAI_FAIL", "dns_non_recoverable_failure"),  # RFC 3493; probe-cli has it from Windows' WSANO_RECOVERY
        ("EAI_MEMORY", "no_buffer_space"),  # RFC 3493: the machine's own trouble
    )
    if (name := getattr(socket, code, None)) is not None  # not every system knows every one
}
_OTHER = "dns_server_misbehaving"  # any other code: ooni/probe-cli, netxlite, getaddrinfo on Linux


async def ask_system(trace: Trace, query: Query, *, timeout: float) -> Lookup:
    """Ask for all addresses of a name, as ``ANY`` (df-002).

    On a loop of the kernel it runs in a thread of the loop's default executor, which goes on after the timeout: who
    asks for many names at once gives the loop an executor of as many threads.
    """
    t0 = trace.now()
    try:
        async with asyncio.timeout(timeout):
            # as octets: the name is an A-label, and Python's own codec of names refuses some that exist
            found = await trace.dialer.getaddrinfo(
                query.hostname.encode("ascii"), None, type=socket.SOCK_STREAM, flags=socket.AI_CANONNAME
            )
    except TimeoutError:
        return query.failed(trace, t0, TIMEOUT)
    except socket.gaierror as error:
        return query.failed(trace, t0, gai_failure(error))
    except OSError as error:  # EAI_SYSTEM, which Python turns into the error that the system had
        return query.failed(trace, t0, failure_of(error))
    except ValueError:  # an octet of zero, at which the C library would stop reading
        return query.failed(trace, t0, NO_NAME)
    canonical = a_label(found[0][3]) if found else ""
    aliases = [Answer("CNAME", canonical)] if canonical not in {"", query.hostname} else []
    addresses = dict.fromkeys(canonical_address(str(entry[4][0])) for entry in found)
    answers = [Answer("AAAA" if ":" in address else "A", address) for address in addresses if address]
    return query.answered(trace, t0, (*aliases, *answers))


def gai_failure(error: socket.gaierror) -> str:
    """Give the failure string for an error of ``getaddrinfo``."""
    return _FAILURES.get(error.errno or 0, _OTHER)
