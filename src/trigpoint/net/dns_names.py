r"""Domain names on the wire and as text (RFC 1035, sections 3.1, 4.1.4 and 5.1).

As text, an odd octet of a label is ``\.``, ``\\`` or ``\DDD``, so that different names are different texts. Input is
hostile: a compression pointer must point backwards and is followed only so often (RFC 9267).
"""

from __future__ import annotations

from trigpoint.net.names import a_label

_POINTER = 0xC0
_LONGEST_LABEL = 63  # octets; RFC 1035, section 2.3.4
_LONGEST_NAME = 255  # octets on the wire; RFC 1035, section 2.3.4
_MOST_JUMPS = 127  # pointers followed in one name; it has no more labels than that
_PLAIN = bytes(byte for byte in range(0x21, 0x7F) if byte not in b".\\")  # written in text as they are


def wire_name(name: str) -> bytes:
    r"""Write a name in its wire form, in the case given (RFC 1035, section 3.1); what is not ASCII as A-labels.

    >>> wire_name("Www.Example."), wire_name("")
    (b'\x03Www\x07Example\x00', b'\x00')

    Raises:
        ValueError: a label is empty or has more than 63 octets, or the name has more than 255, or an escape is none.
    """
    labels = _labels(name)
    wire = b"".join(bytes([len(label)]) + label for label in labels) + b"\x00"
    if len(wire) > _LONGEST_NAME:
        message = f"the name {name[:_LONGEST_NAME]!r} has more than 255 octets"
        raise ValueError(message)
    return wire


def _labels(name: str) -> list[bytes]:
    if not name.isascii():
        name = a_label(name)
    if name in {"", "."}:
        return []
    raw = name.encode("ascii")
    labels = _unescaped(raw) if b"\\" in raw else raw.removesuffix(b".").split(b".")
    if not all(0 < len(label) <= _LONGEST_LABEL for label in labels):
        message = f"the name {name[:_LONGEST_NAME]!r} has a label that is empty or longer than 63 octets"
        raise ValueError(message)
    return labels


def _unescaped(raw: bytes) -> list[bytes]:
    labels = [bytearray()]
    position = 0
    while position < len(raw):
        byte = raw[position]
        position += 1
        if byte == ord("."):
            labels.append(bytearray())
            continue
        if byte == ord("\\"):
            digits = raw[position : position + 3]
            is_number = len(digits) == len("DDD") and digits.isdigit()
            byte = int(digits) if is_number else raw[position] if position < len(raw) else -1
            position += 3 if is_number else 1
        labels[-1].append(byte)  # raises ValueError where the escape is none
    if not labels[-1]:
        labels.pop()
    return [bytes(label) for label in labels]


def name_text(labels: list[bytes]) -> str:
    r"""Write labels as text in their own case, without the last dot; the root is empty.

    >>> name_text([b"a.b", b"Example"])
    'a\\.b.Example'
    """
    joined = b".".join(labels)
    if labels and len(joined.translate(None, _PLAIN)) != len(labels) - 1:
        return ".".join("".join(map(_escaped, label)) for label in labels)
    return joined.decode("ascii")


def _escaped(byte: int) -> str:
    if byte in _PLAIN:
        return chr(byte)
    return f"\\{chr(byte)}" if byte in b".\\" else f"\\{byte:03}"


def after_name(payload: bytes, position: int) -> int:
    """Say where a name ends, without following a pointer.

    Raises:
        IndexError: the name is cut off.
    """
    while length := payload[position]:
        if length >= _POINTER:
            return position + 2
        position += 1 + length
    return position + 1


def read_name(payload: bytes, position: int) -> tuple[list[bytes], int]:
    """Read the labels of a name, following compression pointers, and say where it ends.

    Raises:
        IndexError: the name is cut off, too long, or its pointers do not point backwards.
    """
    labels: list[bytes] = []
    after = None
    earliest = position  # a pointer points to what stands before all that was read of this name
    octets = jumps = 0
    while length := payload[position]:
        if length >= _POINTER:
            after = after or position + 2
            position = (length & ~_POINTER) << 8 | payload[position + 1]
            jumps += 1
            if position >= earliest or jumps > _MOST_JUMPS:
                raise IndexError
            earliest = position
            continue
        label = payload[position + 1 : position + 1 + length]
        octets += 1 + length
        if length > _LONGEST_LABEL or octets >= _LONGEST_NAME or len(label) != length:
            raise IndexError
        labels.append(label)
        position += 1 + length
    return labels, after or position + 1
