"""The vocabulary of mechanisms: dotted paths, in which every prefix is a node.

Node names are permanent: nodes are added, never redefined. The core follows the taxonomy that OONI's analysts label
with (``ooni/data`` ontology v1), so that their labels stay usable; nodes of our own are marked.

>>> ancestors("tls.reset.sni")
('tls', 'tls.reset', 'tls.reset.sni')
>>> deepest_common(["tls.reset.sni", "tls.reset"])
'tls.reset'
>>> one_per_layer(["tls.reset", "tls.timeout", "dns.nxdomain"])
('dns.nxdomain', 'tls')
"""

from __future__ import annotations

from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Mechanism(msgspec.Struct, frozen=True):
    """One node of the vocabulary."""

    name: str
    """Dotted path: layer, action, detail."""
    meaning: str
    """What is seen, in a few words for a person."""
    is_ours: bool = False
    """Whether the node is missing from OONI's taxonomy v1."""


_NODES = (
    Mechanism("dns", "interference with name resolution"),
    Mechanism("dns.injection", "an answer that the name's owner never gave"),
    Mechanism("dns.injection.blockpage", "a forged answer with the address of a block page"),
    Mechanism("dns.injection.bogon", "a forged answer with an address that is not globally routable"),
    Mechanism("dns.injection.other", "a forged answer with another public address"),
    Mechanism("dns.nxdomain", "the resolver denies a name that exists"),
    Mechanism("dns.refused", "the resolver refuses, or fails on, a name that resolves elsewhere"),
    Mechanism("dns.timeout", "no answer for this name, while the resolver answers others"),
    Mechanism("dns.interception", "a resolver on the path answers for whatever resolver was asked", is_ours=True),
    Mechanism("tcp", "interference with connecting"),
    Mechanism("tcp.reset", "a reset while connecting"),
    Mechanism("tcp.refused", "a reset in answer to the SYN"),
    Mechanism("tcp.timeout", "the SYN stays unanswered"),
    Mechanism("tls", "interference with the TLS handshake"),
    Mechanism("tls.reset", "a reset after the ClientHello"),
    Mechanism("tls.reset.sni", "a reset after the ClientHello, triggered by the server name"),
    Mechanism("tls.timeout", "the handshake stalls"),
    Mechanism("tls.timeout.sni", "the handshake stalls, triggered by the server name", is_ours=True),
    Mechanism("tls.close", "the connection is closed instead of an answer to the ClientHello", is_ours=True),
    Mechanism("tls.close.sni", "the connection is closed instead of an answer, by the server name", is_ours=True),
    Mechanism("tls.mitm", "a certificate that is not the site's"),
    Mechanism("tls.mitm.self_signed", "a self-signed certificate that is not the site's"),
    Mechanism("tls.mitm.ca_signed", "a certificate of another authority that is not the site's"),
    Mechanism("tls.throttle", "a rate plateau inside TLS"),
    Mechanism("tls.throttle.sni", "a rate plateau that follows the server name"),
    Mechanism("tls.freeze", "the flow stalls after a number of bytes or packets", is_ours=True),
    Mechanism("http", "interference with the HTTP exchange"),
    Mechanism("http.blockpage", "a block page is served"),
    Mechanism("http.redirect", "a redirect to a block page"),
    Mechanism("http.reset", "a reset after the request"),
    Mechanism("http.reset.host", "a reset after the request, triggered by the Host header"),
    Mechanism("http.reset.keyword", "a reset after the request, triggered by a word in the path", is_ours=True),
    Mechanism("http.close", "the connection is closed instead of a response", is_ours=True),
    Mechanism("http.timeout", "no response to the request"),
    Mechanism("http.error", "a network's own refusal, not the server's"),
    Mechanism("http.throttle", "a rate plateau of the response"),
    Mechanism("quic", "interference with QUIC", is_ours=True),
    Mechanism("quic.timeout", "the QUIC handshake stays unanswered", is_ours=True),
    Mechanism("quic.timeout.sni", "unanswered, triggered by the server name", is_ours=True),
    Mechanism("quic.timeout.version", "unanswered, triggered by the QUIC version", is_ours=True),
    Mechanism("quic.timeout.size", "unanswered, triggered by the datagram's size", is_ours=True),
    Mechanism(
        "udp", "interference with datagrams that are neither DNS nor QUIC, such as those of tunnels", is_ours=True
    ),
    Mechanism("udp.timeout", "datagrams stay unanswered", is_ours=True),
    Mechanism("ip", "interference by address or route"),
    Mechanism("ip.unreachable", "an ICMP message says that the address is unreachable"),
    Mechanism("ip.prefix_null_route", "a whole prefix is unanswered"),
    Mechanism("ip.allowlist", "only listed addresses answer", is_ours=True),
    Mechanism("ip.shutdown", "nothing answers: the network is cut off", is_ours=True),
)

MECHANISMS: Mapping[str, Mechanism] = MappingProxyType({node.name: node for node in _NODES})
"""Every node by name, in the order of the vocabulary."""


def ancestors(name: str) -> tuple[str, ...]:
    """Give a node's path from its layer down to itself: ``n`` labels give ``n`` names.

    Raises:
        KeyError: the vocabulary has no such node.

    """
    _ = MECHANISMS[name]
    labels = name.split(".")
    return tuple(".".join(labels[: depth + 1]) for depth in range(len(labels)))


def deepest_common(names: Iterable[str]) -> str | None:
    """Give the deepest node that is an ancestor of all the given ones (or is one of them).

    ``None`` when there is none: no names given, or names of different layers.

    Raises:
        KeyError: the vocabulary has no such node.

    """
    paths = [ancestors(name) for name in names]
    common = None
    for level in zip(*paths, strict=False):
        if len(set(level)) > 1:
            break
        common = level[0]
    return common


def one_per_layer(names: Iterable[str]) -> tuple[str, ...]:
    """Reduce nodes to at most one for each layer, sorted.

    On one branch the deepest stays (``tls.reset``, ``tls.reset.sni`` give ``tls.reset.sni``); nodes of different
    branches give their deepest common ancestor.

    Raises:
        KeyError: the vocabulary has no such node.

    """
    ordered = sorted(set(names))
    return tuple(_branch(list(group)) for _, group in groupby(ordered, key=lambda name: name.split(".", 1)[0]))


def _branch(names: list[str]) -> str:
    deepest = max(names, key=lambda name: name.count("."))
    if set(names) <= set(ancestors(deepest)):
        return deepest
    common = deepest_common(names)
    return common if common is not None else deepest
