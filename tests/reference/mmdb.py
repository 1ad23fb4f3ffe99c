"""Writes small databases in MaxMind's format (MaxMind DB File Format Specification, version 2.0)."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_RECORD_BYTES = 3
_SEPARATOR = bytes(16)

# The readers insist on the widths that the specification names: 5 is an integer of 16 bits, 6 of 32, 9 of 64.
_METADATA_KINDS = {
    "record_size": 5,
    "ip_version": 5,
    "binary_format_major_version": 5,
    "binary_format_minor_version": 5,
    "build_epoch": 9,
}


def write(path: Path, networks: Mapping[str, object], *, ip_version: int = 6, build_epoch: int = 1_700_000_000) -> Path:
    """Write a database that gives each network its record."""
    nodes: list[list[int | bytes | None]] = [[None, None]]
    for text, record in networks.items():
        network = ipaddress.ip_network(text)
        depth = network.prefixlen + (96 if network.version == 4 and ip_version == 6 else 0)
        width = 128 if ip_version == 6 else 32
        _insert(nodes, int(network.network_address), width, depth, _encode(record))
    data = b""
    tree = b""
    for node in nodes:
        for value in node:
            if isinstance(value, bytes):
                number, data = len(nodes) + len(_SEPARATOR) + len(data), data + value
            else:
                number = len(nodes) if value is None else value
            tree += number.to_bytes(_RECORD_BYTES, "big")
    metadata = {
        "node_count": len(nodes),
        "record_size": 8 * _RECORD_BYTES,
        "ip_version": ip_version,
        "database_type": "Test",
        "languages": [],
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "build_epoch": build_epoch,
        "description": {},
    }
    path.write_bytes(tree + _SEPARATOR + data + b"\xab\xcd\xefMaxMind.com" + _encode(metadata))
    return path


def _insert(nodes: list[list[int | bytes | None]], address: int, width: int, depth: int, data: bytes) -> None:
    at = 0
    for level in range(depth):
        bit = address >> (width - 1 - level) & 1
        if level == depth - 1:
            nodes[at][bit] = data
            return
        below = nodes[at][bit]
        if not isinstance(below, int):
            nodes.append([None, None])
            nodes[at][bit] = below = len(nodes) - 1
        at = below


def _encode(value: object, kind: int | None = None) -> bytes:
    if isinstance(value, dict):
        pairs = (_encode(key) + _encode(item, _METADATA_KINDS.get(key)) for key, item in value.items())
        return _control(7, len(value)) + b"".join(pairs)
    if isinstance(value, list):
        return _control(11, len(value)) + b"".join(map(_encode, value))
    if isinstance(value, str):
        return _control(2, len(value.encode())) + value.encode()
    if isinstance(value, int):
        content = value.to_bytes((value.bit_length() + 7) // 8, "big")
        return _control(kind or (6 if value < 2**32 else 9), len(content)) + content
    raise TypeError(value)


def _control(kind: int, size: int) -> bytes:
    first, extended = (kind << 5, b"") if kind < 8 else (0, bytes([kind - 7]))
    return bytes([first | min(size, 29)]) + extended + (bytes([size - 29]) if size >= 29 else b"")
