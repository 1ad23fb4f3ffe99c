"""System calls that fail say which, and why."""

from __future__ import annotations

import os

import pytest

from trigpoint.lab.fabrics.kernel import syscalls


def test_a_failure_is_an_oserror_with_the_name_of_the_call() -> None:
    with pytest.raises(OSError, match="setns: Bad file descriptor"):
        syscalls.join(-1, syscalls.NEW_NETWORK)
    with pytest.raises(OSError, match="setns: Invalid argument"), open(os.devnull, "rb") as file:  # noqa: PTH123 - a descriptor is what is needed
        syscalls.join(file.fileno(), syscalls.NEW_NETWORK)
    with pytest.raises(OSError, match="unshare: "):
        syscalls.unshare(1)
