"""What is asked of a control and what it answers: the JSON of OONI's test helper (``ooni/spec``, ts-017).

The names are those of the specification and of recorded pairs; fields that are not known are passed over.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from trigpoint.errors import InputError
from trigpoint.net.names import Url, canonical_address, parse_url, split_endpoint

MOST_ADDRESSES = 64
"""Addresses that one request may name; sites have some dozen at most."""

RESOLVED_BY_PROBE, RESOLVED_BY_CONTROL, IS_BOGON, VALID_FOR_DOMAIN = 1, 2, 4, 8
"""Flags of an address: who found it, whether it cannot be public, and whether a handshake showed the site's name."""

_PORTS = {"http": (80, 443), "https": (443,)}
_HTTPS = 443
_LONGEST_URL = 4_096
_LONGEST_VALUE = 1_024
_HEADERS = ("accept", "accept-language", "user-agent")  # all others would let a probe make requests of its own

BYTES_PATH = "/bytes/{bytes}"
"""Path at every HTTP service of a control that gives so many bytes."""

_Text = Annotated[str, msgspec.Meta(max_length=_LONGEST_VALUE)]


class ControlRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a probe asks."""

    http_request: Annotated[str, msgspec.Meta(max_length=_LONGEST_URL)]
    """The URL."""
    http_request_headers: dict[str, list[_Text] | None] | None = None
    """Fields that the probe sends, too. ``Accept``, ``Accept-Language`` and ``User-Agent`` are heeded."""
    tcp_connect: Annotated[tuple[_Text, ...], msgspec.Meta(max_length=8 * MOST_ADDRESSES)] | None = None
    """Endpoints that the probe found; their ports are not heeded. Programs in Go write none for no list."""
    x_quic_enabled: bool = False
    """Whether QUIC and HTTP/3 are measured as well, where the site offers them."""

    @property
    def url(self) -> Url:
        """The parts of the URL."""
        return parse_url(self.http_request)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Addresses that the probe found, each once, in canonical text."""
        found = (canonical_address(split_endpoint(each)[0] or "") for each in self.tcp_connect or ())
        return tuple(dict.fromkeys(address for address in found if address))

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Fields that are heeded, by name in small letters."""
        known = {name.lower(): values[0] for name, values in (self.http_request_headers or {}).items() if values}
        return tuple((name, known[name]) for name in _HEADERS if name in known)

    @property
    def ports(self) -> tuple[int, ...]:
        """Ports to measure: the one that the URL names, else those of its scheme; for HTTP that of HTTPS, too."""
        url = self.url
        usual = _PORTS[url.scheme or ""]
        return usual if url.port == usual[0] else (url.port or 0,)

    def is_tls(self, port: int) -> bool:
        """Tell whether TLS is spoken at a port."""
        return port == _HTTPS or self.url.scheme == "https"


class Services(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a helper serves besides, told by ``GET /health``: addresses with ports.

    An address that is not one (``0.0.0.0``, ``::``) stands for every address of the helper in that version of IP, since
    a server behind a translator of addresses does not know its own.
    """

    http: tuple[str, ...] = ()
    """HTTP under any ``Host``: an echo of requests, and bytes."""
    https: tuple[str, ...] = ()
    """The same in TLS under any server name; the certificate may be anybody's."""
    quic: tuple[str, ...] = ()
    """The same as HTTP/3."""
    echo: tuple[str, ...] = ()
    """TCP and UDP ports that send back what they get (RFC 862)."""
    discard: tuple[str, ...] = ()
    """TCP and UDP ports that take everything (RFC 863)."""
    silent: tuple[str, ...] = ()
    """UDP ports at which nobody answers, so that an answer is somebody else's."""
    whoami: str = ""
    """Zone whose names have the address that asks. Empty: there is none."""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """A sign of life, and what there is."""

    status: str = "ok"
    software: str
    version: str
    client: str = ""
    """The address from which it was asked, so that a probe can keep it out of its records."""
    services: Services = Services()


class Connected(msgspec.Struct, frozen=True):
    """How a TCP connect went."""

    status: bool
    """Whether it succeeded."""
    failure: str | None
    """Failure string. None: it succeeded."""


class Handshaken(msgspec.Struct, frozen=True):
    """How a handshake of TLS or QUIC went."""

    server_name: str
    """The name that was asked for."""
    status: bool
    """Whether it succeeded."""
    failure: str | None
    """Failure string. None: it succeeded."""


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking for the page, at the end of its redirects."""

    body_length: int = -1
    """Bytes of the body, without its transfer coding. -1: no response."""
    discovered_h3_endpoint: str = ""
    """Host and port at which the first response offered HTTP/3. Empty: it did not."""
    failure: str | None = None
    """Failure string. None: there is a whole response."""
    title: str = ""
    """Title of the page. Empty: none."""
    headers: dict[str, str] = {}
    """First value of each field."""
    status_code: int = -1
    """Status. -1: no response."""


class Resolved(msgspec.Struct, frozen=True):
    """What the control's resolver said."""

    failure: str | None = None
    """Failure string; ``dns_name_error`` where there is no such name. None: no failure, perhaps no address."""
    addrs: tuple[str, ...] = ()
    """Addresses."""


class AddressInfo(msgspec.Struct, frozen=True):
    """What is known of an address."""

    asn: int
    """AS number. 0: not known."""
    flags: int
    """Sum of :data:`RESOLVED_BY_PROBE` and its like."""


class ControlResponse(msgspec.Struct, frozen=True, kw_only=True):
    """What a control answers."""

    tcp_connect: dict[str, Connected]
    """By endpoint."""
    tls_handshake: dict[str, Handshaken]
    """By endpoint, for those that TCP reached."""
    quic_handshake: dict[str, Handshaken]
    """By endpoint; empty where it was not asked for, or the site does not offer it."""
    http_request: Fetched
    """The page."""
    http3_request: Fetched | None
    """The same over HTTP/3. None: as with QUIC."""
    dns: Resolved
    """Addresses of the host."""
    ip_info: dict[str, AddressInfo]
    """By address."""


_decoder = msgspec.json.Decoder(ControlRequest)


def decoded(body: bytes) -> ControlRequest:
    """Read what a probe asks.

    Raises:
        InputError: it is no such request, or one that no control makes. One sentence says why.

    """
    try:
        request = _decoder.decode(body)
    except msgspec.ValidationError as error:
        message = f"the request is not as the protocol has it: {error}"
        raise InputError(message) from error
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        message = "the request is not JSON"
        raise InputError(message) from error
    check_url(request.http_request)
    if len(request.addresses) > MOST_ADDRESSES:
        message = f"the request names more than {MOST_ADDRESSES} addresses"
        raise InputError(message)
    return request


def check_url(text: str) -> None:
    """See that a URL is one that a control asks for: HTTP or HTTPS, a host, and no credentials.

    Raises:
        InputError: it is not.

    """
    url = parse_url(text)
    if url.scheme not in _PORTS:
        _refuse(text, "its scheme is neither http nor https")
    if not url.host or not url.port:
        _refuse(text, "it names no host or no port")
    if "@" in text.split("://", 1)[1].partition("/")[0].partition("?")[0].partition("#")[0]:
        _refuse(text, "it holds credentials")
    if any(character <= " " or character == "\x7f" for character in text):
        _refuse(text, "it holds blanks or control characters")


def _refuse(url: str, why: str) -> None:
    message = f"{url[:100]!r} cannot be measured: {why}"
    raise InputError(message)
