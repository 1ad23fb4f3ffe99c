"""Captures as pcap files (draft-ietf-opsawg-pcap), IP packets without a link layer, times in nanoseconds."""

from __future__ import annotations

import struct
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_HEADER = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262_144, 101)  # nanoseconds, version 2.4, LINKTYPE_RAW
_RECORD = struct.Struct("<IIII")
_NANO = 1_000_000_000
_LATEST = 0xFFFFFFFF  # seconds, in 2106


class Capture:
    """A file of packets in the order of their times, written as they come.

    A router says when a packet will arrive before it does; such a packet waits until its time has come.

    Args:
        path: the file; one that is there is replaced.
        epoch: seconds since 1970 at lab time 0.

    Raises:
        OSError: it cannot be written.

    """

    def __init__(self, path: Path, *, epoch: float = 0.0) -> None:
        self._path = path
        self._file = path.open("wb")
        self._file.write(_HEADER)
        self._failure: OSError | None = None
        self._epoch = epoch
        self._pending: list[tuple[float, int, bytes]] = []
        self._number = count()

    def add(self, at: float, packet: bytes) -> None:
        """Take a packet that was, or will be, on the line at a time of the lab."""
        heappush(self._pending, (at, next(self._number), packet))

    def flush(self, now: float = inf) -> None:
        """Write what was on the line up to now; nothing of an earlier time may be added after.

        A file that cannot be written does not disturb what is captured: :meth:`close` tells.
        """
        pending = self._pending
        if not pending or pending[0][0] > now or self._file.closed:
            return
        while pending and pending[0][0] <= now:
            at, _, packet = heappop(pending)
            seconds, nanoseconds = divmod(max(0, round((self._epoch + at) * _NANO)), _NANO)
            record = _RECORD.pack(min(seconds, _LATEST), nanoseconds, len(packet), len(packet)) + packet
            self._try(self._file.write, record)
        self._try(self._file.flush)

    def close(self) -> None:
        """Write all that is left, and end the file; a second time nothing happens.

        Raises:
            OSError: something could not be written, now or before.

        """
        if self._file.closed:
            return
        self.flush()
        self._try(self._file.close)
        if self._failure:
            raise OSError(self._failure.errno, self._failure.strerror, str(self._path))

    def _try(self, write: Callable[..., object], *arguments: bytes) -> None:
        try:
            write(*arguments)
        except OSError as error:
            self._failure = self._failure or error
