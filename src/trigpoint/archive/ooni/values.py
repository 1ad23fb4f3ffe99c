"""Single values of OONI's JSON, in whatever way a generation of probes wrote them."""

from __future__ import annotations

import binascii
import ipaddress
import re
from datetime import UTC, datetime

from trigpoint.net.names import canonical_address, join_endpoint, parse_url, port_number, split_endpoint
from trigpoint.reference.addresses import is_bogon
from trigpoint.remembered import Remembered

UNKNOWN_FAILURE = "unknown_failure"
"""The failure string of df-007 for a step that failed in a way that nobody wrote down."""

_LONGEST_TEXT = 4_096  # of a value that is kept as text in a column; real ones have some dozen characters
_LONGEST_RESOLVER = 512  # characters; URLs of resolvers have some dozen
_DOCUMENTATION = tuple(  # RFC 5737, RFC 3849, RFC 9637
    map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"))
)
_LARGEST_ASN = 2**32 - 1  # RFC 6793
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = _EPOCH.replace(tzinfo=None)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
_ASN = re.compile(r"(?:AS)?([0-9]{1,10})", re.IGNORECASE)
_CACHE_SIZE = 4_096  # resolvers and texts of a few hundred bytes each
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_NOBODY = "ZZ"  # ISO 3166-1 user-assigned; what probes write for "unknown"


def text(value: object) -> str | None:
    """Give text that is there; empty text, and anything else, is missing."""
    return value[:_LONGEST_TEXT] if isinstance(value, str) and value else None


def failure_of(value: object) -> str | None:
    """Read a failure: None, ``false`` and empty text are success; what is true without text failed somehow.

    >>> failure_of(False), failure_of("eof_error"), failure_of(True)
    (None, 'eof_error', 'unknown_failure')
    """
    if value is None:
        return None
    if isinstance(value, str):
        return value[:_LONGEST_TEXT] or None
    return UNKNOWN_FAILURE if value else None


def status_failure(status: object, failure: object) -> str | None:
    """Read the outcome of a step that says success apart from failure."""
    if isinstance(status, dict):
        failure = status.get("failure", failure)
        status = status.get("success")
    found = failure_of(failure)
    return UNKNOWN_FAILURE if found is None and status is False else found


def as_number(value: object) -> int | None:
    """Read an AS number: ``AS123``, ``123`` or 123; 0 is how probes write that they do not know.

    >>> as_number("AS44244"), as_number("44244"), as_number(44244.0), as_number("AS0"), as_number(None)
    (44244, 44244, 44244, None, None)
    """
    if isinstance(value, str):
        return _WRITTEN_NUMBERS[value]
    if type(value) is not int:
        if not isinstance(value, float) or not value.is_integer():
            return None
        value = int(value)
    return value if 0 < value <= _LARGEST_ASN else None


def _written_number(value: str) -> int | None:
    match = _ASN.fullmatch(value.strip())
    return as_number(int(match.group(1))) if match else None


_WRITTEN_NUMBERS = Remembered(_written_number, _CACHE_SIZE)


def country(value: str | None) -> str | None:
    """Read a country code (ISO 3166-1 alpha-2); ``ZZ`` is how probes write that they do not know."""
    return None if value is None else _COUNTRIES[value]


def _country(value: str) -> str | None:
    return value.upper() if _COUNTRY.fullmatch(value) and value.upper() != _NOBODY else None


_COUNTRIES = Remembered(_country, _CACHE_SIZE)


def instant(value: object) -> float | None:
    """Read a time as seconds since 1970-01-01 UTC: ISO 8601 with ``T`` or a blank, fractions, ``Z``; or epoch seconds.

    Times outside 1970 to 2100 are what broken clocks and zero values give, and are missing.

    >>> instant("2020-01-02 03:04:05") == instant("2020-01-02T03:04:05Z") == instant(1577934245)
    True
    >>> instant("2020-01-02T03:04:05.25Z") - instant("2020-01-02 03:04:05")
    0.25
    """
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
        value = (moment - (_EPOCH if moment.tzinfo else _NAIVE_EPOCH)).total_seconds()
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < _LATEST:
        return float(value)
    return None


def inputs(value: object) -> str | None:
    """Read what was measured; several inputs are joined by one blank."""
    if isinstance(value, list):
        return " ".join(item for item in value if isinstance(item, str) and item) or None
    return value if isinstance(value, str) and value else None


def resolver(address: str | None, hostname: str | None, port: object) -> str | None:
    """Write a resolver as address with port or DoH URL; one in a private network says only that (R10).

    Ranges for documentation are nobody's network: only the lab has machines there.

    >>> resolver("192.168.1.1:53", None, None), resolver(None, "8.8.8.8", 53), resolver("", None, None)
    ('private', '8.8.8.8:53', None)
    >>> resolver("192.0.2.53:53", None, None)
    '192.0.2.53:53'
    """
    if address:
        return _RESOLVERS[address[:_LONGEST_RESOLVER]]
    return _RESOLVERS[join_endpoint(hostname[:_LONGEST_RESOLVER], port_number(port))] if hostname else None


def _resolver(written: str) -> str | None:
    url = parse_url(written)
    host, port = (url.host, url.port) if url.scheme else split_endpoint(written)
    if host is None:
        return None
    canonical = canonical_address(host)
    if canonical is not None and is_bogon(canonical) and not _is_for_documentation(canonical):
        return "private"
    return url.text if url.scheme else join_endpoint(host, port)


_RESOLVERS = Remembered(_resolver, _CACHE_SIZE)


def _is_for_documentation(canonical: str) -> bool:
    address = ipaddress.ip_address(canonical)
    return any(address in network for network in _DOCUMENTATION)


def body_content(value: object) -> bytes | None:
    """Give the bytes of a body: text, or ``{"format": "base64", "data": ...}``. Missing: neither."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if isinstance(value, dict) and isinstance(data := value.get("data"), str):
        return decoded(data)
    return None


def decoded(data: str) -> bytes | None:
    """Decode base64; None where it is not. Missing padding is added, since old probes left it out."""
    try:
        return binascii.a2b_base64(data if len(data) % 4 == 0 else data + "=" * (-len(data) % 4))
    except ValueError:
        return None


def plain(value: object) -> str | None:
    """Give text that stands plain or as a base64 object; bytes that are not UTF-8 become U+FFFD."""
    if isinstance(value, str):
        return value
    content = body_content(value)
    return None if content is None else content.decode("utf-8", "replace")


def escape(token: str) -> str:
    """Write a key as a token of a JSON pointer (RFC 6901, section 3).

    >>> escape("a/b~c")
    'a~1b~0c'
    """
    return token.replace("~", "~0").replace("/", "~1")
