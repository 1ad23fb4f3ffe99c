"""What the lab's process and the one that started it say to each other: one message, one packet of a Unix socket.

Descriptors travel beside messages (``SCM_RIGHTS``, unix(7)). A reply has the number of its request; number 0 is news
that nobody asked for.
"""

from __future__ import annotations

import os
from typing import Literal

import msgspec

from trigpoint.lab.engine.event import Event
from trigpoint.lab.fabrics.kernel.sockets import Wanted
from trigpoint.lab.world.world import World
from trigpoint.net.serve.running import Address

LARGEST = 200_000
"""Bytes of the largest message: a little less than what the kernel carries in one piece without asking."""
SERVICES = "trigpoint.lab.services.hosts:start"
"""What hosts run."""
MOST_ACTS = 250
"""Acts in one reply."""


class _Message(msgspec.Struct, frozen=True, tag=True, gc=False):
    """One of those below."""


class Plan(msgspec.Struct, frozen=True):
    """What the process is to build; it reads this, pickled, from its standard input."""

    world: World
    folder: str = ""
    """Its own, for certificates and files that programs see."""
    machine: int = 0
    """Number of the machine's network namespace, which is never touched."""
    seed: int = 0
    wiring: Literal["", "tun", "veth"] = ""
    """What wires are. Empty: the better that this machine has."""
    capture: str = ""
    """File of captured packets. Empty: none."""
    captured: str = ""
    """The network at whose client's edge they are captured. Empty: at every client's."""
    behind_seconds: float = 0.0
    """By how much the clocks of all hosts are behind the machine's."""
    services: str = SERVICES
    """The function that starts what hosts run, as ``module:name``. Empty: they run nothing."""


class Open(_Message, frozen=True):
    """Make a socket of a place."""

    place: str
    wanted: Wanted


class Run(_Message, frozen=True):
    """Start a program in a place; its standard streams come along. What it is given are bytes, UTF-8 or not."""

    program: int
    """How it is called from now on."""
    place: str
    arguments: tuple[bytes, ...]
    environment: dict[bytes, bytes]
    folder: bytes


class Signal(_Message, frozen=True):
    """Send a signal to a program."""

    program: int
    number: int


class Acts(_Message, frozen=True):
    """Tell what censors did, from a number on."""

    since: int


class Original(_Message, frozen=True):
    """Say where a diverted flow was going."""

    peer: Address
    local: Address
    transport: str


class Reattach(_Message, frozen=True):
    """Attach the client of a network anew."""

    network: str


class Count(_Message, frozen=True):
    """Count packets."""


class Stop(_Message, frozen=True):
    """Take everything down."""


class Ready(_Message, frozen=True):
    """The lab stands: the first news."""

    wiring: str
    bundles: dict[str, str]
    """For each place, the file of the certificate authorities that programs there trust. No services: none."""


class Done(_Message, frozen=True):
    """It is done; a descriptor may come along."""


class Refused(_Message, frozen=True):
    """It cannot be done."""

    text: str
    """One sentence."""
    number: int = 0
    """The kernel's ``errno``; 0 where it was not the kernel."""
    file: bytes = b""
    """What it was about, if it was the kernel and the kernel says so."""


class ActList(_Message, frozen=True):
    """Some acts, and how many there are in all."""

    first: int
    """Number of the first one given, more than was asked for where older ones are forgotten."""
    total: int
    acts: tuple[tuple[str, Event], ...]


class Counts(_Message, frozen=True):
    """Packets so far."""

    carried: int
    """That left a place."""
    lost: int
    """That no place took, because its queue was full, or because they were no packets. Those that a censor or a line
    of the world dropped are not among them."""


class Destination(_Message, frozen=True):
    """Where a diverted flow was going; None, if it was not diverted."""

    address: Address | None


class Acted(_Message, frozen=True):
    """News: there are acts that were not asked for yet. It comes once, until they are asked for."""


class Ended(_Message, frozen=True):
    """News: a program has ended."""

    program: int
    code: int
    """Its exit status; -N, if signal N ended it."""


class Request(msgspec.Struct, frozen=True):
    """A request and its number, from 1 on."""

    number: int
    what: Open | Run | Signal | Acts | Original | Reattach | Count | Stop


class Reply(msgspec.Struct, frozen=True):
    """A reply, with the number of its request; 0 for news."""

    number: int
    what: Ready | Done | Refused | ActList | Counts | Destination | Acted | Ended


def refusal(error: Exception) -> Refused:
    """Say in one sentence that something failed.

    >>> refusal(FileNotFoundError(2, "No such file or directory", "curl"))
    Refused(text='No such file or directory', number=2, file=b'curl')
    """
    if not isinstance(error, OSError) or not error.errno:
        return Refused(str(error))
    return Refused(error.strerror or "", error.errno, os.fsencode(error.filename or ""))
