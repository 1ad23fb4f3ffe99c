"""Namespaces are the lab's own, and come and go with it."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path

from tests.lab.fabrics.kernel.inside import failure, seen_inside
from trigpoint.lab.fabrics.kernel import namespaces as module
from trigpoint.lab.fabrics.kernel.namespaces import Namespace, network_number


def _ways(machine: int) -> tuple[int, ...]:
    """Give the numbers of the machine's network, of ours, of a new one, and of where we are after each visit of it."""
    here, space = network_number(), Namespace()
    with space.inside():
        there = network_number()
    after = network_number()
    with suppress(RuntimeError), space.inside():
        raise RuntimeError
    return machine, here, there, after, network_number()


def test_one_enters_and_always_comes_back(namespaces: object) -> None:
    machine, here, there, *after = seen_inside(_ways)
    assert len({machine, here, there}) == 3
    assert after == [here, here]


def _set(_machine: int) -> tuple[int, str, str, str]:
    """Say who we are, what two settings of a new network are once one was made, and how an unknown one fails."""
    space = Namespace()
    space.set("ipv4/tcp_timestamps", "0")
    with space.inside():
        settings = Path("/proc/sys/net/ipv4")
        values = [(settings / name).read_text().strip() for name in ("ping_group_range", "tcp_timestamps")]
    return os.geteuid(), *values, failure(space.set, "ipv4/none", "1")


def test_its_kernel_is_set_as_asked(namespaces: object) -> None:
    user, pings, timestamps, unknown = seen_inside(_set)
    assert (user, pings.split(), timestamps) == (0, ["0", "0"], "0")
    assert "none" in unknown


def _use(_machine: int) -> tuple[str, str]:
    """Say how a socket of a new network fails to reach anything, and how a closed network is entered."""
    space = Namespace()
    with space.inside():
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with made:
        elsewhere = failure(made.connect, ("192.0.2.1", 9))
    space.close()
    return elsewhere, failure(space.inside().__enter__)


def test_a_socket_made_in_it_stays_in_it_and_nobody_enters_after_its_end(namespaces: object) -> None:
    elsewhere, closed = seen_inside(_use)
    assert "unreachable" in elsewhere
    assert "Bad file descriptor" in closed


def _without_a_setting(_machine: int) -> str:
    """Say how a new network fails where the kernel lacks a setting that is wished for."""
    module._SETTINGS["ipv4/none"] = "1"
    return failure(lambda: Namespace().close())


def test_a_kernel_without_a_setting_will_do(namespaces: object) -> None:
    assert seen_inside(_without_a_setting) == ""
