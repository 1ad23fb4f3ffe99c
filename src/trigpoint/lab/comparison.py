"""What came of holding a log against the truth of a world, for people and for programs."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from trigpoint.lab.world.texts import escaped

Outcome = Literal["confirmed", "partly", "not seen", "quiet"]


class Compared(msgspec.Struct, frozen=True):
    """One row of truth in one network, and the acts that concern it."""

    network: str
    target: str
    url: str
    """What is fetched."""
    families: tuple[int, ...]
    """Versions of IP of which the row speaks."""
    state: str
    """What is true."""
    remarks: str
    """Family, what a single run can say, and share, where they are not the usual ones; for people."""
    expected: tuple[str, ...]
    """Nodes that the log should show, if the target was tried; what sites do of themselves is not among them."""
    acts: dict[str, int]
    """Acts that concern it, by node."""
    outcome: Outcome
    """``confirmed``: all that is expected was done; ``partly``: some of it; ``not seen``: none; ``quiet``: nothing is
    expected."""


class Stray(msgspec.Struct, frozen=True):
    """Acts that no row foresees."""

    network: str
    censor: str
    cause: str
    target: str
    """What they concern: a target of the world, else the name or address that they met."""
    count: int


class Comparison(msgspec.Struct, frozen=True):
    """A world's truth beside a log."""

    world: str
    acts: int
    """How many acts the log has."""
    rows: tuple[Compared, ...]
    unforeseen: tuple[Stray, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was done that no row foresees."""
        return not self.unforeseen

    def plain(self) -> dict[str, Any]:
        """Give plain values, for JSON."""
        values: dict[str, Any] = msgspec.to_builtins(self)
        return {**values, "holds": self.holds}

    def text(self) -> str:
        """Give a table for people."""
        head = ("network", "target", "state", "outcome", "expected", "acts", "")
        body = [
            (
                row.network,
                row.url,
                row.state,
                row.outcome,
                " ".join(row.expected) or "-",
                _counts(row.acts),
                row.remarks,
            )
            for row in self.rows
        ]
        strays = [
            f"unforeseen: {stray.count} times {stray.cause} by {stray.censor} on {stray.network}, on "
            f"{escaped(stray.target)}"
            for stray in self.unforeseen
        ]
        summary = f"{self.world}: {self.acts} acts; {len(self.unforeseen) or 'none'} unforeseen"
        return "\n".join([*_table([head, *body]), *strays, summary])


def _counts(acts: dict[str, int]) -> str:
    return " ".join(f"{cause}:{count}" for cause, count in sorted(acts.items())) or "-"


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
