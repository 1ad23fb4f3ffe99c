"""What is up wherever there is Internet: a probe looks at these first, to know its own network before it judges others.

Each is a service that its operator keeps for this purpose, or for everybody, and says so. Several operators, since one
of them may be blocked.
"""

from __future__ import annotations

import msgspec


class PortalCheck(msgspec.Struct, frozen=True):
    """A page without TLS whose content is known: whoever gives another one stands in between (:rfc:`8952`)."""

    url: str
    status: int
    """Status code of the genuine answer."""
    content: str
    """Text that the genuine answer has. Empty: it has no body."""
    source: str
    """Where that is documented."""

    def is_met(self, status: int, body: bytes) -> bool:
        """Tell whether an answer is the genuine one."""
        return status == self.status and (self.content.encode() in body if self.content else not body)


class Landmark(msgspec.Struct, frozen=True):
    """A server known by its address that shows a certificate for its name."""

    address: str
    port: int
    name: str
    source: str
    """Where that is documented."""


_GOOGLE = "Google Public DNS documentation"
_CLOUDFLARE = "Cloudflare documentation, 1.1.1.1"
_QUAD9 = "Quad9 documentation, service addresses"

PORTAL_CHECKS = (
    PortalCheck(
        "http://connectivitycheck.gstatic.com/generate_204",
        204,
        "",
        "Chromium documentation, network portal detection; Android's network monitor",
    ),
    PortalCheck(
        "http://detectportal.firefox.com/success.txt",
        200,
        "success",
        "Firefox source documentation, captive portal detection and connectivity checking",
    ),
)
"""Pages of two operators, as their own programs ask for them."""

LANDMARKS = tuple(
    Landmark(address, 443, name, source)
    for name, source, addresses in (
        ("dns.google", _GOOGLE, ("8.8.8.8", "2001:4860:4860::8888")),
        ("one.one.one.one", _CLOUDFLARE, ("1.1.1.1", "2606:4700:4700::1111")),
        ("dns.quad9.net", _QUAD9, ("9.9.9.9", "2620:fe::fe")),
    )
    for address in addresses
)
"""Public resolvers at their HTTPS port, in both families."""

CANARY = "use-application-dns.net"
"""A name that exists; a network whose resolver filters, by its owner's wish, denies it, so that browsers keep to that
resolver (Mozilla support, "Canary domain - use-application-dns.net")."""
