"""What a verdict names, in one line for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.model.verdict import State

if TYPE_CHECKING:
    from collections.abc import Iterable


def told(state: str, mechanisms: str, interference: Iterable[str], explanations: str) -> str:
    """Say what a verdict names; of an undecided one so that nobody reads signs as blocking.

    >>> told("insufficient", "dns.refused tcp.timeout", (), "local.vpn")
    'signs of dns.refused, tcp.timeout, undecided; local.vpn'
    >>> told("blocked", "tls.reset", (), "")
    'tls.reset'

    Args:
        state: of the verdict.
        mechanisms: as it stands in the verdict, separated by blanks.
        interference: in the words in which it is shown.
        explanations: as it stands in the verdict.

    """
    named = mechanisms.split()
    if state != State.INSUFFICIENT or not named:
        return " ".join([*named, *interference, *explanations.split()])
    rest = " ".join([*interference, *explanations.split()])
    return f"signs of {', '.join(named)}, undecided" + (f"; {rest}" if rest else "")
