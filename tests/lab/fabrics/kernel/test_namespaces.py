"""Namespaces are the lab's own, and come and go with it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from tests.lab.fabrics.kernel.inside import run_inside
from trigpoint.lab.fabrics.kernel import namespaces as module
from trigpoint.lab.fabrics.kernel.namespaces import Namespace, network_number


def _own(machine: int) -> None:
    assert network_number() != machine
    assert os.geteuid() == 0
    here, space = network_number(), Namespace()
    with space.inside():
        assert network_number() not in {machine, here}
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        assert Path("/proc/sys/net/ipv4/ping_group_range").read_text().split() == ["0", "0"]
        space.set("ipv4/tcp_timestamps", "0")
        assert Path("/proc/sys/net/ipv4/tcp_timestamps").read_text().strip() == "0"
    assert network_number() == here
    with pytest.raises(OSError, match="none"):
        space.set("ipv4/none", "1")
    with pytest.raises(RuntimeError), space.inside():
        raise RuntimeError
    assert network_number() == here
    with made, pytest.raises(OSError, match="unreachable"):
        made.connect(("192.0.2.1", 9))
    space.close()
    with pytest.raises(OSError, match="Bad file descriptor"), space.inside():
        pass
    module._SETTINGS["ipv4/none"] = "1"
    Namespace().close()


def test_one_enters_and_always_comes_back(namespaces: object) -> None:
    run_inside(_own)
