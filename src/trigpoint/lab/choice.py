"""Which fabric carries a lab: what was asked for, or the better that this machine allows."""

from __future__ import annotations

from typing import Literal

from trigpoint.errors import InputError, LabError
from trigpoint.lab.fabrics.kernel.doctor import why_not

Fabric = Literal["auto", "kernel", "virtual"]
"""What can be asked for."""


def chosen(fabric: str) -> tuple[str, str]:
    """Choose a fabric; say which, and why.

    Raises:
        InputError: there is no such fabric.
        LabError: ``kernel``, and it cannot be had.

    """
    if fabric not in {"auto", "kernel", "virtual"}:
        message = f"there is no fabric {fabric!r}; there are auto, kernel and virtual"
        raise InputError(message)
    if fabric == "virtual":
        return "virtual", "the virtual fabric, as asked for"
    obstacle = why_not()
    if obstacle is None:
        return "kernel", "the kernel fabric: this machine allows it"
    if fabric == "kernel":
        message = f"the kernel fabric cannot be had: {obstacle}"
        raise LabError(message)
    return "virtual", f"the virtual fabric, since the kernel fabric cannot be had: {obstacle}"
