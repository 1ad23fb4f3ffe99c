"""Where a response leads, and what it wants to be remembered on the way (RFC 9110, section 15.4; RFC 6265)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

from trigpoint.net.names import canonical_address, parse_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Headers = Sequence[tuple[str, str]]

MOST_REDIRECTS = 10
"""Redirects that are followed, as ooni/probe-cli and Go's ``net/http`` have it."""
_STATUSES = frozenset({301, 302, 303, 307, 308})
_MOST_COOKIES = 50  # RFC 6265, section 6.1: as many as user agents should have for a domain, at least
_LONGEST_COOKIE = 4_096


def first(headers: Iterable[tuple[str, str]], name: str) -> str:
    """Give the first value of a field, by its name in small letters; empty if there is none."""
    return next((value for field, value in headers if field.lower() == name), "")


def target(url: str, code: int, headers: Headers) -> str | None:
    """Give the absolute URL that a response redirects to, its host as an A-label; None if it does not.

    >>> target("https://a.example/x/y", 302, [("Location", "../z")])
    'https://a.example/z'
    """
    location = first(headers, "location")
    if code not in _STATUSES or not location:
        return None
    try:
        return parse_url(urljoin(url, location.strip())).text
    except ValueError:  # such as a host with half a bracket
        return location


class Cookies:
    """What sites want to be remembered along one chain of redirects: no paths, no times, nothing kept afterwards."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, bool, str], str] = {}

    def take(self, host: str, headers: Headers) -> None:
        """Remember what a host sets, for itself or for a domain that it is in."""
        for field, value in headers:
            # A control character would break the next request instead of being remembered (RFC 6265bis, section 5.6).
            if field.lower() == "set-cookie" and len(value) <= _LONGEST_COOKIE and value.isprintable():
                self._set(host, value)

    def _set(self, host: str, written: str) -> None:
        pair, *attributes = written.split(";")
        name, _, value = (part.strip() for part in pair.partition("="))
        domain = next((text.partition("=")[2] for text in attributes if text.strip().lower().startswith("domain=")), "")
        domain = domain.strip().lower().removeprefix(".")
        is_wide = "." in domain and canonical_address(host) is None
        is_own = not domain or host == domain or (canonical_address(host) is None and _is_within(host, domain))
        if name and is_own and len(self._values) < _MOST_COOKIES:
            self._values[domain if is_wide else host, is_wide, name] = value

    def header(self, host: str) -> str:
        """Give the value of the field ``Cookie`` for a host; empty if there is none."""
        return "; ".join(
            f"{name}={value}"
            for (domain, is_wide, name), value in self._values.items()
            if domain == host or (is_wide and _is_within(host, domain))
        )


def _is_within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")
