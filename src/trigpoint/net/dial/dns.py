"""Names, looked up over each transport of DNS, one at a time and with nothing hidden."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trigpoint.net.dial.dns_query import NO_NAME, Query, is_truncated, query_wire
from trigpoint.net.dial.dns_udp import Path, ask_udp
from trigpoint.net.dial.resolver import Resolver
from trigpoint.net.dial.system import ask_system
from trigpoint.net.names import a_label, canonical_address

if TYPE_CHECKING:
    from trigpoint.net.dial.acts import Lookup
    from trigpoint.net.dial.diary import Diary, Trace

__all__ = ["Resolver", "ask", "identity", "is_truncated", "resolve"]

_ENCRYPTED = frozenset({"dot", "doh"})


async def ask(  # noqa: PLR0913 - a question, and how it is asked
    trace: Trace,
    resolver: Resolver,
    hostname: str,
    query_type: str = "A",
    *,
    timeout: float = 5.0,
    window: float = 0.5,
    cd: bool = False,
    local: tuple[str, int] | None = None,
    ttl: int = 0,
) -> Lookup:
    """Ask one question once.

    Over UDP every reply that comes within the window is written down: the first decides, later ones follow it as
    lookups of their own with ``is_late``. A truncated reply is not asked again over TCP: see :func:`is_truncated`.

    Args:
        trace: what it is written to.
        resolver: whom; at an address, unless it is the system's.
        hostname: in any form; asked for as an A-label.
        query_type: ``A``, ``AAAA``, ``TXT``, ... The system's resolver gives all addresses, and it is ``ANY``.
        timeout: seconds for each step: of UDP, until the first reply.
        window: seconds for which UDP waits for further replies.
        cd: asks the resolver not to check DNSSEC.
        local: address and port to come from, of UDP.
        ttl: time to live of the question in hops, of UDP. 0: as usual.

    Returns:
        What the first reply says, or how it failed.

    Raises:
        ValueError: the type is none, or the resolver has no address yet.

    """
    hostname = a_label(hostname)
    is_padded = resolver.engine in _ENCRYPTED
    wire = query_wire(hostname, query_type, is_checking_disabled=cd, is_padded=is_padded)
    kind = "ANY" if resolver.engine == "getaddrinfo" else query_type
    query = Query(resolver.engine, resolver.text, hostname, kind, wire)
    await trace.admit(resolver.address or resolver.text)
    if not wire:
        return query.failed(trace, trace.now(), NO_NAME)
    if resolver.engine == "getaddrinfo":
        return await ask_system(trace, query, timeout=timeout)
    if not resolver.address:
        message = f"{resolver.text} has no address yet: look up its name first"
        raise ValueError(message)
    path = Path(resolver.address, resolver.port, local, ttl)
    return await ask_udp(trace, query, path, timeout=timeout, window=window)


async def resolve(diary: Diary, resolver: Resolver, hostname: str, *, tags: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Look up the addresses of a name: A and AAAA at once, and in this order; the system's resolver as it likes.

    An address is itself, and nobody is asked.
    """
    if address := canonical_address(hostname):
        return (address,)
    types = ("ANY",) if resolver.engine == "getaddrinfo" else ("A", "AAAA")
    asked = (ask(diary.trace(*tags), resolver, hostname, query_type) for query_type in types)
    lookups = await asyncio.gather(*asked)
    return tuple(dict.fromkeys(address for lookup in lookups if not lookup.failure for address in lookup.addresses))


async def identity(trace: Trace, resolver: Resolver, zone_name: str) -> str | None:
    """Find the address from which a resolver asks authoritative servers.

    Args:
        trace: what it is written to.
        resolver: whose.
        zone_name: a name whose authoritative server answers with the address that asked, as TXT, A or AAAA.

    Returns:
        The address in canonical text. None: nobody said.

    """
    types = ("ANY",) if resolver.engine == "getaddrinfo" else ("TXT", "A", "AAAA")
    for query_type in types:
        lookup = await ask(trace, resolver, zone_name, query_type, window=0.0)
        for answer in lookup.answers:
            address = canonical_address(answer.value)
            if address and not lookup.failure:
                return address
    return None
