"""``trigpoint control``: the other end of measurements."""

from __future__ import annotations

import asyncio
import signal
import time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trigpoint.cli import options
from trigpoint.cli.progress import say
from trigpoint.control.helper import MOST_AT_ONCE
from trigpoint.control.identity import read_identity
from trigpoint.control.measure import measure
from trigpoint.control.serving import Plan, Serving
from trigpoint.control.setting import Setting
from trigpoint.errors import InputError
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.dns import Resolver, resolve
from trigpoint.net.dial.trust import Trust, trust
from trigpoint.net.names import a_label, canonical_address, join_endpoint, split_endpoint
from trigpoint.reference.address_plan import addresses_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from trigpoint.net.serve.identity import Identity
    from trigpoint.net.serve.running import Address

    Command = TypeVar("Command", bound=Callable[..., Any])

_HOUR = 3_600  # between readings of the clock by which certificates are judged


class _Place(click.ParamType[tuple[str, int]]):
    """An address of this machine with a port."""

    name = "ADDR:PORT"

    def convert(
        self, value: str | tuple[str, int], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        """Read one."""
        host, port = value if isinstance(value, tuple) else split_endpoint(value)
        address = canonical_address(host) if host else None
        if address is None or port is None:
            self.fail(f"{value!r} is no address with a port, such as 127.0.0.1:8080 or [::1]:8080", param, ctx)
        return address, port


def _places(name: str, meaning: str) -> Callable[[Command], Command]:
    return click.option(name, type=_Place(), multiple=True, metavar="ADDR:PORT", help=f"{meaning} May be repeated.")


@click.command()
@_places("--listen", "Where HTTP is spoken; 127.0.0.1:8080 where not given.")
@_places("--https", "Where the same is spoken in TLS, under any name.")
@_places("--quic", "UDP port where the same is spoken as HTTP/3, under any name.")
@click.option(
    "--certificate",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="PEM of what --https and --quic show, the server's own first; something self-made where not given.",
)
@click.option("--key", type=click.Path(path_type=Path), metavar="FILE", help="PEM of its key, without a password.")
@_places("--echo", "TCP and UDP port that sends back what it gets (RFC 862).")
@_places("--discard", "TCP and UDP port that takes everything (RFC 863).")
@_places("--silent", "UDP port, best 53, that never answers: an answer is then somebody else's.")
@click.option("--whoami", "zone", default="", metavar="ZONE", help="Zone whose names have the address that asks.")
@_places("--dns", "TCP and UDP port that serves the zone of --whoami.")
@click.option(
    "--resolver",
    default="system",
    show_default=True,
    help="Asked for names: system, udp://ADDRESS, tcp://ADDRESS, dot://NAME@ADDRESS or https://NAME/PATH@ADDRESS.",
)
@click.option(
    "--asn-database",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Database of addresses (MMDB) or address plan (CSV); where not given, no AS numbers are told.",
)
@click.option(
    "--rate",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    help="Measurements a minute for one client, in the long run; 0: no limit.",
)
@click.option(
    "--at-once",
    type=click.IntRange(min=1),
    default=MOST_AT_ONCE,
    show_default=True,
    help="Measurements under way at once.",
)
@options.quiet
def control(  # noqa: PLR0913, PLR0917 - click hands over each option by its name
    listen: tuple[Address, ...],
    https: tuple[Address, ...],
    quic: tuple[Address, ...],
    certificate: Path | None,
    key: Path | None,
    echo: tuple[Address, ...],
    discard: tuple[Address, ...],
    silent: tuple[Address, ...],
    zone: str,
    dns: tuple[Address, ...],
    resolver: str,
    asn_database: Path | None,
    rate: float,
    at_once: int,
    *,
    quiet: bool,
) -> None:
    """Serve what probes compare with: a control server, best on a network that filters nothing.

    POST / is the test helper of OONI's web_connectivity; GET / gives a
    request back as it came; GET /health says that the server is there, and
    what it serves besides, so that probes find it by themselves. It never
    speaks to private or special-purpose addresses. Ctrl-C or SIGTERM ends it.

    \b
    Example:
      trigpoint control --listen 0.0.0.0:8080
      trigpoint control --listen 0.0.0.0:80 --https 0.0.0.0:443 --quic 0.0.0.0:443 --certificate c.pem --key k.pem
      trigpoint control --echo 0.0.0.0:7 --whoami who.example.org --dns 0.0.0.0:53
    """
    if bool(zone) != bool(dns):
        message = "--whoami and --dns need each other: a zone, and where it is served"
        raise click.UsageError(message)
    plan = Plan(
        http=listen or (("127.0.0.1", 8080),),
        https=https,
        quic=quic,
        echo=echo,
        discard=discard,
        silent=silent,
        dns=dns,
        zone=a_label(zone),
        identity=_identity(certificate, key, is_shown=bool(https or quic)),
        rate=rate,
        most=at_once,
    )
    placed = asyncio.run(_placed(Resolver.parse(resolver)))
    setting = Setting(resolver=placed, trust=lambda: _trust(int(time.time()) // _HOUR))
    if asn_database:
        database = addresses_in(asn_database)
        setting = setting._replace(asn=lambda address: database.lookup(address).asn or 0)
    asyncio.run(_serve(plan, setting, quiet=quiet))


def _identity(certificate: Path | None, key: Path | None, *, is_shown: bool) -> Identity | None:
    """Read what is shown. None: none is given.

    Raises:
        InputError: it cannot be used.
        UsageError: it is half of what is needed, or nobody would see it.

    """
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        message = "--certificate and --key need each other"
        raise click.UsageError(message)
    if not is_shown:
        message = "--certificate and --key are for --https or --quic: say where to listen"
        raise click.UsageError(message)
    return read_identity(certificate, key)


async def _placed(resolver: Resolver) -> Resolver:
    """Look up the address of a resolver that has only a name.

    Raises:
        InputError: it has none.

    """
    if resolver.address or resolver.engine == "getaddrinfo":
        return resolver
    found = await resolve(Diary(), Resolver(), resolver.name)
    if not found:
        message = f"{resolver.name} has no address here: write one, as dot://NAME@ADDRESS or https://NAME/PATH@ADDRESS"
        raise InputError(message)
    return resolver.at(found[0])


@lru_cache(1)
def _trust(hour: int) -> Trust:
    return trust(now=float(hour * _HOUR))


async def _serve(plan: Plan, setting: Setting, *, quiet: bool) -> None:
    serving = Serving(plan, lambda asked: measure(asked, setting))
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    await serving.open()
    try:
        places = (f"{name} {join_endpoint(*place)}" for name, found in serving.places.items() for place in found)
        say(f"Listening: {', '.join(places)}; Ctrl-C ends it.", quiet=quiet)
        await ended.wait()
    finally:
        await serving.close()
    say("Ended.", quiet=quiet)
