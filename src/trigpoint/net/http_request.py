"""Heads of HTTP/1.x requests (RFC 9112), read as tolerantly as the boxes on the way read them.

A server refuses what is malformed; a filter must not, or a blank too many would get past it. So bare line feeds, empty
lines before the request, blanks around names and values, folded lines and unknown versions are taken as they come
(RFC 9112, sections 2.2, 3, 5.1 and 5.2, name each of them). Everything takes time linear in what is read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

_LARGEST_HEAD = 16_384  # octets; servers take 8 to 16 kilobytes
_METHODS = frozenset({b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"CONNECT", b"OPTIONS", b"TRACE", b"PATCH"})
_BEGIN = re.compile(rb"[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]{1,24}(?:[ \t]|\Z)|[ \t]*\Z")  # a token: RFC 9110, section 5.6.2
_END = re.compile(rb"\n\r?\n")
_END_BYTES = 3  # octets of the longest end
_EMPTY = b"\r\n"
_BLANKS = b" \t\r"
_FOLDED = (b" ", b"\t")
_LENGTH_DIGITS = 18  # more are no length of anything


class RequestHead(msgspec.Struct, frozen=True, gc=False):
    """A request up to the empty line; octets as the Latin-1 characters of the same number."""

    method: str
    target: str
    """As sent: a path, a URL (RFC 9112, section 3.2.2), ``host:port`` or ``*``; blanks within it are kept."""
    version: str
    """As sent, such as ``HTTP/1.1``. Empty: none, as in HTTP/0.9."""
    fields: tuple[tuple[str, str], ...]
    """Name and value of each field in order, in their own case, folded lines joined by one blank."""
    raw: bytes
    """The octets read, from the request line on."""
    is_complete: bool
    """Whether the empty line was there. If not, a line counts that is whole."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Value of each Host field, in its own case; a true request of HTTP/1.1 has exactly one."""
        return self.values("host")

    def values(self, name: str) -> tuple[str, ...]:
        """Values of the fields of a name, given in lower case."""
        return tuple(value for field, value in self.fields if field.lower() == name)


def request_head(payload: bytes) -> RequestHead | None:
    r"""Read the request that begins with this segment, remembering nothing; None without a whole request line.

    >>> head = request_head(b"GET / HTTP/1.1\r\nHOST : Example.org\n\r\n")
    >>> head.hosts, head.is_complete
    (('Example.org',), True)
    """
    raw = payload.lstrip(_EMPTY)
    line_end = raw.find(b"\n")
    words = _request_line(raw[:line_end]) if line_end >= 0 else None
    if words is None:
        return None
    end = _END.search(raw, line_end)
    if end is not None:
        raw = raw[: end.end()]
    lines = raw[line_end + 1 :].split(b"\n")
    method, target, version = (word.decode("latin-1") for word in words)
    return RequestHead(method, target, version, _fields(lines[:-1]), raw, end is not None)


def _request_line(line: bytes) -> tuple[bytes, bytes, bytes] | None:
    method, _, rest = line.strip(_BLANKS).replace(b"\t", b" ").partition(b" ")
    rest = rest.strip(b" ")
    if not (rest and _BEGIN.fullmatch(method)):
        return None
    target, _, version = rest.rpartition(b" ")
    if version[:5].upper() == b"HTTP/":
        return method, target.rstrip(b" "), version
    # An unknown word and no version are some other protocol of lines, such as SMTP.
    return (method, rest, b"") if method.upper() in _METHODS else None


def _fields(lines: Iterable[bytes]) -> tuple[tuple[str, str], ...]:
    fields: list[tuple[str, list[str]]] = []
    for line in lines:
        text = line.strip(_BLANKS).decode("latin-1")
        if fields and line.startswith(_FOLDED):
            fields[-1][1].append(text)
            continue
        name, colon, value = text.partition(":")
        if colon:
            fields.append((name.rstrip(" \t"), [value.lstrip(" \t")]))
    return tuple((name, " ".join(filter(None, parts))) for name, parts in fields)


class RequestReader:
    """Reads request after request from a stream that comes in pieces.

    Args:
        max_bytes: octets of a head that are held; a longer one is given as far as it was read, and the reader is over.
    """

    __slots__ = ("_body_left", "_held", "_searched", "is_over", "max_bytes")

    def __init__(self, max_bytes: int = _LARGEST_HEAD) -> None:
        self.max_bytes = max_bytes
        self.is_over = False
        """Whether no request can come any more: this is not HTTP/1, or it goes on in a way that cannot be followed."""
        self._held = bytearray()
        self._searched = 0  # octets held in which no head ends
        self._body_left = 0

    def feed(self, data: bytes) -> RequestHead | None:
        """Take the next octets of the stream, give the request whose head they complete.

        Several requests in one piece are given one a call: ``feed(b"")`` gives the next. Bodies are passed over by
        their Content-Length; behind a body in another form the reader is over.
        """
        if self.is_over:
            return None
        skipped = min(self._body_left, len(data))
        self._body_left -= skipped
        self._held += data[skipped:] if self._held else data[skipped:].lstrip(_EMPTY)
        if not self._may_be_request():
            return self._finish(None)
        end = _END.search(self._held, max(0, self._searched - _END_BYTES))
        if end is not None:
            return self._take(end.end())
        self._searched = len(self._held)
        if len(self._held) > self.max_bytes:
            return self._finish(request_head(bytes(self._held)))
        return None

    def _may_be_request(self) -> bool:
        if not _BEGIN.match(self._held):
            return False
        line_end = self._held.find(b"\n")
        return line_end < 0 or _request_line(bytes(self._held[:line_end])) is not None

    def _take(self, end: int) -> RequestHead | None:
        head = request_head(bytes(self._held[:end]))
        length = _body_length(head) if head else None
        if length is None:
            return self._finish(head)
        self._body_left = max(0, end + length - len(self._held))
        self._searched = 0
        self._held = self._held[end + length :].lstrip(_EMPTY)
        return head

    def _finish(self, head: RequestHead | None) -> RequestHead | None:
        self.is_over = True
        self._held.clear()
        return head


def _body_length(head: RequestHead) -> int | None:
    """Octets of the body; None where only reading it could tell (RFC 9112, section 6.3)."""
    lengths = set(head.values("content-length"))
    if not lengths and not head.values("transfer-encoding"):
        return 0
    length = lengths.pop() if lengths else ""
    is_number = length.isascii() and length.isdigit() and len(length) <= _LENGTH_DIGITS
    return int(length) if is_number and not lengths and not head.values("transfer-encoding") else None
