"""Frames are whole, and nothing is left open where raw frames are not allowed."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.lab.fabrics.kernel.inside import failure, seen_inside
from trigpoint.lab.fabrics.kernel import veth
from trigpoint.lab.fabrics.kernel.veth import VethWires, complete_packets


def _refuse(*_arguments: object) -> None:
    raise PermissionError(1, "Operation not permitted")


def _without_frames(_machine: int) -> tuple[str, int, int]:
    """Say how wires fail without raw frames, and how many descriptors there are before and after."""
    before = len(list(Path("/proc/self/fd").iterdir()))
    veth.socket.socket = _refuse
    said = failure(VethWires)
    return said, before, len(list(Path("/proc/self/fd").iterdir()))


def test_a_kernel_that_refuses_raw_frames_is_left_as_it_was(namespaces: object) -> None:
    said, before, after = seen_inside(_without_frames)
    assert "Operation not permitted" in said
    assert after == before


def test_an_interface_that_is_not_there_is_an_error() -> None:
    with pytest.raises(OSError, match="No such device"):
        complete_packets("none0")
    assert socket.AF_PACKET
