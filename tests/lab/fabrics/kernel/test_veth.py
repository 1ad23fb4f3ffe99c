"""Frames are whole, and nothing is left open where raw frames are not allowed."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.lab.fabrics.kernel.inside import run_inside
from trigpoint.lab.fabrics.kernel import veth
from trigpoint.lab.fabrics.kernel.veth import VethWires, complete_packets


def _refuse(*_arguments: object) -> None:
    raise PermissionError(1, "Operation not permitted")


def _without_frames(machine: int) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    real, veth.socket.socket = veth.socket.socket, _refuse
    with pytest.raises(PermissionError):
        VethWires()
    veth.socket.socket = real
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_kernel_that_refuses_raw_frames_is_left_as_it_was(namespaces: object) -> None:
    run_inside(_without_frames)


def test_an_interface_that_is_not_there_is_an_error() -> None:
    with pytest.raises(OSError, match="No such device"):
        complete_packets("none0")
    assert socket.AF_PACKET
