"""All services of all hosts of a world, begun and ended together."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from trigpoint.lab.services.acts import Acts
from trigpoint.lab.services.authority import Authority
from trigpoint.lab.services.doh import DohService
from trigpoint.lab.services.helper import LabHelper
from trigpoint.lab.services.interceptor import TlsInterceptor
from trigpoint.lab.services.notice import notice
from trigpoint.lab.services.pki import Pki
from trigpoint.lab.services.portal import LoginPage
from trigpoint.lab.services.proxy import Proxy
from trigpoint.lab.services.resolver import RecursiveResolver
from trigpoint.lab.services.site_tenant import SiteTenant
from trigpoint.lab.services.tenant import Fixed
from trigpoint.lab.services.upstream import Upstream
from trigpoint.lab.services.web import Scheme, Stranger, Web
from trigpoint.lab.services.zone import SUFFIX, Zone, resolver_name
from trigpoint.lab.world.faults import fate, sites_of
from trigpoint.lab.world.world import OUTSIDE
from trigpoint.net.dns_message import RD
from trigpoint.net.serve.dns import DnsDatagrams, DnsStream
from trigpoint.net.serve.plain import Datagrams, Echo, Sink
from trigpoint.net.serve.running import Running
from trigpoint.net.serve.tls import Opening

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from pathlib import Path

    from trigpoint.lab.services.acts import Log
    from trigpoint.lab.services.interceptor import Issuer
    from trigpoint.lab.services.pki import Kind
    from trigpoint.lab.services.tenant import Tenant
    from trigpoint.lab.stack import Stack
    from trigpoint.lab.world.faults import Fate
    from trigpoint.lab.world.place import Host
    from trigpoint.lab.world.world import World
    from trigpoint.net.dns_message import Message
    from trigpoint.net.serve.dns import Answer, Asked
    from trigpoint.net.serve.running import Address

    Protocols = Callable[[], asyncio.Protocol]

_DNS, _DOT, _HTTP, _HTTPS = 53, 853, 80, 443
_INTERCEPTION = "tls_interception"  # the censor that diverts to an interceptor
_PROXYING = "tcp_proxy"  # and to a host that relays


class Services:
    """What runs.

    Args:
        world: which.
        pki: the authorities of its certificates.
        running: everything that is open.

    """

    def __init__(self, world: World, pki: Pki, running: Running) -> None:
        self._world = world
        self._running = running
        self.pki = pki
        """The authorities."""

    def bundle(self, network: str) -> bytes:
        """Give what the client of a network trusts, as PEM: the lab's root, and interceptors installed on it.

        Raises:
            InputError: there is no such network.

        """
        trusted = self._world.network(network).trusts if network else ()
        roots = (host.interceptor for host in self._world.hosts if host.name in trusted)
        return self.pki.bundle(interceptor.issuer for interceptor in roots if interceptor)

    async def close(self) -> None:
        """End everything, and wait until it is ended."""
        await self._running.close()


async def start(  # noqa: PLR0913 - one lab is all of these
    world: World,
    stacks: Callable[[Host], Stack],
    folder: Path,
    log: Log = lambda _network, _event: None,
    *,
    seed: int = 0,
    keys: Kind = "ecdsa",
    clock: Callable[[], float] = time.time,
) -> Services:
    """Begin all services of all hosts.

    Args:
        world: which.
        stacks: gives each host its sockets.
        folder: where certificates are written for the moment in which OpenSSL reads them.
        log: takes the network (``outside`` for clients in none) and each act.
        seed: of what is left to chance.
        keys: of certificates.
        clock: what the clocks of all hosts show, in seconds since 1970-01-01 UTC.

    Raises:
        OSError: an address cannot be listened on.

    """
    pki = Pki(folder, datetime.fromtimestamp(clock(), UTC), keys)
    lab = _Lab(world, Zone(world), pki, Running(), seed, clock)
    services = Services(world, lab.pki, lab.running)
    places = world.places()
    try:
        for host in world.hosts:
            await _Starting(lab, host, stacks(host), Acts(host.name, places, log)).start()
    except BaseException:
        await services.close()
        raise
    return services


class _Lab(NamedTuple):
    """What all hosts share."""

    world: World
    zone: Zone
    pki: Pki
    running: Running
    seed: int
    clock: Callable[[], float]


class _Starting:
    """Begins the services of one host."""

    def __init__(self, lab: _Lab, host: Host, stack: Stack, acts: Acts) -> None:
        self._world, self._zone, self._pki, self._running, self._seed, self._clock = lab
        self._host = host
        self._stack = stack
        self._acts = acts

    @property
    def _is_control(self) -> bool:
        return self._host.role == "control"

    async def start(self) -> None:
        await self._start_dns()
        await self._start_interception()
        await self._start_proxy()
        await self._start_web()
        for port in self._host.echo:
            await self._listen(lambda: Echo(self._running), port)
            await self._bind(lambda: Datagrams(self._running, echoes=True), port)
        for port in self._host.discard:
            await self._listen(lambda: Sink(self._running), port)
            await self._bind(lambda: Datagrams(self._running, echoes=False), port)

    async def _listen(self, protocol: Protocols, port: int) -> None:
        for address in self._host.addresses:
            self._running.listens(await self._stack.listen(protocol, (address, port)))

    async def _bind(self, protocol: Callable[[], Any], port: int) -> None:
        for address in self._host.addresses:
            await self._stack.bind(protocol, (address, port))

    async def _start_dns(self) -> None:
        self._doh: Answer | None = None
        authority = Authority(self._zone, self._acts).answer if self._host.authority else None
        resolver = self._host.resolver
        if resolver is None:
            if authority is not None:
                await self._bind(lambda: DnsDatagrams(self._running, authority), _DNS)
                await self._listen(lambda: DnsStream(self._running, authority), _DNS)
            return
        servers = [address for host in self._world.hosts if host.authority for address in host.addresses]
        upstream = Upstream(self._stack, self._host.addresses, servers)
        recursive = RecursiveResolver(resolver, upstream, self._acts, self._running, self._seed).answer
        answer = _both(authority, recursive) if authority else recursive
        if "udp" in resolver.transports or authority:
            await self._bind(lambda: DnsDatagrams(self._running, answer), _DNS)
        if "tcp" in resolver.transports or authority:
            await self._listen(lambda: DnsStream(self._running, answer), _DNS)
        if "dot" in resolver.transports:
            await self._listen(self._dot(answer), _DOT)
        if "doh" in resolver.transports:
            self._doh = answer

    def _dot(self, answer: Answer) -> Protocols:
        context = self._pki.context(self._pki.identity(self._resolver_names(), self._host.addresses), ("dot",))

        def begin(opening: Opening) -> None:
            if opening.hello is None:
                opening.transport.close()
            else:
                opening.end_tls(context, lambda _: DnsStream(self._running, answer))

        return lambda: Opening(self._running, begin)

    def _resolver_names(self) -> list[str]:
        name = self._host.resolver.name if self._host.resolver else ""
        return list(dict.fromkeys((resolver_name(self._host.name, name), f"{self._host.name}.{SUFFIX}")))

    async def _start_interception(self) -> None:
        interceptor = self._host.interceptor
        if interceptor is None:
            return
        entries = self._diverting(_INTERCEPTION)
        issuer: Issuer = "self_signed" if interceptor.self_signed else "ca_signed"
        issuer = next((entry["issuer"] for entry in entries if "issuer" in entry), issuer)
        taker = TlsInterceptor(
            self._running, self._stack, interceptor, self._pki, self._acts, issuer, clock=self._clock
        )
        for port in _ports(entries) or (_HTTPS,):
            await self._listen(taker.accept, port)

    async def _start_proxy(self) -> None:
        if self._host.relays:
            proxy = Proxy(self._running, self._stack)
            for port in _ports(self._diverting(_PROXYING)) or (_HTTP, _HTTPS):
                await self._listen(proxy.accept, port)

    def _diverting(self, behaviour: str) -> list[dict[str, Any]]:
        """Give the censors of a kind that divert to this host."""
        return [
            entry
            for entry in self._world.censors
            if entry.get("behaviour") == behaviour and entry.get("to") == self._host.name
        ]

    async def _start_web(self) -> None:
        tenants = self._tenants()
        web = Web(self._running, self._pki, tenants, self._fallback(), self._fates(), self._clock)
        own = self._host.portal or self._host.notice or self._is_control
        is_refused = self._is_refused()
        if own or (tenants["http"] and not is_refused):
            await self._listen(web.http, _HTTP)
        always = self._host.portal or (self._host.notice and self._host.notice.https) or self._is_control
        is_https = tenants["https"] or always
        if is_https and not is_refused and not self._host.interceptor:
            web.load()
            await self._listen(web.https, _HTTPS)
        if (tenants["h3"] or self._is_control) and not is_refused:
            await self._bind(web.h3, _HTTPS)

    def _tenants(self) -> dict[Scheme, dict[str, Tenant]]:
        tenants: dict[Scheme, dict[str, Tenant]] = {"http": {}, "https": {}, "h3": {}}
        for site in sites_of(self._world, self._host.name):
            tenant = SiteTenant(site, self._pki, self._acts)
            for scheme in site.schemes:
                tenants[scheme].update(dict.fromkeys(site.names, tenant))
        if self._doh is not None:
            identity = self._pki.identity(self._resolver_names(), self._host.addresses)
            service = Fixed(identity, DohService(self._doh).respond)
            tenants["https"].update(dict.fromkeys([*self._resolver_names(), *self._host.addresses], service))
            tenants["https"].setdefault("", service)
        return tenants

    def _fallback(self) -> Tenant:
        """Give who answers for all other names."""
        host = self._host
        if host.portal is not None:
            return Fixed(self._pki.identity([host.portal.name]), LoginPage(host.portal).respond)
        if host.notice is not None:
            return Fixed(self._pki.identity([host.notice.name]), notice(host.notice))
        if self._is_control:
            helper = LabHelper(self._world, self._stack, self._pki, self._clock)
            return Fixed(self._pki.identity([f"{host.name}.{SUFFIX}"], host.addresses), helper.respond)
        is_strict = any(site.strict_sni for site in sites_of(self._world, host.name))
        return Stranger(self._pki.identity([f"{host.name}.{SUFFIX}"]), self._acts, is_strict=is_strict)

    def _fates(self) -> Callable[[Address], Fate]:
        """Give how the host is down, by client."""
        places = (*(network.name for network in self._world.networks), OUTSIDE)
        by_network = {place: fate(self._world, self._host, place) for place in places}
        return lambda client: by_network[self._acts.network_of(client[0])]

    def _is_refused(self) -> bool:
        """Tell whether the host refuses everybody, so that nothing listens."""
        places = (*(network.name for network in self._world.networks), OUTSIDE)
        return all(fate(self._world, self._host, place) == "refused" for place in places)


def _ports(entries: list[dict[str, Any]]) -> list[int]:
    return sorted({port for entry in entries for port in entry.get("match", {}).get("ports", ())})


def _both(authority: Answer, resolver: Answer) -> Answer:
    """Answer as a resolver those who desire recursion, and as an authoritative server all others."""

    async def answer(asked: Asked) -> Message | bytes | None:
        return await (resolver if asked.query.flags & RD else authority)(asked)

    return answer
