"""What a prober of a suspected proxy says: what a client said before, as it was or with bytes changed, or noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from trigpoint.lab.engine.draws import Draws

ProbeKind = Literal["connect", "R1", "R2", "R3", "R4", "R5", "NR1", "NR2"]
"""Kinds of probes, by their names in IMC 2020 (Alice); ``connect`` opens a connection and says nothing."""

_CHANGED: dict[str, tuple[int, ...]] = {
    "R1": (),
    "R2": (0,),
    "R3": (*range(8), 62, 63),
    "R4": (16,),
    "R5": (6, 16),
}
_SIZES = {"NR1": (7, 51), "NR2": (221, 221)}  # bytes of noise; of NR1 only some sizes in this range were seen


def said(kind: ProbeKind, payload: bytes, draws: Draws) -> bytes:
    """Give what a probe says.

    Args:
        kind: which.
        payload: what the client said. A byte that is to be changed and does not exist stays away.
        draws: where chance comes from.

    """
    if kind in _SIZES:
        return bytes(draws.between(0, 255) for _ in range(draws.between(*_SIZES[kind])))
    if kind not in _CHANGED:
        return b""
    changed = bytearray(payload)
    for position in _CHANGED[kind]:
        if position < len(changed):
            changed[position] ^= draws.between(1, 255)
    return bytes(changed)
