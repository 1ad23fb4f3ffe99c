"""What makes a censor act: a flow, a name in a query, a ClientHello, a request, a datagram."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

from trigpoint.lab.engine.group import Count
from trigpoint.lab.engine.match import Exemptions, Match
from trigpoint.lab.engine.names import NameList, Names
from trigpoint.lab.engine.readings import (
    CryptoHelloReader,
    HeadReader,
    HelloReader,
    QueryReader,
    StreamQueryReader,
    reading,
)
from trigpoint.lab.engine.response import Hit
from trigpoint.net.packets import ACK, SYN, TCP, checksums_hold

if TYPE_CHECKING:
    from trigpoint.lab.engine.flow import Flow
    from trigpoint.lab.engine.sight import Sight
    from trigpoint.net.client_hello import ClientHello
    from trigpoint.net.http_request import RequestHead

Look = Hit | bool
"""A hit; or whether it makes sense to look at later packets of the flow."""

_TCP_HEADER = 20


class Trigger(Protocol):
    """Looks at the packets of a flow that go the triggering way, until it hits."""

    is_blind: ClassVar[bool]
    """Whether it asks for no more than the flow, and so hits at its first packet whichever way that goes."""
    is_final: ClassVar[bool]
    """Whether a flow is judged as a whole: what does not fire when it hits never does, whatever comes later."""

    def look(self, sight: Sight) -> Look:
        """Look at one packet."""


class TlsMatch(Match, frozen=True):
    """Conditions on a ClientHello, of TLS over TCP or of QUIC."""

    ech: Literal["any", "with", "without"] = "any"
    """Whether it must have, or must not have, the extension of Encrypted ClientHello."""
    extensions: tuple[Count, ...] = ()
    """Types of extensions that it must have all, such as 0xffce for ESNI."""
    without_name: Literal["pass", "hit"] = "pass"
    """What becomes of a ClientHello without a server name, where names are listed."""


class Always:
    """Hits at the first packet of a flow that is seen."""

    is_blind: ClassVar[bool] = True
    is_final: ClassVar[bool] = True

    def look(self, sight: Sight) -> Look:  # noqa: ARG002 - the flow's conditions were asked before
        """Hit."""
        return Hit("flow")


class OnBegin:
    """Hits at the first packet of a flow, if whoever began it did so in the triggering direction."""

    is_blind: ClassVar[bool] = False
    is_final: ClassVar[bool] = True

    def look(self, sight: Sight) -> Look:
        """Hit, or give up."""
        return Hit("flow") if sight.outward == sight.flow.begun_outward else False


class OnSyn:
    """Hits at the SYN, at the SYN+ACK, or at either."""

    is_blind: ClassVar[bool] = False
    is_final: ClassVar[bool] = False

    def __init__(self, on: Literal["syn", "synack", "both"]) -> None:
        self._wanted = {"syn": {SYN}, "synack": {SYN | ACK}, "both": {SYN, SYN | ACK}}[on]

    def look(self, sight: Sight) -> Look:
        """Hit at each."""
        is_syn = sight.flow.protocol == TCP and sight.packet.flags & (SYN | ACK) in self._wanted
        return Hit("synack" if sight.packet.flags & ACK else "syn") if is_syn else True


def may_inspect(sight: Sight, match: Match) -> bool | None:
    """Tell whether a packet's payload is looked at; None where no later one will be either."""
    packet, flow = sight.packet, sight.flow
    if match.max_packets_inspected and flow.payloads[sight.outward] > match.max_packets_inspected:
        return None
    if packet.end == packet.payload:
        return False
    if match.header_length_20 and packet.payload - packet.transport != _TCP_HEADER:
        return False
    if (match.needs_syn or match.needs_synack) and not _saw(flow, match, outward=sight.outward):
        return False
    return not match.checksum_checked or checksums_hold(packet)


def _saw(flow: Flow, match: Match, *, outward: bool) -> bool:
    if match.needs_syn and (flow.opened_outward is None or outward not in flow.first_sequences):
        return False
    return not match.needs_synack or (not outward) in flow.first_sequences


class QueryMatch(Match, frozen=True):
    """Conditions on a DNS query."""

    stops_at_pointer: bool = False
    """Whether a query passes whose name has a compression pointer, as where a filter's own parser stops at one
    (net4people/bbs 80). Resolvers follow it: into the header, where a zero octet ends the name."""


class OnQuery:
    """Hits at each DNS query for a listed name, over UDP and TCP."""

    is_blind: ClassVar[bool] = False
    is_final: ClassVar[bool] = False

    def __init__(self, match: QueryMatch) -> None:
        self._match = match
        self._names = NameList(match)
        self._exempt = Exemptions(match)

    def look(self, sight: Sight) -> Look:
        """Look at one datagram."""
        allowed = may_inspect(sight, self._match)
        if not allowed:
            return allowed is not None
        if sight.flow.protocol == TCP:
            query = reading(sight, self._match, StreamQueryReader).found
        else:
            query = reading(sight, self._match, QueryReader).found
        if query is None or (query.is_compressed and self._match.stops_at_pointer):
            return True
        if self._exempt.hold(query.qname, outward=sight.outward):
            return True
        rule = self._names.find(query.qname)
        return Hit(rule, query.qname, query) if rule else True


class OnHello:
    """Hits at a ClientHello of TLS over TCP.

    Args:
        match: conditions.
        unlisted: whether the names listed are the ones that pass.

    """

    is_blind: ClassVar[bool] = False
    is_final: ClassVar[bool] = False

    def __init__(self, match: TlsMatch, *, unlisted: bool = False) -> None:
        self._match = match
        self._judge = HelloJudge(match, unlisted=unlisted)

    def look(self, sight: Sight) -> Look:
        """Look at one segment."""
        allowed = may_inspect(sight, self._match)
        if not allowed:
            return allowed is not None
        reader = reading(sight, self._match, HelloReader)
        if reader.found is None:
            return not reader.is_over
        return self._judge.judge(reader.found, outward=sight.outward) or not reader.is_over


class HelloJudge:
    """Says whether a ClientHello is meant."""

    def __init__(self, match: TlsMatch, *, unlisted: bool = False) -> None:
        self._match = match
        self._names = NameList(match)
        self._exempt = Exemptions(match)
        self._unlisted = unlisted

    def judge(self, hello: ClientHello, *, outward: bool) -> Hit | None:
        """Give the hit, None where there is none, for a ClientHello that goes outward or inward."""
        match = self._match
        if match.ech != "any" and hello.has_ech != (match.ech == "with"):
            return None
        if not set(match.extensions) <= set(hello.extensions):
            return None
        sent = hello.server_name_sent
        if sent is None:
            hits = match.without_name == "hit" or (match.means_all and not self._unlisted)
            return Hit("no server name") if hits else None
        return self._named(sent.decode("ascii", "backslashreplace"), outward=outward)

    def _named(self, name: str, *, outward: bool) -> Hit | None:
        if self._exempt.hold(name, outward=outward):
            return None
        rule = self._names.find(name)
        if self._unlisted:
            return Hit("not listed", name.lower()) if rule is None else None
        return Hit(rule, name.lower()) if rule else None


class OnRequest:
    """Hits at an HTTP request by its Host field, or by a word in its target.

    Args:
        match: conditions; its names are those of hosts.
        keywords: words looked for in the target; with none, any host that is listed hits.

    """

    is_blind: ClassVar[bool] = False
    is_final: ClassVar[bool] = False

    def __init__(self, match: Match, keywords: Names | None = None) -> None:
        self._match = match
        self._hosts = NameList(match)
        self._keywords = NameList(keywords) if keywords else None
        self._exempt = Exemptions(match)

    def look(self, sight: Sight) -> Look:
        """Look at one segment."""
        allowed = may_inspect(sight, self._match)
        if not allowed:
            return allowed is not None
        reader = reading(sight, self._match, HeadReader)
        if reader.found is None:
            return not reader.is_over
        return self._judge(reader.found, outward=sight.outward) or True

    def _judge(self, head: RequestHead, *, outward: bool) -> Hit | None:
        if self._match.http_methods and head.method not in self._match.http_methods:
            return None
        hosts = head.hosts or ("",)
        if any(self._exempt.hold(_without_port(host), outward=outward) for host in hosts):
            return None
        if self._keywords is not None and (rule := self._keywords.find(head.target)):
            return Hit(f"keyword {rule}", head.target)
        if self._keywords is None or not self._match.means_all:
            for host in map(_without_port, hosts):
                if rule := self._hosts.find(host):
                    return Hit(rule, host.lower())
        return None


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() and not name.endswith(":") else host


class QuicMatch(TlsMatch, frozen=True):
    """Conditions on a client's QUIC datagram."""

    by: Literal["name", "version", "size"] = "name"
    """What triggers: a server name that is read (which needs to open the Initial packet), a version, or no more than
    the datagram's size."""
    versions: tuple[Count, ...] = (1,)
    """Versions, with ``by`` = ``version``."""
    min_bytes: Count = 0
    """The smallest UDP payload that is looked at. 1,001 was seen in Russia in March 2022."""
    source_port_above_target: bool = False
    """Whether datagrams whose source port is not above the target port are passed over (USENIX Security 2025)."""
    first_packet_only: bool = False
    """Whether only the first datagram of a flow is looked at."""


class OnDatagram:
    """Hits at a QUIC datagram by name, version or size."""

    is_blind: ClassVar[bool] = False
    is_final: ClassVar[bool] = False

    def __init__(self, match: QuicMatch) -> None:
        self._match = match
        self._judge = HelloJudge(match)

    def look(self, sight: Sight) -> Look:
        """Look at one datagram."""
        match, packet = self._match, sight.packet
        if match.first_packet_only and sight.flow.payloads[sight.outward] > 1:
            return False
        allowed = may_inspect(sight, match)
        if not allowed:
            return allowed is not None
        if packet.end - packet.payload < match.min_bytes:
            return True
        if match.source_port_above_target and packet.source_port <= packet.target_port:
            return True
        if match.by == "size":
            return Hit(f"at least {match.min_bytes} bytes")
        return self._version(sight) if match.by == "version" else self._name(sight)

    def _version(self, sight: Sight) -> Look:
        head = sight.packet.content[:5]
        if len(head) < len(b"fVVVV") or not head[0] & 0x80:  # RFC 8999, section 5.1: a long header
            return True
        version = int.from_bytes(head[1:], "big")
        return Hit(f"version {version:#x}") if version in self._match.versions else True

    def _name(self, sight: Sight) -> Look:
        reader = reading(sight, self._match, CryptoHelloReader)
        if reader.found is None:
            return not reader.is_over
        return self._judge.judge(reader.found, outward=sight.outward) or not reader.is_over
