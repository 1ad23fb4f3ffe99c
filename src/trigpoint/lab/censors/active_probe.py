"""What a flow begins with brings probers to its server; then the server is blocked for everybody."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from trigpoint.lab.censors.random_traffic import looks_random
from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.group import Count, Number, Seconds, check_addresses
from trigpoint.lab.engine.openings import OnOpening
from trigpoint.lab.engine.prints import IpPrint
from trigpoint.lab.engine.probes import Probe
from trigpoint.lab.engine.residual import Residual
from trigpoint.lab.engine.response import Hit
from trigpoint.lab.engine.triggers import OnHello, TlsMatch, Trigger
from trigpoint.net.packets import address_bytes

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place
    from trigpoint.net.packets import Packet

_LONGEST_PREFIX = 512  # hexadecimal digits


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
    delay_seconds: Seconds = 0.3
    """Shortest time between the trigger and a probe."""
    delay_seconds_up_to: Seconds = 900.0
    """Longest; below the other: as that."""
    probes: Annotated[int, msgspec.Meta(ge=0, le=16)] = 3
    """SYNs that are sent to the server."""
    pool: tuple[str, ...] = ()
    """Addresses of the probers, of both families."""
    print: IpPrint = IpPrint(ttl=Number(46, 50, "random"))
    """How the IP header of a probe looks."""
    residual: Residual | None = Residual(
        seconds=43_200.0, tuple="port", action="drop-both", starts_after_seconds=900.0, refresh=True
    )
    """What is blocked then: the server and its port (``port``) or its whole address (``address``), for everybody, from
    some time after the trigger on."""

    def __post_init__(self) -> None:
        """Refuse what are no addresses, and no prefix."""
        check_addresses("pool", self.pool)
        is_hex = len(self.prefix) % 2 == 0 and set(self.prefix) <= set(string.hexdigits)
        if not is_hex or len(self.prefix) > _LONGEST_PREFIX or (self.trigger == "prefix") != bool(self.prefix):
            message = "prefix: an even number of hexadecimal digits is needed with trigger = 'prefix', and else none"
            raise ValueError(message)
        if self.residual and not self.residual.action.startswith("drop"):
            message = "residual.action: what was probed is dropped"
            raise ValueError(message)


def _trigger(parameters: ActiveProbe) -> Trigger:
    match, prefix = parameters.match, bytes.fromhex(parameters.prefix)

    def is_meant(packet: Packet) -> bool:
        if not parameters.min_bytes <= packet.end - packet.payload <= parameters.max_bytes:
            return False
        return looks_random(packet.content) if parameters.trigger == "random" else packet.content.startswith(prefix)

    rule = {"random": "looks random", "prefix": f"begins with {parameters.prefix}"}.get(parameters.trigger, "payload")
    return OnOpening(match, lambda packet: Hit(rule) if is_meant(packet) else None)


def _make(parameters: ActiveProbe, _: Place) -> Plan:
    trigger = OnHello(parameters.match) if parameters.trigger == "hello" else _trigger(parameters)
    shortest = parameters.delay_seconds
    response = Probe(
        tuple(map(address_bytes, parameters.pool)),
        parameters.probes,
        (shortest, max(shortest, parameters.delay_seconds_up_to)),
        parameters.print,
    )
    return Plan(trigger, response, "tcp.timeout", parameters.match)


CENSOR = Behaviour(
    "active_probe",
    "probes servers whose flows look like a circumvention tool, and then drops all that goes to them",
    "FOCI 2012 (Winter); IMC 2015 (Ensafi); FOCI 2018 (Dunna); IMC 2020 (Alice)",
    ActiveProbe,
    _make,
    ("tcp.timeout",),
    ("in",),
    {"pool": ["198.51.100.200", "2001:db8:b0::200"]},
)
