"""Resolvers, as a person names them and as records do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from trigpoint.errors import InputError
from trigpoint.net.names import a_label, canonical_address, join_endpoint, split_endpoint

if TYPE_CHECKING:
    from typing import NoReturn

_PORTS = {"udp": 53, "tcp": 53, "dot": 853, "https": 443}  # RFC 1035, section 4.2; RFC 7858, section 3.1; RFC 8484
_WRITTEN = re.compile(r"(?P<scheme>udp|tcp|dot|https)://(?P<place>[^\s/?#]+)(?P<path>/[^\s#]*)?", re.ASCII)
_DOH_PATH = "/dns-query"  # as RFC 8484 writes it in its examples, and nearly every server has it


class Resolver(msgspec.Struct, frozen=True):
    """Whom to ask for names, and how."""

    engine: str = "getaddrinfo"
    """``getaddrinfo``, ``udp``, ``tcp``, ``dot``, ``doh``."""
    address: str = ""
    """In canonical text. Empty: the system's, or one that must be looked up by its name first (:meth:`at`)."""
    port: int = 0
    name: str = ""
    """Name of a DoT or DoH server, as an A-label: what its certificate must be for. Empty: its address."""
    path: str = ""
    """Path and query of a DoH server."""

    @property
    def text(self) -> str:
        """How records name it: address with port, the URL of DoH, or nothing for the system's.

        >>> Resolver.parse("udp://2001:db8::1").text, Resolver.parse("https://dns.example/dns-query@192.0.2.1").text
        ('[2001:db8::1]:53', 'https://dns.example/dns-query')
        """
        if self.engine == "getaddrinfo":
            return ""
        if self.engine == "doh":
            return f"https://{self.authority}{self.path}"
        return join_endpoint(self.address or self.name, self.port)

    @property
    def server_name(self) -> str:
        """What a certificate must be for: name or address."""
        return self.name or self.address

    @property
    def authority(self) -> str:
        """Name or address with port, as a URL of HTTPS has it."""
        if self.port != _PORTS["https"]:
            return join_endpoint(self.server_name, self.port)
        return f"[{self.server_name}]" if ":" in self.server_name else self.server_name

    def at(self, address: str) -> Resolver:
        """Give the same one at an address."""
        return msgspec.structs.replace(self, address=address)

    @classmethod
    def parse(cls, text: str) -> Resolver:
        """Read a resolver: ``system``, ``udp://ADDRESS[:PORT]``, ``tcp://...``, ``dot://...`` or a URL of DoH.

        The name of a DoT server stands before its address, as ``dot://dns.example@192.0.2.1``; the address of a DoH
        server may stand behind its URL, as ``https://dns.example/dns-query@192.0.2.1``.

        Raises:
            InputError: it is none of these.

        """
        if text in {"", "system"}:
            return cls()
        found = _WRITTEN.fullmatch(text)
        if not found:
            _refuse(text)
        scheme, place, path = found["scheme"], found["place"], found["path"]
        if scheme == "https":
            return _doh(text, place, path or _DOH_PATH)
        name, _, place = place.rpartition("@")
        host, port = _place(text, place, _PORTS[scheme])
        address = canonical_address(host) or ""
        if path or (scheme != "dot" and (name or not address)):
            _refuse(text)
        return cls(scheme, address, port, a_label(name) if name or address else host)


def _doh(text: str, place: str, path: str) -> Resolver:
    path, _, behind = path.partition("@")
    before, _, behind_place = place.partition("@")  # where there is no path
    host, port = _place(text, before, _PORTS["https"])
    given = behind or behind_place
    address = canonical_address(given or host) or ""
    if given and not address:
        _refuse(text)
    return Resolver("doh", address, port, "" if canonical_address(host) else host, path)


def _place(text: str, place: str, usual: int) -> tuple[str, int]:
    host, port = split_endpoint(place)
    has_port = not place.endswith("]") and (":" in place.rpartition("]")[2]) and canonical_address(place) is None
    if host is None or (has_port and not port):
        _refuse(text)
    return host, port or usual


def _refuse(text: str) -> NoReturn:
    message = (
        f"{text!r} is no resolver: write system, udp://ADDRESS, tcp://ADDRESS, dot://NAME@ADDRESS "
        "or https://NAME/PATH@ADDRESS"
    )
    raise InputError(message)
