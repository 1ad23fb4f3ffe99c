"""One URL to be measured, as a person or a list writes it."""

from __future__ import annotations

import re

import msgspec

from trigpoint.errors import InputError
from trigpoint.net.names import canonical_address, parse_url

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.ASCII)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?://|(?![0-9]))")
_LONGEST_URL = 2_048  # characters; RFC 9110 asks for 8,000 of servers, no list has a tenth of it
_LONGEST_NAME = 253


class Target(msgspec.Struct, frozen=True):
    """One URL to be measured."""

    url: str
    """Absolute, ``http`` or ``https``, its host an A-label or an address."""
    category: str | None = None
    """Category code of the list. None: it was typed."""

    @property
    def name(self) -> str:
        """The host alone.

        >>> target_of("https://Example.org:8443/x").name
        'example.org'
        """
        return parse_url(self.url).host or ""


def target_of(written: str, category: str | None = None) -> Target:
    """Read a URL as a person or a list writes it; without a scheme it is ``http``, as browsers took it for long.

    >>> target_of("Bücher.example/x").url
    'http://xn--bcher-kva.example/x'

    Raises:
        InputError: it cannot be measured; one sentence says why.

    """
    text = written.strip()
    problem = _problem(text)
    if problem is None:
        url = parse_url(text if _SCHEME.match(text) else f"http://{text}")
        problem = _problem_of_host(url.host) if url.port != 0 else "port 0 is no port"
    if problem is not None:
        message = f"{_shortened(text)}: {problem}"
        raise InputError(message)
    return Target(_with_path(url.text), category)


def _problem(text: str) -> str | None:
    """Say why a text cannot be a URL to be measured, as far as can be said before it is taken apart."""
    if not text:
        return "empty"
    if len(text) > _LONGEST_URL:
        return f"longer than {_LONGEST_URL:,} characters"
    if any(character.isspace() or not character.isprintable() for character in text):
        return "a blank or control character is no part of a URL"
    scheme = _SCHEME.match(text)
    if scheme is not None and scheme[1].lower() not in {"http", "https"}:
        return f"only http and https are measured, not {scheme[1].lower()}"
    if "@" in re.split("[/?#]", text.partition("://")[2] if scheme else text, maxsplit=1)[0]:
        return "it holds a user name or password, which would end up in the record; take it out"
    return None


def _problem_of_host(host: str | None) -> str | None:
    if host is None:
        return "no URL"
    if canonical_address(host) is not None:
        return None
    labels = host.split(".")
    if len(host) > _LONGEST_NAME or not all(map(_LABEL.fullmatch, labels)):
        return "no host name"
    if len(labels) == 1 or labels[-1].isdigit():
        return "no name of the Internet: it has no domain"
    return None


def _with_path(url: str) -> str:
    """Write the scheme in lower case and a path, so that one resource has one spelling."""
    scheme, _, rest = url.partition("://")
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    path = rest[len(authority) :]
    return f"{scheme.lower()}://{authority.lower()}{path if path.startswith('/') else '/' + path}"


def _shortened(text: str, most: int = 80) -> str:
    """Show a text in a message: without credentials, and on one line."""
    without = re.sub(r"//[^/?#]*@", "//...@", text)
    without = re.sub(r"^[^/?#]*@", "...@", without)
    shown = "".join(character if character.isprintable() else "?" for character in without)
    return shown if len(shown) <= most else shown[: most - 3] + "..."
