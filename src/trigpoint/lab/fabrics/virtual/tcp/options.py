"""Options of SYN segments: maximum segment size (RFC 9293, section 3.7.1) and window scale (RFC 7323, section 2)."""

from __future__ import annotations

from typing import NamedTuple

_END, _PADDING, _SEGMENT_SIZE, _WINDOW_SCALE = 0, 1, 2, 3
_SEGMENT_SIZE_BYTES, _WINDOW_SCALE_BYTES = 4, 3
_LARGEST_SHIFT = 14  # RFC 7323, section 2.3
_DEFAULT_SEGMENT = 536  # bytes; what RFC 9293, section 3.7.1 assumes of a peer that says nothing
_SMALLEST_SEGMENT = 48  # bytes; Linux takes less as a mistake (TCP_MIN_SND_MSS)


class Offer(NamedTuple):
    """What an end says in its SYN."""

    segment: int = _DEFAULT_SEGMENT
    """Bytes of payload that it takes in one segment."""
    shift: int | None = None
    """By how many bits its windows are to be shifted. None: it does not know the option, and nobody shifts."""


def written(offer: Offer) -> bytes:
    """Write an offer; the length is a multiple of four bytes.

    >>> read(written(Offer(1460, 7)))
    Offer(segment=1460, shift=7)
    """
    size = bytes((_SEGMENT_SIZE, _SEGMENT_SIZE_BYTES)) + offer.segment.to_bytes(2, "big")
    if offer.shift is None:
        return size
    return size + bytes((_PADDING, _WINDOW_SCALE, _WINDOW_SCALE_BYTES, offer.shift))


def read(options: bytes) -> Offer:
    """Read the options of a SYN; what cannot be read is as if it were not there."""
    segment, shift, position = _DEFAULT_SEGMENT, None, 0
    while position < len(options) and options[position] != _END:
        if options[position] == _PADDING:
            position += 1
            continue
        length = options[position + 1] if position + 1 < len(options) else 0
        if length < 2 or position + length > len(options):  # noqa: PLR2004 - kind and length themselves
            break
        value = options[position + 2 : position + length]
        if (options[position], length) == (_SEGMENT_SIZE, _SEGMENT_SIZE_BYTES):
            segment = max(int.from_bytes(value, "big"), _SMALLEST_SEGMENT)
        elif (options[position], length) == (_WINDOW_SCALE, _WINDOW_SCALE_BYTES):
            shift = min(value[0], _LARGEST_SHIFT)
        position += length
    return Offer(segment, shift)
