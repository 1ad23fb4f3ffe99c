"""Leaves of a record that are bytes until it is written, so that they can be searched before JSON hides what they hold.

How each is written: the data formats of ``ooni/spec``, df-001 (``MaybeBinaryData``), df-002 and df-006.
"""

from __future__ import annotations

import base64
from typing import TypeAlias

import msgspec


class Text(msgspec.Struct, frozen=True):
    """Bytes that are usually text: a header's value."""

    content: bytes


class Body(msgspec.Struct, frozen=True):
    """A body of HTTP."""

    content: bytes
    coding: str = ""
    """Content coding as the response names it (:rfc:`9110`, section 8.4). Empty: none."""


class Wire(msgspec.Struct, frozen=True):
    """A DNS message as it was received."""

    content: bytes


class Chain(msgspec.Struct, frozen=True):
    """Certificates as they were sent, in DER, the leaf first."""

    certificates: tuple[bytes, ...]


Leaf: TypeAlias = Text | Body | Wire | Chain
"""What the scrubber turns into JSON."""


def text_or_base64(content: bytes) -> str | dict[str, str]:
    r"""Write bytes as df-001 does: as text where they are UTF-8.

    >>> text_or_base64(b"caf\xc3\xa9"), text_or_base64(b"\xff")
    ('café', {'data': '/w==', 'format': 'base64'})
    """
    try:
        return content.decode()
    except UnicodeDecodeError:
        return as_base64(content)


def as_base64(content: bytes) -> dict[str, str]:
    """Write bytes as the object of df-001."""
    return {"data": base64.b64encode(content).decode("ascii"), "format": "base64"}
