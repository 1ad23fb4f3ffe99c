"""The vocabulary of explanations: why a measurement is not ``blocked``, or not decided."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping


class Explanation(msgspec.Struct, frozen=True):
    """One node of the vocabulary."""

    name: str
    """Dotted path: who or what explains it, then how."""
    meaning: str
    """What it says, in a few words for a person."""


_NODES = (
    Explanation("dns.consistent", "the addresses differ, and the site's own certificate was valid there"),
    Explanation("dns.no_rcode", "the resolver interface hides the response code, so a denial cannot be told"),
    Explanation("site.down", "the site does not work for the control either"),
    Explanation("site.parked", "the domain is parked or for sale"),
    Explanation("site.bad_certificate", "the site itself presents a certificate that does not verify"),
    Explanation("site.dnssec_broken", "the domain's DNSSEC signatures do not verify"),
    Explanation("server.challenge", "the server asks for a CAPTCHA or runs a bot check"),
    Explanation("server.geoblock", "the server refuses this country or network itself"),
    Explanation("server.tls_policy", "the server itself rejects the handshake"),
    Explanation("server.redirect_broken", "the server redirects to an address that cannot work"),
    Explanation("http.benign_difference", "the pages differ as dynamic or localised pages do"),
    Explanation("http.scheme_difference", "probe and control used different schemes or protocol versions"),
    Explanation("control.failure", "the control measurement failed"),
    Explanation("control.absent", "there is no control measurement"),
    Explanation("local.captive_portal", "a login page of the access network stands in between"),
    Explanation("local.no_ipv6", "the probe's network has no working IPv6"),
    Explanation("local.tls_interception", "a program on the device or its office network intercepts TLS"),
    Explanation("local.dns_filter", "a filter on the device or its local network answers DNS"),
    Explanation("local.clock", "the probe's clock is wrong"),
    Explanation("local.ca_bundle", "the probe's list of authorities is out of date"),
    Explanation("local.vpn", "the probe measured through a VPN or proxy"),
    Explanation("network.flaky", "the network loses packets without regard to the target"),
    Explanation("network.mtu", "large packets are lost on the path"),
    Explanation("isp.nxdomain_rewrite", "the provider answers for every name that does not exist"),
    Explanation("self.residual", "an earlier test of our own still has its effect"),
    Explanation("probe.defect", "the measuring program failed"),
    Explanation("input.invalid", "the input cannot be measured"),
    Explanation("resolver.filtering", "the resolver that the user chose filters by itself"),
    Explanation("path.third_country", "the interference happens on the path outside the country"),
    Explanation("collateral", "the target shares an address with what is blocked"),
)

EXPLANATIONS: Mapping[str, Explanation] = MappingProxyType({node.name: node for node in _NODES})
"""Every explanation by name, in the order of the vocabulary."""


def family(name: str) -> str:
    """Give the first label: who or what explains it (``site``, ``server``, ``control``, ``local``, ...).

    Raises:
        KeyError: the vocabulary has no such node.

    """
    _ = EXPLANATIONS[name]
    return name.split(".", 1)[0]
