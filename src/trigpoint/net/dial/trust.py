"""Whom a measurement trusts: a dated bundle of certificate authorities and the time at which they are asked.

The bundle comes with the program, not from the machine: two probes then judge one chain alike, and neither a local
authority (of a company, of an antivirus program) nor an old machine hides or makes interference.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import certifi
import msgspec

if TYPE_CHECKING:
    from pathlib import Path


class Trust(msgspec.Struct, frozen=True):
    """What chains are held against."""

    pem: bytes
    """Certificates of the authorities."""
    version: str
    """Which bundle, such as ``certifi 2026.10.18``; the lab's are named behind it."""
    now: float
    """When, as seconds since 1970."""


def trust(extra: Path | None = None, *, now: float) -> Trust:
    """Trust Mozilla's authorities, as certifi hands them out, and those of a file.

    Args:
        extra: PEM of further authorities, such as the lab's.
        now: the time at which certificates must be valid, seconds since 1970.

    Raises:
        OSError: the file cannot be read.

    """
    pem, version = _bundle()
    if extra is None:
        return Trust(pem, version, now)
    return Trust(pem + b"\n" + extra.read_bytes(), f"{version} + {extra.name}", now)


@lru_cache(1)
def _bundle() -> tuple[bytes, str]:
    return certifi.contents().encode("ascii"), f"certifi {certifi.__version__}"
