"""What becomes of a packet."""

from __future__ import annotations

from enum import Enum

import msgspec


class Verdict(Enum):
    """What the path does with a packet."""

    PASS = "pass"  # noqa: S105 - not a password
    DROP = "drop"
    DIVERT = "divert"


class Injection(msgspec.Struct, frozen=True, gc=False):
    """A packet sent besides."""

    packet: bytes
    to_client: bool
    """Towards the client, else towards the server."""
    hop: int
    """Behind which hop it starts: it is aged by ``hop`` routers on its way to the client."""
    delay: float = 0.0
    """Seconds after the packet that caused it."""


class Act(msgspec.Struct, frozen=True):
    """What a censor does on seeing one packet."""

    did: str = ""
    """For the log (:attr:`Event.act`). Empty: nothing worth telling."""
    verdict: Verdict = Verdict.PASS
    delay: float = 0.0
    """Seconds by which the packet is held."""
    packet: bytes | None = None
    """What goes on instead of the packet. Missing: the packet."""
    injections: tuple[Injection, ...] = ()
    to: str = ""
    """The host to which it is diverted."""
    cause: str = ""
    """Instead of the censor's own."""
    rule: str = ""
    """Instead of what met the trigger."""
    name: str = ""
    """Instead of the name that met the trigger."""
    ends: bool = False
    """Whether the censor is through with this flow."""


class Outcome(msgspec.Struct, frozen=True):
    """What becomes of a packet after all censors saw it."""

    verdict: Verdict = Verdict.PASS
    delay: float = 0.0
    """Seconds by which the packet is held."""
    packet: bytes | None = None
    """What goes on instead of the packet. Missing: the packet as it came."""
    injections: tuple[Injection, ...] = ()
    to: str = ""
    """With ``DIVERT``: the host that gets it."""


NOTHING = Act()
"""Let it pass, and say nothing."""
DROPPED = Act("drop", Verdict.DROP)
"""Drop it."""
PASSED = Outcome()
"""The packet goes on as it came."""
