"""A bad link: no censorship."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.group import Seconds, Share, Way
from trigpoint.lab.engine.links import Link
from trigpoint.lab.engine.match import Match
from trigpoint.lab.engine.triggers import Always

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place


class FlakyLink(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: Match = Match()
    """Flows. All, if nothing is said."""
    loss: Share = 0.01
    """Share of packets that are lost."""
    diurnal_loss: tuple[Share, ...] = ()
    """Share of packets that are lost besides, in equal parts of a day: 24 values are hours, as where lines are full in
    the evening."""
    burst_every_seconds: Seconds = 0.0
    """Mean time from one burst of loss to the next. 0: no bursts."""
    burst_seconds: Seconds = 1.0
    """Shortest burst; none is longer than the time between two."""
    burst_seconds_up_to: Seconds = 4.0
    """Longest burst."""
    burst_loss: Share = 0.9
    """Share of packets that are lost in a burst."""
    jitter_seconds: Seconds = 0.0
    """Longest additional delay."""
    reorder: Share = 0.0
    """Share of packets that later ones overtake."""
    reorder_seconds: Seconds = 0.05
    """How long these are held."""
    duplicate: Share = 0.0
    """Share of packets that come twice."""
    way: Way = "both"
    """Which direction is bad."""


def _make(parameters: FlakyLink, _: Place) -> Plan:
    link = Link(
        parameters.way,
        parameters.loss,
        parameters.diurnal_loss,
        parameters.burst_every_seconds,
        (parameters.burst_seconds, max(parameters.burst_seconds, parameters.burst_seconds_up_to)),
        parameters.burst_loss,
        parameters.jitter_seconds,
        parameters.reorder,
        parameters.reorder_seconds,
        parameters.duplicate,
    )
    return Plan(Always(), link, "network.flaky", parameters.match, protocols=())


CENSOR = Behaviour(
    "flaky_link",
    "loses, delays, reorders and doubles packets without regard to their target",
    "Gilbert 1960 and Elliott 1963 (loss in bursts)",
    FlakyLink,
    _make,
    ("network.flaky",),
    ("in",),
    {"loss": 0.2, "burst_every_seconds": 60, "jitter_seconds": 0.1, "reorder": 0.1, "duplicate": 0.1},
)
