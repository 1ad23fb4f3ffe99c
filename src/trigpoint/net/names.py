"""Names and addresses in one form each, so that what two programs wrote differently still joins.

Every function is pure and remembers its latest answers: an archive repeats the same few names and addresses.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit, urlunsplit

import idna
import msgspec

from trigpoint.remembered import Remembered

if TYPE_CHECKING:
    from collections.abc import Callable

_CACHE_SIZE = 32_768  # distinct values; a test list has some 20,000 addresses. 25 MB a cache, as hostile as they may be
_LONGEST_NAME = 253  # RFC 1035, section 2.3.4, in text form
_LONGEST_READ = 512  # characters; twice the longest name
_LAST_PORT = 65_535
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_PLAIN_URL = re.compile(r"(https?)://([a-z0-9.-]+)(?=[/?#]|\Z)")
_MAPPED = bytes(10) + b"\xff\xff"  # ::ffff:0:0/96 (RFC 4291, section 2.5.5.2)
_BLANKS = re.compile(r"[\x00-\x20\x7f]")


class Url(msgspec.Struct, frozen=True, gc=False):
    """The parts of a URL that joins need."""

    text: str
    """The URL with its host as an A-label."""
    scheme: str | None = None
    """Scheme in lower case. Missing: not a URL."""
    host: str | None = None
    """Host as an A-label or canonical address, without brackets. Missing: none."""
    port: int | None = None
    """Port as written, else the scheme's default. Missing: neither."""


def _address(text: str) -> str | None:
    r"""Write an IP address in canonical form.

    >>> canonical_address("[2001:DB8:0:0::1]"), canonical_address("192.0.2.7"), canonical_address("example.org")
    ('2001:db8::1', '192.0.2.7', None)
    """
    if len(text) > _LONGEST_NAME:
        return None
    text = text.strip().removeprefix("[").removesuffix("]").split("%", 1)[0]
    try:  # `socket` accepts what `ipaddress` accepts (tests hold it to that), and is faster by 15 us a measurement
        if ":" not in text:
            if not text[-1:].isdigit():
                return None  # names end in a letter, and asking costs more than looking
            socket.inet_pton(socket.AF_INET, text)
            return text  # four decimal numbers without leading zeros have one form
        packed = socket.inet_pton(socket.AF_INET6, text)
    except (OSError, ValueError):
        return None
    return _address_6(packed)


def _address_6(packed: bytes) -> str:
    if packed.startswith(_MAPPED):  # Python 3.13 changed how it prints these; one form for all versions
        return f"::ffff:{socket.inet_ntop(socket.AF_INET, packed[-4:])}"
    written = socket.inet_ntop(socket.AF_INET6, packed)
    if "." in written:  # a form that RFC 4291 deprecates, such as ::192.0.2.1
        return str(ipaddress.IPv6Address(packed))
    return written


canonical_address: Callable[[str], str | None] = Remembered(_address, _CACHE_SIZE).__getitem__
"""Write an IP address in canonical form (RFC 5952), without brackets or zone; None for anything else."""


def _is_private(text: str) -> bool:
    """Tell whether a canonical address is not globally routable.

    >>> is_private("192.168.1.1"), is_private("100.64.0.1"), is_private("8.8.8.8")
    (True, True, False)
    """
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return not address.is_global


is_private: Callable[[str], bool] = Remembered(_is_private, _CACHE_SIZE).__getitem__
"""Tell whether a canonical address is not globally routable (IANA special-purpose registries)."""


def _international(name: str) -> str:
    try:
        return idna.encode(name, uts46=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return ".".join(_label(label) for label in re.split("[.\u3002\uff0e\uff61]", name.lower()))


def _label(label: str) -> str:
    """Encode a label that IDNA 2008 refuses (such as an emoji or an underscore beside letters) by Punycode alone."""
    return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")


def _a_label(name: str) -> str:
    """Write a host name as an A-label.

    >>> a_label("Bücher.Example."), a_label("WWW.example.org")
    ('xn--bcher-kva.example', 'www.example.org')
    """
    name = _BLANKS.sub("", name[:_LONGEST_READ])
    if not name.isascii():
        name = _international(name)
    return name.lower().rstrip(".")


a_label: Callable[[str], str] = Remembered(_a_label, _CACHE_SIZE).__getitem__
"""Write a host name as an A-label (RFC 5890) in lower case, without a trailing dot."""


def _host(text: str) -> str:
    """Write a host.

    >>> canonical_host("[::1]"), canonical_host("EXAMPLE.org.")
    ('::1', 'example.org')
    """
    text = text[:_LONGEST_READ]
    return _address(text) or a_label(text.strip("[]"))  # it is remembered here


canonical_host: Callable[[str], str] = Remembered(_host, _CACHE_SIZE).__getitem__
"""Write a host as a canonical address where it is one, else as an A-label."""


def port_number(value: object) -> int | None:
    """Read a port of 0 to 65535 from a number or digits; None for anything else.

    >>> port_number("443"), port_number(65536), port_number(None)
    (443, None, None)
    """
    if type(value) is int:
        return value if 0 <= value <= _LAST_PORT else None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len(str(_LAST_PORT)):
        return port_number(int(value))
    return None


def _endpoint(text: str) -> tuple[str | None, int | None]:
    """Split ``host:port``.

    >>> split_endpoint("[2001:db8::1]:443"), split_endpoint("192.0.2.7:80"), split_endpoint("::1")
    (('2001:db8::1', 443), ('192.0.2.7', 80), ('::1', None))
    """
    text = text[:_LONGEST_READ]
    host, colon, port = text.rpartition(":")
    if ":" in host or not colon:  # one colon makes no address
        whole = _address(text)
        if whole is not None:
            return whole, None
    if not colon:
        host, port = text, ""
    return (canonical_host(host) or None) if host else None, port_number(port)


split_endpoint: Callable[[str], tuple[str | None, int | None]] = Remembered(_endpoint, _CACHE_SIZE).__getitem__
"""Split ``host:port`` into canonical host and port; either may be missing."""


def join_endpoint(host: str, port: int | None) -> str:
    """Write host and port as one text, an IPv6 address in brackets where a port follows.

    >>> join_endpoint("2001:db8::1", 53), join_endpoint("192.0.2.7", None)
    ('[2001:db8::1]:53', '192.0.2.7')
    """
    if port is None:
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _url(text: str) -> Url:
    """Read a URL.

    >>> parse_url("https://Bücher.example/x").text
    'https://xn--bcher-kva.example/x'
    >>> parse_url("http://[::1]:8080").port
    8080
    """
    if plain := _PLAIN_URL.match(text):  # nearly all; a quarter of the time, 5 us a measurement
        scheme = plain.group(1)
        return Url(text, scheme, canonical_host(plain.group(2)) or None, _DEFAULT_PORTS[scheme])
    if not _SCHEME.match(text):
        return Url(text)
    try:
        parts = urlsplit(text)
        host = parts.hostname
        port = parts.port
    except ValueError:
        return Url(text)
    if not host:
        return Url(text, scheme=parts.scheme)
    canonical = canonical_host(host)
    if not host.isascii():
        text = _with_host(parts, canonical)
    return Url(text, parts.scheme, canonical or None, port if port is not None else _DEFAULT_PORTS.get(parts.scheme))


parse_url: Callable[[str], Url] = Remembered(_url, _CACHE_SIZE).__getitem__
"""Read scheme, host and port of a URL, and write its host as an A-label. Text that is no URL keeps only itself."""


def _with_host(parts: SplitResult, host: str) -> str:
    userinfo, at, _ = parts.netloc.rpartition("@")
    netloc = f"{userinfo}{at}{join_endpoint(host, parts.port)}"
    return urlunsplit(parts._replace(netloc=netloc))


def _named(text: str) -> str | None:
    """Find the host.

    >>> host_of("https://WWW.Example.org:8443/x"), host_of("192.0.2.7"), host_of("example.org:53"), host_of("two words")
    ('www.example.org', '192.0.2.7', 'example.org', None)
    """
    text = text.strip()
    url = parse_url(text)
    if url.scheme is not None or len(text) > _LONGEST_READ:
        return url.host
    if any(character in text for character in "\n\r\t ") or not text:
        return None
    return split_endpoint(text.split("/", 1)[0])[0]


host_of: Callable[[str], str | None] = Remembered(_named, _CACHE_SIZE).__getitem__
"""Find the host that a measured input names: a URL, a host name, an address, or one of these with a port."""
