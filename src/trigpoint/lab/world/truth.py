"""What is true in a world: for each target and network, what an analyst who knows everything would say."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from trigpoint.lab.engine.group import Group, Share
from trigpoint.model.explanation import EXPLANATIONS
from trigpoint.model.failure import FAILURES
from trigpoint.model.mechanism import MECHANISMS
from trigpoint.model.verdict import State

Step = Literal["", "dns", "tcp", "tls", "http", "quic"]

_SCHEMES = {"https", "http", "h3", "tcp", "dot"}


class Truth(Group, frozen=True, kw_only=True):
    """One row: a target seen from some networks."""

    target: str
    """Name of a site, as in verdicts; or of a resolver, or of a host with echo ports."""
    networks: tuple[str, ...] = ()
    """From where. None: from every network."""
    state: State
    """What a survey of many runs should say."""
    alone: State | None = None
    """What a single run can say at most, where that is less. Missing: the same."""
    mechanisms: tuple[str, ...] = ()
    """How it is blocked: nodes of the vocabulary."""
    interference: tuple[str, ...] = ()
    """What is done to it although it is reached."""
    explanations: tuple[str, ...] = ()
    """Why it is not blocked, or not decided; also ``collateral`` beside ``blocked``."""
    unseen: tuple[str, ...] = ()
    """What is done as well and no ordinary client sees, since it ends before: nodes that the log may show."""
    url: str = ""
    """What is fetched, with the scheme ``https``, ``http``, ``h3`` (HTTP/3 without asking TCP first), ``tcp`` (random
    bytes to an echo port) or ``dot`` (a query). Empty: ``https://`` and the target."""
    families: tuple[Literal[4, 6], ...] = (4, 6)
    """Versions of IP of which the row speaks."""
    step: Step = ""
    """Where the first failure or forgery shows to a client that asks the network's resolver. Empty: nowhere."""
    failure: str | None = None
    """The failure string of that step. Missing: the step succeeds, with something forged."""
    share: tuple[Share, Share] = (1.0, 1.0)
    """How often it shows so, at least and at most, over many tries of new flows: censors of chance do not always
    fire."""
    until: float | None = None
    """Seconds of the lab's time after which it is no longer so. Missing: it stays so."""
    note: str = ""
    """Why, for people."""

    def __post_init__(self) -> None:
        """Refuse nodes and failures that are in no vocabulary."""
        for key, vocabulary in (
            ("mechanisms", MECHANISMS),
            ("interference", MECHANISMS),
            ("unseen", MECHANISMS),
            ("explanations", EXPLANATIONS),
        ):
            for node in getattr(self, key):
                if node not in vocabulary:
                    message = f"{key}: there is no {node!r}"
                    raise ValueError(message)
        if self.failure is not None and self.failure not in FAILURES:
            message = f"failure: there is no {self.failure!r}"
            raise ValueError(message)
        if self.share[0] > self.share[1]:
            message = "share: the least is more than the most"
            raise ValueError(message)
        if not _is_url(self.address):
            message = f"url: {self.url!r} is no URL of the schemes {', '.join(sorted(_SCHEMES))}"
            raise ValueError(message)
        if self.mechanisms and self.state is not State.BLOCKED:
            message = "mechanisms: only of what is blocked; what is reached all the same has interference"
            raise ValueError(message)

    @property
    def address(self) -> str:
        """The URL that is fetched."""
        return self.url or f"https://{self.target}/"

    @property
    def remarks(self) -> str:
        """For people: the family, what a single run can say, and the share, each where it is not the usual one.

        >>> Truth(target="x.example", state=State.BLOCKED, families=(4,), share=(0.2, 0.6)).remarks
        'IPv4 only, 20 to 60 %'
        """
        parts = [f"IPv{self.families[0]} only"] if len(set(self.families)) == 1 else []
        if self.alone not in {None, self.state}:
            parts.append(f"alone {self.alone}")
        if self.share != (1.0, 1.0):
            least, most = (round(100 * share) for share in self.share)
            parts.append(f"{least} to {most} %")
        if self.until is not None:
            parts.append(f"until second {self.until:,.0f}")
        return ", ".join(parts)

    @property
    def causes(self) -> tuple[str, ...]:
        """All nodes that the log may show for it."""
        return (*self.mechanisms, *self.interference, *self.unseen, *self.explanations)


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in _SCHEMES and bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:  # brackets that do not match, a port that is none
        return False
