"""Links, access networks and hosts of a world: what has an address, and where it stands."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Literal

import msgspec

from trigpoint.lab.engine.group import Group, Port, Share, check_addresses
from trigpoint.lab.engine.lies import ResolverLie
from trigpoint.lab.engine.names import Names
from trigpoint.lab.world.reserved import check_asn, check_name, is_of_internet, is_reserved

Milliseconds = Annotated[float, msgspec.Meta(ge=0, le=60_000)]
"""A delay."""
NAME = r"^[a-z0-9][a-z0-9-]{0,62}\Z"
"""The pattern of names within a world."""
Name = Annotated[str, msgspec.Meta(pattern=NAME)]
"""How a world calls a network or a host: a word of small letters, digits and hyphens."""
Hop = Annotated[int, msgspec.Meta(ge=0, le=32)]
"""A router, counted from the client."""
MOST_ADDRESSES = 16
"""Addresses of one host."""
_TEN_YEARS = 315_576_000  # seconds
MOST_PORTS = 16
"""Ports of one host that echo, and that discard."""


class Link(Group, frozen=True):
    """What a line does to packets, each way by itself."""

    delay_ms: Milliseconds = 0.0
    """Each way."""
    jitter_ms: Milliseconds = 0.0
    """Longest additional delay; it never reorders."""
    loss: Share = 0.0
    """Share of packets that are lost."""
    reorder: Share = 0.0
    """Share of packets that later ones overtake."""
    rate_mbit: Annotated[float, msgspec.Meta(ge=0, le=100_000)] = 0.0
    """Megabits a second. 0: no limit."""
    diurnal_rate: tuple[Annotated[float, msgspec.Meta(gt=0, le=1)], ...] = ()
    """Parts of the rate that are left in equal parts of a day: 24 values are hours."""
    queue_ms: Milliseconds = 200.0
    """How long a packet waits for the line at most; what would wait longer is lost. Only with a rate."""


class Network(Group, frozen=True, kw_only=True):
    """An access network: one client, a chain of routers to the outside, and the censors on it."""

    name: Name
    """How censors and truth call it."""
    asn: Annotated[int, msgspec.Meta(ge=1, le=4_294_967_295)]
    """Its AS number, of those for documentation or private use."""
    title: str = ""
    """For people."""
    client: tuple[str, ...]
    """Addresses of the client, at most one of each family, from the ranges that hosts have."""
    resolver: Name
    """The host that the client asks for names."""
    hops: Annotated[int, msgspec.Meta(ge=2, le=32)] = 8
    """Routers between the client and the outside."""
    border: Annotated[int, msgspec.Meta(ge=1, le=32)] = 5
    """The last router inside the country."""
    link: Link = Link(delay_ms=2.0)
    """The client's own line, before the first router."""
    inside_ms: Milliseconds = 6.0
    """Delay each way between the first router and the border."""
    outside_ms: Milliseconds = 30.0
    """Delay each way between the border and the outside."""
    timestamps: bool = True
    """Whether TCP of programs at the client puts timestamps in its segments (RFC 7323), as Linux does and Windows does
    not. TCP in virtual time never does."""
    clock_ahead_seconds: Annotated[float, msgspec.Meta(ge=-_TEN_YEARS, le=_TEN_YEARS)] = 0.0
    """By how much the clock of the client's device is ahead of everybody else's; behind, if negative. A program reads
    the machine's clock, whatever the fabric; so it is all hosts whose clocks a lab sets, by this much the other way.
    It does so for the network it was begun for: in one lab all devices have the clock of that network's."""
    trusts: tuple[Name, ...] = ()
    """Interceptors whose certificate authority is installed on the client."""

    def __post_init__(self) -> None:
        """Refuse addresses and numbers of the real Internet, and a border beyond the last router."""
        check_asn(self.asn)
        check_addresses("client", self.client)
        for address in self.client:
            _check_reserved("client", address)
        if not self.client or len({ipaddress.ip_address(address).version for address in self.client}) < len(
            self.client
        ):
            message = "client: one address, or one of each family, is needed"
            raise ValueError(message)
        if self.border > self.hops:
            message = f"border: {self.border} is more than the {self.hops} routers there are"
            raise ValueError(message)


class Resolver(Group, frozen=True, kw_only=True):
    """A recursive resolver: it asks the authoritative server of the world, from its own address."""

    name: str = ""
    """Its name in DoT and DoH, and in its certificate. Empty: the host's name below ``lab.example``."""
    transports: tuple[Literal["udp", "tcp", "dot", "doh"], ...] = ("udp", "tcp")
    """Ports 53, 53, 853 and 443; DoH answers at ``/dns-query`` (RFC 8484)."""
    lies: tuple[ResolverLie, ...] = ()
    """What it lies about, by order of somebody; each lie is logged as an act of a censor."""
    filters: tuple[ResolverLie, ...] = ()
    """What its customers asked it to filter: logged as ``resolver.filtering``, which is no censorship."""
    nxdomain_rewrite: tuple[str, ...] = ()
    """Addresses that it gives instead of NXDOMAIN (``isp.nxdomain_rewrite``); none of the real Internet, unless a host
    with ``is_fingerprint`` has it."""
    refuses: tuple[Name, ...] = ()
    """Networks whose clients it refuses altogether."""
    unanswered: Share = 0.0
    """Share of queries, drawn by chance, that it never answers: logged as ``network.flaky``, which is no
    censorship."""

    def __post_init__(self) -> None:
        """Refuse what is no address, and a name that is none."""
        if self.name:
            check_name("name", self.name)
        check_addresses("nxdomain_rewrite", self.nxdomain_rewrite)


class Interceptor(Group, frozen=True, kw_only=True):
    """It ends diverted TLS connections for the names it listens for, and hands all others on as they are."""

    names: Names = Names()
    """Server names that it intercepts. No list: all."""
    issuer: str = "Lab Interception Root"
    """Common name of the authority that signs what it shows."""
    self_signed: bool = False
    """Whether what it shows is signed by itself instead."""
    copies_origin: bool = True
    """Whether subject, names and validity are those of the true certificate."""
    needs_valid_origin: bool = False
    """Whether it hands on as they are sites whose own certificate does not verify."""
    page: str = ""
    """Text of a block page that it shows instead of the site. Empty: it shows the site."""
    page_names: Names = Names()
    """Server names, of those it intercepts, for which it shows the page. No list: all."""
    page_fields: tuple[tuple[str, str], ...] = ()
    """Name and value of header fields of the page, by which a product is known, such as ``via`` and ``server``."""


class Portal(Group, frozen=True, kw_only=True):
    """A login page for whatever is diverted to it: a redirect in HTTP, a certificate of its own in TLS.

    Devices that ask its API over TLS are told whether they are captive (RFC 8908).
    """

    location: str = "http://portal.example/login"
    """Where it redirects."""
    name: str = "portal.example"
    """The name in its certificate."""

    def __post_init__(self) -> None:
        """Refuse a name that is none."""
        check_name("name", self.name)

    @property
    def api(self) -> str:
        """The URL of its API, which DHCP and router advertisements announce to devices (RFC 8910)."""
        return f"https://{self.name}/captive-portal/api"


class Notice(Group, frozen=True, kw_only=True):
    """A web server that shows one page for every name: where forged answers lead."""

    title: str = "Access denied"
    """Title of the page."""
    text: str = "Access to this site is restricted."
    """What it says."""
    status: Annotated[int, msgspec.Meta(ge=200, le=599)] = 200
    """Of every answer."""
    name: str = "notice.example"
    """The name in its certificate, which is not the site's."""
    https: bool = True
    """Whether port 443 answers."""

    def __post_init__(self) -> None:
        """Refuse a name that is none."""
        check_name("name", self.name)


class Host(Group, frozen=True, kw_only=True):
    """A machine that answers."""

    name: Name
    """How sites, networks and censors call it."""
    addresses: Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST_ADDRESSES)]
    """Up to 16, of both families, from ranges for documentation, benchmarks or private use, unless
    ``is_fingerprint``."""
    asn: Annotated[int, msgspec.Meta(ge=1, le=4_294_967_295)] = 64_496
    """AS number of its network, of those for documentation or private use."""
    network: str = ""
    """The access network inside which it stands. Empty: outside."""
    hop: Hop = 1
    """Inside: the router behind which it stands, counted from the client; 0 is the client's own machine."""
    link: Link = Link()
    """Its own line."""
    role: Literal["server", "control"] = "server"
    """``control``: it reaches all other hosts past every filter, programs run there, and it is a control server at
    ports 80 and 443 (``trigpoint control``). What clients send to it passes the filters as all they send."""
    dead_families: tuple[Literal[4, 6], ...] = ()
    """Versions of IP over which nothing of it answers anybody, although DNS gives its addresses."""
    is_fingerprint: bool = False
    """Whether its addresses are literal because tools know blocking by them."""
    authority: bool = False
    """Whether it is an authoritative name server: it serves all sites, the records, and the zone ``whoami.example``,
    which tells the address that asked."""
    resolver: Resolver | None = None
    """Set for a recursive resolver."""
    interceptor: Interceptor | None = None
    """Set for a host to which TLS connections are diverted."""
    portal: Portal | None = None
    """Set for the login page of a captive portal."""
    notice: Notice | None = None
    """Set for the server of a block page."""
    relays: bool = False
    """Whether it accepts TCP connections that are diverted to it before it asks the true server; where that cannot be
    reached, they stay open and silent."""
    echo: Annotated[tuple[Port, ...], msgspec.Meta(max_length=MOST_PORTS)] = ()
    """Up to 16 ports of TCP and UDP that send back what they get (RFC 862)."""
    discard: Annotated[tuple[Port, ...], msgspec.Meta(max_length=MOST_PORTS)] = ()
    """Up to 16 ports of TCP and UDP that take everything and say nothing (RFC 863)."""

    def __post_init__(self) -> None:
        """Refuse addresses that are none, and addresses and numbers of the real Internet."""
        check_asn(self.asn)
        check_addresses("addresses", self.addresses)
        if not self.addresses:
            message = "addresses: at least one is needed"
            raise ValueError(message)
        for address in self.addresses:
            if not (self.is_fingerprint and is_of_internet(address)):
                _check_reserved("addresses", address)


def _check_reserved(key: str, address: str) -> None:
    if not is_reserved(address):
        what = "in use on the Internet" if is_of_internet(address) else "not the address of any one machine"
        message = f"{key}: {address} is {what}; take a documentation or private range"
        raise ValueError(message)
