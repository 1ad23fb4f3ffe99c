"""Names, looked up over each transport of DNS, one at a time and with nothing hidden."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from trigpoint.net.dial.dns_query import NO_NAME, Query, is_truncated, query_wire
from trigpoint.net.dial.dns_stream import ask_stream
from trigpoint.net.dial.dns_udp import Path, ask_udp
from trigpoint.net.dial.doh import ask_doh
from trigpoint.net.dial.resolver import Resolver
from trigpoint.net.dial.system import ask_system
from trigpoint.net.dial.trust import trust as trust_bundle
from trigpoint.net.names import a_label, canonical_address

if TYPE_CHECKING:
    from trigpoint.net.dial.acts import Lookup
    from trigpoint.net.dial.diary import Diary, Trace
    from trigpoint.net.dial.trust import Trust

__all__ = ["Resolver", "ask", "identity", "is_truncated", "resolve"]


async def ask(  # noqa: PLR0913 - a question, and how it is asked
    trace: Trace,
    resolver: Resolver,
    hostname: str,
    query_type: str = "A",
    *,
    timeout: float = 5.0,  # noqa: ASYNC109 - the act fails by it, as by anything else
    window: float = 0.5,
    trust: Trust | None = None,
    cd: bool = False,
    rd: bool = True,
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
        trust: whom the certificates of DoT and DoH are held against. None: the program's own bundle, now.
        cd: asks the resolver not to check DNSSEC.
        rd: asks it to find the answer elsewhere, if it has none; authoritative servers are asked without.
        local: address and port to come from.
        ttl: time to live of what is sent in hops, over TCP after its handshake. 0: as usual.

    Returns:
        What the first reply says, or how it failed.

    Raises:
        ValueError: the type is none, or the resolver has no address yet.

    """
    query = _query(resolver, hostname, query_type, is_checking_disabled=cd, is_recursive=rd)
    if not query.wire:
        return query.failed(trace, trace.now(), NO_NAME)
    if resolver.engine == "getaddrinfo":
        await trace.admit(resolver.text)
        return await ask_system(trace, query, timeout=timeout)
    if not resolver.address:
        message = f"{resolver.text} has no address yet: look up its name first"
        raise ValueError(message)
    path = Path(resolver.address, resolver.port, local, ttl)
    if resolver.engine == "udp":
        await trace.admit(resolver.address)
        return await ask_udp(trace, query, path, timeout=timeout, window=window)
    if resolver.engine == "tcp":
        return await ask_stream(trace, query, resolver, path, trust=None, timeout=timeout)
    over_tls = ask_doh if resolver.engine == "doh" else ask_stream
    believed = trust or trust_bundle(now=time.time())
    return await over_tls(trace, query, resolver, path, trust=believed, timeout=timeout)


def _query(resolver: Resolver, hostname: str, query_type: str, **flags: bool) -> Query:
    hostname = a_label(hostname)
    is_padded = resolver.engine in {"dot", "doh"}
    wire = query_wire(hostname, query_type, is_padded=is_padded, **flags)
    if resolver.engine == "doh" and wire:
        wire = bytes(2) + wire[2:]  # the same question has the same octets, so that it can be cached (RFC 8484, 4.1)
    kind = "ANY" if resolver.engine == "getaddrinfo" else query_type
    return Query(resolver.engine, resolver.text, hostname, kind, wire)


async def resolve(
    diary: Diary, resolver: Resolver, hostname: str, *, tags: tuple[str, ...] = (), trust: Trust | None = None
) -> tuple[str, ...]:
    """Look up the addresses of a name: A and AAAA at once, and in this order; the system's resolver as it likes.

    An address is itself, and nobody is asked.
    """
    if address := canonical_address(hostname):
        return (address,)
    types = ("ANY",) if resolver.engine == "getaddrinfo" else ("A", "AAAA")
    asked = (ask(diary.trace(*tags), resolver, hostname, query_type, trust=trust) for query_type in types)
    lookups = await asyncio.gather(*asked)
    return tuple(dict.fromkeys(address for lookup in lookups if not lookup.failure for address in lookup.addresses))


async def identity(trace: Trace, resolver: Resolver, zone_name: str, *, trust: Trust | None = None) -> str | None:
    """Find the address from which a resolver asks authoritative servers.

    Args:
        trace: what it is written to.
        resolver: whose.
        zone_name: a name whose authoritative server answers with the address that asked, as TXT, A or AAAA.
        trust: as :func:`ask` has it.

    Returns:
        The address in canonical text. None: nobody said.

    """
    types = ("ANY",) if resolver.engine == "getaddrinfo" else ("TXT", "A", "AAAA")
    for query_type in types:
        lookup = await ask(trace, resolver, zone_name, query_type, window=0.0, trust=trust)
        for answer in lookup.answers:
            address = canonical_address(answer.value)
            if address and not lookup.failure:
                return address
    return None
