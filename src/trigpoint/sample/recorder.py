"""Writes steps down as OONI's probe does: the arrays of ``test_keys`` that every nettest shares.

Shapes: OONI data formats df-001 (requests), df-002 (queries), df-005 (tcp_connect), df-006 (tls_handshakes) and df-008
(network_events) of ``ooni/spec``.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.sample import dnswire
from trigpoint.sample.country import operator_of
from trigpoint.sample.pages import Page

if TYPE_CHECKING:
    import random

USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) trigpoint-sample/1 (fictional)"
"""``User-Agent`` of the sample's probe."""

_SECONDS = {"generic_timeout_error": 10.0, "android_dns_cache_no_data": 0.002}
_REFUSALS = (*dnswire.RCODES, "dns_no_answer")

Object = dict[str, Any]
"""A JSON object."""


class Reply(msgspec.Struct, frozen=True):
    """What a resolver answers."""

    addresses: tuple[str, ...] = ()
    """Addresses, both families."""
    failure: str | None = None
    """Failure string; ``None`` with addresses is success."""
    has_soa: bool = True
    """Whether a denial carries the zone's SOA, as a true one does."""


class Ask(msgspec.Struct, frozen=True):
    """Who is asked, and how."""

    engine: str
    """``getaddrinfo``, ``system``, ``udp``, ``doh``, ``dot``."""
    resolver: str = ""
    """Address with port, or URL; empty for the system's."""
    types: tuple[str, ...] = ("ANY",)
    """Query types."""


class Flow(msgspec.Struct, frozen=True):
    """How bytes come in after something was sent."""

    reads: tuple[tuple[int, float], ...] = ((1452, 0.001), (1180, 0.0004))
    """Bytes and seconds of each read."""
    written: int = 312
    """Bytes written first."""


class End(msgspec.Struct, frozen=True):
    """An endpoint under a name."""

    address: str
    """IP address."""
    port: int = 443
    """Port."""
    name: str = ""
    """Server name sent."""
    protocol: str = "h2"
    """ALPN agreed upon."""

    @property
    def text(self) -> str:
        """Address and port as OONI writes them."""
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


class Exchange(msgspec.Struct, frozen=True):
    """One HTTP request and what came back."""

    url: str
    """URL asked for."""
    page: Page | None = None
    """Response; ``None`` where none came."""
    failure: str | None = None
    """Failure string."""
    host: str = ""
    """``Host`` header where it differs from the URL's."""
    method: str = "GET"
    """Request method."""
    flow: Flow = Flow(((1452, 0.02), (1452, 0.001), (804, 0.001)), 231)
    """How the response came in."""


class Recorder:
    """Keeps the steps of one measurement, with a clock of its own and a counter of connections."""

    def __init__(self, random: random.Random, tags: tuple[str, ...] = ()) -> None:
        self.random = random
        self.tags = tags
        self.now = 0.0
        self.transaction = 0
        self.queries: list[Object] = []
        self.tcp_connect: list[Object] = []
        self.tls_handshakes: list[Object] = []
        self.quic_handshakes: list[Object] = []
        self.requests: list[Object] = []
        self.network_events: list[Object] = []

    def begin(self, *tags: str) -> None:
        """Begin another connection, a moment later."""
        self.transaction += 1
        self.tags = tags or self.tags
        self.wait(0.0005)

    def wait(self, seconds: float) -> tuple[float, float]:
        """Let about so much time go by; gives start and end."""
        start = self.now
        self.now = round(start + seconds * self.random.uniform(0.7, 1.4), 6)
        return start, self.now

    def event(self, operation: str, **fields: Any) -> None:  # noqa: ANN401 - JSON values
        """Note a network event at this moment."""
        event = {"failure": None, "operation": operation, "t0": self.now, "t": self.now}
        self.network_events.append(event | fields | {"transaction_id": self.transaction, "tags": list(self.tags)})

    def lookup(self, ask: Ask, hostname: str, reply: Reply) -> None:
        """Ask a resolver; one entry for each query type."""
        usual = 0.003 if ask.engine == "getaddrinfo" else 0.04
        start, end = self.wait(_SECONDS.get(reply.failure or "", usual))
        for query_type in ask.types:
            self.queries.append(self._query(ask, hostname, query_type, reply) | {"t0": start, "t": end})

    def _query(self, ask: Ask, hostname: str, query_type: str, reply: Reply) -> Object:
        answers = _answers(reply.addresses, query_type)
        failure = reply.failure if reply.failure or answers else "dns_no_answer"
        entry: Object = {
            "answers": answers or None,
            "engine": ask.engine,
            "failure": failure,
            "hostname": hostname,
            "query_type": query_type,
            "resolver_hostname": None,
            "resolver_port": None,
            "resolver_address": ask.resolver,
            "tags": list(self.tags),
            "transaction_id": self.transaction,
        }
        if query_type != "ANY" and (failure is None or failure in _REFUSALS):
            entry["raw_response"] = self._raw(hostname, query_type, reply, failure)
        return entry

    def _raw(self, hostname: str, query_type: str, reply: Reply, failure: str | None) -> str:
        rcode = dnswire.RCODES.get(failure or "", 0)
        has_soa = reply.has_soa and failure in {"dns_nxdomain_error", "dns_no_answer"}
        identity = self.random.randrange(65536)
        wire = dnswire.reply(identity, hostname, query_type, reply.addresses, rcode, has_soa=has_soa)
        return base64.b64encode(wire).decode("ascii")

    def connect(self, end: End, failure: str | None = None) -> bool:
        """Open a TCP connection; tells whether it opened."""
        start, stop = self.wait(_SECONDS.get(failure or "", 0.03))
        self.tcp_connect.append(
            {
                "ip": end.address,
                "port": end.port,
                "status": {"blocked": failure is not None, "failure": failure, "success": failure is None},
                "t0": start,
                "t": stop,
                "tags": list(self.tags),
                "transaction_id": self.transaction,
            }
        )
        self.event("connect", address=end.text, proto="tcp", failure=failure, t0=start)
        return failure is None

    def handshake(
        self, end: End, chain: tuple[str, ...] = (), failure: str | None = None, flow: Flow | None = None
    ) -> bool:
        """Do a TLS handshake; tells whether it succeeded."""
        reads = flow or (Flow() if failure is None or chain else Flow(()))
        start = self.now
        self.event("tls_handshake_start")
        self.transfer(end, reads, None if chain else failure)
        self.event("tls_handshake_done", failure=failure)
        self.tls_handshakes.append(
            self._handshake(end, chain, failure) | {"network": "tcp", "t0": start, "t": self.now}
        )
        return failure is None

    def _handshake(self, end: End, chain: tuple[str, ...], failure: str | None) -> Object:
        return {
            "address": end.text,
            "cipher_suite": "TLS_AES_128_GCM_SHA256" if failure is None else "",
            "failure": failure,
            "negotiated_protocol": end.protocol if failure is None else "",
            "no_tls_verify": False,
            "peer_certificates": [{"data": data, "format": "base64"} for data in chain] or None,
            "server_name": end.name,
            "tags": list(self.tags),
            "tls_version": "TLSv1.3" if failure is None else "",
            "transaction_id": self.transaction,
        }

    def quic(self, end: End, chain: tuple[str, ...] = (), failure: str | None = None, size: int = 1200) -> bool:
        """Do a QUIC handshake with a first datagram of so many bytes; tells whether it succeeded."""
        start = self.now
        self.event("quic_handshake_start")
        for _ in range(1 if failure is None else 3):
            self.event("write_to", address=end.text, num_bytes=size, proto="udp")
            self.wait(0.03 if failure is None else 3.0)
        if failure is None:
            self.event("read_from", address=end.text, num_bytes=1252, proto="udp")
        self.event("quic_handshake_done", failure=failure)
        entry = self._handshake(end, chain, failure) | {"network": "udp", "t0": start, "t": self.now}
        self.quic_handshakes.append(entry)
        return failure is None

    def transfer(self, end: End, flow: Flow, failure: str | None = None) -> None:
        """Write, then read; a failure comes instead of the next read."""
        where = {"address": end.text, "proto": "tcp"}
        self.event("write", num_bytes=flow.written, **where)
        for size, seconds in flow.reads:
            start, _ = self.wait(seconds)
            self.event("read", num_bytes=size, t0=start, **where)
        if failure is not None:
            start, _ = self.wait(_SECONDS.get(failure, 0.03))
            self.event("read", failure=failure, t0=start, **where)

    def fetch(self, end: End, exchange: Exchange) -> None:
        """Do an HTTP round trip over the connection at hand."""
        start = self.now
        self.event("http_transaction_start")
        self.transfer(end, exchange.flow if exchange.page or exchange.failure is None else Flow(()), exchange.failure)
        self.event("http_transaction_done", failure=exchange.failure)
        self.requests.append(
            {
                "network": "tcp",
                "address": end.text,
                "alpn": end.protocol if exchange.url.startswith("https") else "",
                "failure": exchange.failure,
                "request": _request(exchange),
                "response": _response(None if exchange.failure else exchange.page),
                "t0": start,
                "t": self.now,
                "tags": list(self.tags),
                "transaction_id": self.transaction,
            }
        )

    def keys(self) -> Object:
        """Give the arrays as they stand in ``test_keys``; requests newest first, as the probe writes them."""
        return {
            "network_events": self.network_events,
            "queries": self.queries,
            "requests": self.requests[::-1],
            "tcp_connect": self.tcp_connect,
            "tls_handshakes": self.tls_handshakes,
        }


def _answers(addresses: tuple[str, ...], query_type: str) -> list[Object]:
    wanted = [a for a in addresses if query_type == "ANY" or (":" in a) == (query_type == "AAAA")]
    return [_answer(address) for address in wanted]


def _answer(address: str) -> Object:
    operator = operator_of(address)
    kind, field = ("AAAA", "ipv6") if ":" in address else ("A", "ipv4")
    return {
        "asn": operator.asn if operator else 0,
        "as_org_name": operator.name if operator else "",
        "answer_type": kind,
        field: address,
        "ttl": None,
    }


def _request(exchange: Exchange) -> Object:
    headers = {
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Language": "en-US,en;q=0.9",
        "Host": exchange.host or exchange.url.split("/")[2],
        "User-Agent": USER_AGENT,
    }
    return {
        "body": "",
        "body_is_truncated": False,
        "headers_list": [list(item) for item in headers.items()],
        "headers": headers,
        "method": exchange.method,
        "tor": {"exit_ip": None, "exit_name": None, "is_tor": False},
        "x_transport": "tcp",
        "url": exchange.url,
    }


def _response(page: Page | None) -> Object:
    if page is None:
        return {"body": "", "body_is_truncated": False, "code": 0, "headers_list": None, "headers": {}}
    return {
        "body": page.body,
        "body_is_truncated": False,
        "code": page.status,
        "headers_list": [list(item) for item in page.headers],
        "headers": dict(page.headers),
    }
