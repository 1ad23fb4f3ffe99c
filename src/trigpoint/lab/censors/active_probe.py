"""What a flow begins with brings probers to its server; then the server is blocked for everybody."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from trigpoint.lab.censors.random_traffic import Bits, looks_random
from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.group import Count, Number, Seconds
from trigpoint.lab.engine.lengths import LengthClass, entropy, is_suspect
from trigpoint.lab.engine.openings import OnOpening
from trigpoint.lab.engine.pools import check_pool, spread
from trigpoint.lab.engine.prints import IpPrint
from trigpoint.lab.engine.probes import Probe
from trigpoint.lab.engine.replays import ProbeKind
from trigpoint.lab.engine.residual import Residual
from trigpoint.lab.engine.response import Hit
from trigpoint.lab.engine.triggers import OnHello, TlsMatch, Trigger

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place
    from trigpoint.lab.engine.sight import Sight

_LONGEST_PREFIX = 512  # hexadecimal digits

Kinds = Annotated[tuple[ProbeKind, ...], msgspec.Meta(min_length=1)]


class ActiveProbe(Parameters, frozen=True, kw_only=True):
    """Parameters. Times of probes are multiplied by the world's ``time_scale``, as that of the block is."""

    match: TlsMatch = TlsMatch()
    """Flows, and with ``trigger`` = ``hello`` the ClientHello: Tor's has a made-up name, which a pattern meets. Every
    TCP port, if nothing else is said."""
    trigger: Literal["random", "prefix", "hello", "payload"] = "random"
    """What brings the probers: a first payload that looks fully encrypted; one with a certain beginning; a ClientHello;
    or any first payload, as on listed ports."""
    prefix: str = ""
    """With ``trigger`` = ``prefix``: the beginning, in hexadecimal digits."""
    min_bytes: Count = 0
    """The smallest first payload that brings them; 160 for Shadowsocks in China. Not of a ClientHello."""
    max_bytes: Count = 65_535
    """The largest; 700 for Shadowsocks."""
    lengths: tuple[LengthClass, ...] = ()
    """Classes of lengths, of which a first payload must meet one. None: every length. Not of a ClientHello."""
    entropy_above: Bits = 0.0
    """Entropy of the bytes of a first payload, in bits a byte, below which it brings nobody. Not of a ClientHello."""
    delay_seconds: Seconds = 0.3
    """Shortest time between the trigger and a probe."""
    delay_seconds_up_to: Seconds = 900.0
    """Longest; below the other: as that."""
    probes: Annotated[int, msgspec.Meta(ge=0, le=16)] = 3
    """Probers that come because of one trigger."""
    kinds: Kinds = ("R1", "R2")
    """What they say, in turn: ``R1`` what the triggering packet carried; ``R2`` to ``R5`` the same with other bytes at
    0; at 0 to 7, 62 and 63; at 16; at 6 and 16; ``NR1`` 7 to 51 random bytes, ``NR2`` 221; ``connect`` nothing."""
    then: tuple[ProbeKind, ...] = ()
    """What further probers say, one for each, who come once the server has answered one of the first with data: in
    China ``R3``, ``R4`` and ``R5``."""
    patience_seconds: Seconds = 10.0
    """Time after which a prober closes, if the server says nothing. A prober that gets an answer resets."""
    pool: tuple[str, ...] = ()
    """Addresses of the probers, of both families, and ranges of them, such as ``198.19.8.0-198.19.11.255``."""
    print: IpPrint = IpPrint(ttl=Number(46, 50, "random"))
    """How the IP header of a probe looks."""
    residual: Residual | None = Residual(
        seconds=43_200.0, tuple="port", action="drop-both", starts_after_seconds=900.0, refresh=True
    )
    """What is blocked then: the server and its port (``port``) or its whole address (``address``), for everybody, from
    some time after the trigger on."""

    def __post_init__(self) -> None:
        """Refuse what are no addresses, and no prefix."""
        super().__post_init__()
        check_pool("pool", self.pool)
        is_hex = len(self.prefix) % 2 == 0 and set(self.prefix) <= set(string.hexdigits)
        if not is_hex or len(self.prefix) > _LONGEST_PREFIX or (self.trigger == "prefix") != bool(self.prefix):
            message = "prefix: an even number of hexadecimal digits is needed with trigger = 'prefix', and else none"
            raise ValueError(message)
        if self.residual and not self.residual.action.startswith("drop"):
            message = "residual.action: what was probed is dropped"
            raise ValueError(message)


def _trigger(parameters: ActiveProbe) -> Trigger:
    match, prefix = parameters.match, bytes.fromhex(parameters.prefix)

    def is_meant(sight: Sight) -> bool:
        payload = sight.packet.content
        if not (parameters.min_bytes <= len(payload) <= parameters.max_bytes and payload.startswith(prefix)):
            return False
        if not is_suspect(len(payload), parameters.lengths, sight.draws("length")):
            return False
        is_dense = not parameters.entropy_above or entropy(payload) >= parameters.entropy_above
        return is_dense and (parameters.trigger != "random" or looks_random(payload))

    rule = {"random": "looks random", "prefix": f"begins with {parameters.prefix}"}.get(parameters.trigger, "payload")
    return OnOpening(match, lambda sight: Hit(rule) if is_meant(sight) else None)


def _make(parameters: ActiveProbe, _: Place) -> Plan:
    trigger = OnHello(parameters.match) if parameters.trigger == "hello" else _trigger(parameters)
    shortest = parameters.delay_seconds
    response = Probe(
        spread(parameters.pool),
        parameters.probes,
        (shortest, max(shortest, parameters.delay_seconds_up_to)),
        parameters.print,
        parameters.kinds,
        parameters.then,
        parameters.patience_seconds,
    )
    return Plan(trigger, response, "tcp.timeout", parameters.match)


CENSOR = Behaviour(
    "active_probe",
    "probes servers whose flows look like a circumvention tool, by saying again what was said, and then drops all that "
    "goes to them",
    "FOCI 2012 (Winter); IMC 2015 (Ensafi); FOCI 2018 (Dunna); IMC 2020 (Alice)",
    ActiveProbe,
    _make,
    ("tcp.timeout",),
    ("in",),
    {"pool": ["198.51.100.200", "2001:db8:b0::200"]},
)
