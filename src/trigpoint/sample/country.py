"""The fictional country ``XL``: its networks, its resolvers, what is hosted where, and the names that are measured.

Everything here is invented. ``XL`` is a user-assigned code of ISO 3166-1, AS numbers are private-use (RFC 6996), names
end in ``.example`` (RFC 2606). Addresses are the exception: documentation ranges (RFC 5737, RFC 3849) are not globally
routable, so any honest judge calls an answer inside them a bogon, and a made-up *genuine* site cannot live there.
No IPv4 range is both globally routable and nobody's. We take 11.0.0.0/8: allocated to the United States Department
of Defense, with no public Web service, so that no address of the sample is mistaken for a site that somebody uses.
For IPv6 we take 3100::/16, inside global unicast (2000::/3) but never delegated to a registry. Nothing connects to
them.
"""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

COUNTRY = "XL"
"""Probe country of every record."""

SOFTWARE = "trigpoint-sample"
"""``software_name`` of every record."""

FIRST_DAY = date(2024, 11, 4)
"""Monday on which the sample begins."""

DAYS = 14
"""Length of the sample."""


class Network(msgspec.Struct, frozen=True):
    """An access network of the country."""

    asn: int
    """AS number, from the private-use range."""
    name: str
    """Name, which says that it is fictional."""
    network_type: str
    """``wifi`` or ``mobile``: how its probes are connected."""
    resolver: str
    """Address of its resolver."""


class Operator(msgspec.Struct, frozen=True):
    """Who owns a prefix: a hosting company, a resolver, a filter."""

    asn: int
    """AS number, from the private-use range."""
    name: str
    """Name, which says that it is fictional."""
    prefix: str
    """First three numbers of its IPv4 /24."""
    prefix6: str
    """First part of its IPv6 /64, with ``::``."""


class Site(msgspec.Struct, frozen=True):
    """A website that is measured."""

    host: str
    """Host name under ``.example``."""
    category: str
    """What it is about, in words."""
    operator: Operator
    """Where it is hosted."""
    number: int
    """Its place inside the operator's prefix."""
    title: str
    """Title of its page."""

    @property
    def addresses(self) -> tuple[str, str]:
        """Its two IPv4 addresses."""
        return (f"{self.operator.prefix}.{self.number}", f"{self.operator.prefix}.{self.number + 1}")

    @property
    def address6(self) -> str:
        """Its IPv6 address."""
        return f"{self.operator.prefix6}{self.number:x}"


NETWORKS = (
    Network(64520, "Norrland Telecom (fictional)", "wifi", "11.20.0.53"),
    Network(64530, "Sund Mobile (fictional)", "mobile", "11.30.0.53"),
    Network(64540, "Fjell Fiber (fictional)", "wifi", "11.40.0.53"),
    Network(64550, "Havn Cable (fictional)", "wifi", "11.50.0.53"),
    Network(64560, "Academic Network of XL (fictional)", "wifi", "11.60.0.53"),
)
"""The five networks of the country."""

HARBOUR = Operator(4200000107, "Harbour Hosting (fictional)", "11.64.7", "3100:64:7::")
CIRRUS = Operator(4200000108, "Cirrus Delivery (fictional)", "11.64.8", "3100:64:8::")
GRANITE = Operator(4200000109, "Granite Racks (fictional)", "11.64.9", "3100:64:9::")
LANTERN = Operator(4200000110, "Lantern Cloud (fictional)", "11.64.10", "3100:64:a::")
CIRRUS_EDGE = Operator(4200000118, "Cirrus Delivery Edge (fictional)", "11.64.18", "3100:64:18::")
PARKING = Operator(4200000119, "Domain Parking Lot (fictional)", "11.64.19", "3100:64:19::")
FILTER = Operator(64520, "Norrland Telecom (fictional)", "11.20.9", "3100:20:9::")
ELSEWHERE = Operator(4200000140, "Backbone of a Third Country (fictional)", "11.140.0", "3100:140::")
RESOLVER = Operator(4200000153, "Open Resolver Foundation (fictional)", "11.153.0", "3100:153::")

OPERATORS = (HARBOUR, CIRRUS, GRANITE, LANTERN, CIRRUS_EDGE, PARKING, ELSEWHERE, RESOLVER)
"""Owners of prefixes, except the access networks."""

ADDRESSES: Mapping[str, str] = MappingProxyType(
    {
        "block page": f"{FILTER.prefix}.9",
        "search guide": f"{FILTER.prefix}.80",
        "forged public": f"{ELSEWHERE.prefix}.66",
        "forged bogon": "10.10.34.35",
        "forged loopback": "127.0.0.1",
        "local filter": "0.0.0.0",  # noqa: S104 - an answer of a DNS filter, nothing binds to it
        "parking": f"{PARKING.prefix}.10",
        "login page": "192.168.88.1",
        "udp resolver": f"{RESOLVER.prefix}.53",
        "other udp resolver": f"{RESOLVER.prefix}.54",
        "foreign resolver": f"{ELSEWHERE.prefix}.53",
        "filtering resolver": "185.228.168.168",  # documented public family filter (CleanBrowsing), AS205157
        "home resolver": "192.168.1.53",
        "no resolver": f"{RESOLVER.prefix}.200",
        "test helper": f"{RESOLVER.prefix}.80",
    }
)
"""Every address of the sample that is not a site's own."""

DOH_URL = "https://dns.open-resolver.example/dns-query"
"""The DNS-over-HTTPS resolver that probes use beside the system's."""

_TABLE = (
    ("daily-herald.example", "News media", HARBOUR, 10, "The Daily Herald of XL"),
    ("www.open-forum.example", "Political debate", HARBOUR, 14, "Open Forum"),
    ("river-archive.example", "Human rights", HARBOUR, 18, "River Archive"),
    ("city-radio.example", "News media", HARBOUR, 22, "City Radio, live from the square"),
    ("old-museum.example", "Culture", HARBOUR, 26, "The Old Museum"),
    ("quiet-voices.example", "Human rights", HARBOUR, 30, "Quiet Voices"),
    ("blue-lighthouse.example", "Environment", HARBOUR, 34, "Blue Lighthouse"),
    ("ballot-watch.example", "Political debate", HARBOUR, 38, "Ballot Watch"),
    ("rainbow-house.example", "LGBTQ+", HARBOUR, 42, "Rainbow House"),
    ("market-square.example", "Commerce", HARBOUR, 46, "Market Square"),
    ("weather-window.example", "Weather", CIRRUS, 10, "Weather Window"),
    ("tram-times.example", "Transport", CIRRUS, 14, "Tram Times"),
    ("library-steps.example", "Education", CIRRUS, 18, "Library Steps"),
    ("paper-kites.example", "Culture", CIRRUS, 22, "Paper Kites"),
    ("long-films.example", "Media sharing", CIRRUS, 26, "Long Films"),
    ("photo-wall.example", "Media sharing", CIRRUS, 30, "Photo Wall"),
    ("search-harbour.example", "Search engines", CIRRUS, 34, "Search Harbour"),
    ("cloud-drawer.example", "File sharing", CIRRUS, 38, "Cloud Drawer"),
    ("small-letters.example", "E-mail", CIRRUS, 42, "Small Letters"),
    ("song-barn.example", "Media sharing", CIRRUS, 46, "Song Barn"),
    ("tunnel-lamp.example", "Circumvention tools", GRANITE, 10, "Tunnel Lamp"),
    ("mirror-pond.example", "Circumvention tools", GRANITE, 14, "Mirror Pond"),
    ("dice-parlour.example", "Gambling", GRANITE, 18, "Dice Parlour"),
    ("night-garden.example", "Adult", GRANITE, 22, "Night Garden"),
    ("chapel-road.example", "Religion", GRANITE, 26, "Chapel Road"),
    ("union-hall.example", "Labour", GRANITE, 30, "Union Hall"),
    ("border-stories.example", "News media", GRANITE, 34, "Border Stories"),
    ("hill-clinic.example", "Health", GRANITE, 38, "Hill Clinic"),
    ("green-valley.example", "Environment", GRANITE, 42, "Green Valley"),
    ("chess-corner.example", "Games", GRANITE, 46, "Chess Corner"),
    ("north-letters.example", "News media", LANTERN, 10, "North Letters"),
    ("student-press.example", "News media", LANTERN, 14, "Student Press"),
    ("court-notes.example", "Human rights", LANTERN, 18, "Court Notes"),
    ("village-map.example", "Reference", LANTERN, 22, "Village Map"),
    ("ministry-of-parks.example", "Government", LANTERN, 26, "Ministry of Parks"),
    ("tax-counter.example", "Government", LANTERN, 30, "Tax Counter"),
    ("parcel-desk.example", "Commerce", LANTERN, 34, "Parcel Desk"),
    ("recipe-tin.example", "Food", LANTERN, 38, "Recipe Tin"),
    ("star-charts.example", "Science", LANTERN, 42, "Star Charts"),
    ("lost-domain.example", "Commerce", PARKING, 20, "lost-domain.example"),
    ("login.wayside-cafe.example", "Login page", LANTERN, 60, "Wayside Cafe: please sign in"),
    ("blocked.norrland-telecom.example", "Block page", FILTER, 9, "Access restricted"),
)

SITES: Mapping[str, Site] = MappingProxyType({row[0]: Site(*row) for row in _TABLE})
"""Sites by host name. The last two are never a target: they are where others are led to."""

TARGETS = tuple(SITES)[:-2]
"""Host names that are measured."""


def operator_of(address: str) -> Operator | None:
    """Give the owner of an address of the sample; ``None`` for private and other people's addresses."""
    for operator in OPERATORS:
        if address.startswith((f"{operator.prefix}.", operator.prefix6)):
            return operator
    for network in NETWORKS:
        if address.startswith(".".join(network.resolver.split(".")[:2]) + "."):
            return Operator(network.asn, network.name, "", "")
    return None


def categories() -> str:
    """Write the list of targets as CSV: ``domain,category``."""
    lines = [f"{host},{SITES[host].category}" for host in sorted(TARGETS)]
    return "\n".join(["domain,category", *lines]) + "\n"
