"""``trigpoint lab list`` and ``lab show``: which worlds there are, and what is in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import msgspec

from trigpoint.cli import options
from trigpoint.cli.columns import aligned
from trigpoint.lab.world.load import load, names

if TYPE_CHECKING:
    from trigpoint.lab.engine.censor import Censor
    from trigpoint.lab.world.place import Host
    from trigpoint.lab.world.truth import Truth
    from trigpoint.lab.world.world import World


@click.command("list")
@options.quiet
def list_(*, quiet: bool) -> None:
    """List the worlds that come along; variants are written as world:variant.

    \b
    Example:
      trigpoint lab list
    """
    del quiet  # what is asked for here is output, not talk
    worlds = [load(name) for name in names()]
    click.echo(aligned((world.name, world.country, world.title) for world in worlds))


@click.command()
@click.argument("world")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, for programs.")
@options.quiet
def show(world: str, *, as_json: bool, quiet: bool) -> None:
    """Show a world: its networks and hosts, its censors, and what is true.

    WORLD is the name of one that comes along, or a file whose name ends in .toml.

    \b
    Example:
      trigpoint lab show gfw-2024:henan
    """
    del quiet  # as above
    found = load(world)
    click.echo(msgspec.json.format(msgspec.json.encode(found)) if as_json else _told(found))


def _told(world: World) -> str:
    parts = [
        f"{world.name} ({world.country}): {world.title}\n{world.meaning}",
        _section("Networks", [(n.name, f"AS{n.asn}", *_joined(n.client), n.title) for n in world.networks]),
        _section("Hosts", [_host(host) for host in world.hosts]),
        _section("Censors", [row for network in world.networks for row in _censors(world, network.name)]),
        _section("Truth", [_truth(network, row) for network, row in world.truths()]),
    ]
    return "\n\n".join(parts)


def _section(title: str, rows: list[tuple[Any, ...]]) -> str:
    lines = aligned(rows) if rows else "none"
    return f"{title}\n" + "\n".join(f"  {line}" for line in lines.splitlines())


def _joined(texts: tuple[str, ...]) -> tuple[str]:
    return (" ".join(texts),)


def _host(host: Host) -> tuple[str, ...]:
    kinds = [kind for kind in ("authority", "resolver", "interceptor", "portal", "notice") if getattr(host, kind)]
    announced = [host.portal.api] if host.portal else []  # what DHCP would tell devices of the network
    what = " ".join([*kinds, *announced]) or host.role
    return (host.name, host.network or "outside", " ".join(host.addresses), what)


def _censors(world: World, network: str) -> list[tuple[str, ...]]:
    return [_censor(network, censor) for censor in world.censors_of(network)]


def _censor(network: str, censor: Censor) -> tuple[str, ...]:
    return (network, f"hop {censor.placement.hop}, {censor.path} the path", censor.id, censor.behaviour, censor.cause)


def _truth(network: str, row: Truth) -> tuple[str, ...]:
    nodes = " ".join(row.causes) or "-"
    shows = f"{row.step}: {row.failure or 'forged'}" if row.step else "-"
    return (network, row.address, str(row.state), nodes, shows, row.remarks)
