"""``trigpoint lab``: the virtual Internet."""

from __future__ import annotations

import signal
from contextlib import nullcontext, suppress
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click
import msgspec

from trigpoint.cli import options
from trigpoint.cli.columns import aligned
from trigpoint.cli.progress import say
from trigpoint.errors import InputError, TrigpointError
from trigpoint.lab import log
from trigpoint.lab.lab import Lab
from trigpoint.lab.truth import compare
from trigpoint.lab.world.load import load, names
from trigpoint.lab.world.texts import escaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.lab.choice import Fabric
    from trigpoint.lab.engine.censor import Censor
    from trigpoint.lab.log import Logged
    from trigpoint.lab.world.place import Host
    from trigpoint.lab.world.truth import Truth
    from trigpoint.lab.world.world import World

_SIGNALLED = 128  # a shell adds the signal's number to it
_MOST_LINES = 40


@click.group()
@options.quiet
def lab(*, quiet: bool) -> None:
    """A virtual Internet on this machine, with censors of known behaviour: what is true in it is known.

    \b
    Example:
      trigpoint lab run iran -- curl https://facebook.example/
    """
    del quiet  # for the verbs below, which take it themselves


@lab.command("list")
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


@lab.command()
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


@lab.command()
@click.argument("world")
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
@click.option("--network", default="", help="Access network of the client; the first where not given.")
@click.option(
    "--fabric",
    type=click.Choice(["auto", "kernel", "virtual"]),
    default="auto",
    show_default=True,
    help="Real sockets in namespaces of this machine, or virtual time; auto takes kernel where it works.",
)
@click.option(
    "--at",
    "place",
    type=click.Choice(["client", "control", "outside"]),
    default="client",
    show_default=True,
    help="Where the program runs: behind the filters, past all of them, or on the other side.",
)
@click.option("--pcap", type=click.Path(path_type=Path), metavar="FILE", help="Write the client's packets to a file.")
@click.option("--events", type=click.Path(path_type=Path), metavar="FILE", help="Write every act as JSON Lines.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of every draw.")
@options.quiet
def run(  # noqa: PLR0913, PLR0917 - click hands over each option by its name
    world: str,
    command: tuple[str, ...],
    network: str,
    fabric: Fabric,
    place: str,
    pcap: Path | None,
    events: Path | None,
    seed: int,
    *,
    quiet: bool,
) -> int:
    """Run a program at the client of a world, and say what the censors did.

    The exit status is that of the program. Ctrl-C is for the program; a
    second one kills it. With the virtual fabric the program is a Python
    module: -- python -m MODULE ARGS.

    \b
    Example:
      trigpoint lab run iran -- curl https://facebook.example/
      trigpoint lab run iran --at control -- curl https://facebook.example/
      trigpoint lab run --network a3 --pcap client.pcap india-isp -- dig tamil.example
    """
    if not command:
        message = "lab run needs a program after the world, as `trigpoint lab run open -- curl https://news.example/`"
        raise click.UsageError(message)
    if pcap and events and pcap.absolute() == events.absolute():
        message = f"{pcap}: packets and acts need a file each"
        raise click.UsageError(message)
    running = Lab(world, fabric=fabric, network=network, seed=seed, pcap=pcap)
    running.check(command)
    say(running.reason, quiet=quiet)
    with events.open("wb") if events else nullcontext() as file:
        try:
            status = running.execute(command, "" if place == "client" else place)
        except KeyboardInterrupt:
            say("Interrupted.", quiet=quiet)
            status = -signal.SIGINT
        except (TrigpointError, OSError):
            if running.events:
                _tell(running, file, quiet=quiet)
            raise
        _tell(running, file, quiet=quiet)
    return status if status >= 0 else _SIGNALLED - status


@lab.command()
@click.argument("world")
@click.option(
    "--events",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Acts, as `trigpoint lab run --events` writes them.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@options.quiet
def truth(world: str, events: Path, *, as_json: bool, quiet: bool) -> int:
    """Hold what the censors did against what is true in the world.

    The exit status is 1 where something was done that the truth does not foresee.

    \b
    Example:
      trigpoint lab run --events acts.jsonl iran -- curl https://facebook.example/
      trigpoint lab truth iran --events acts.jsonl
    """
    found = load(world)
    read = log.load(events)
    if read.rejects and not read.entries:
        first = read.rejects[0]
        message = f"{events}: none of {len(read.rejects)} lines can be read; line {first.line} is {first.reason}"
        raise InputError(message)
    for reject in read.rejects[:_MOST_LINES]:
        say(f"{events}:{reject.line}: {reject.reason}", quiet=quiet)
    say(f"{len(read.entries)} acts, {len(read.rejects)} lines that are none.", quiet=quiet)
    comparison = compare(found, read.entries)
    click.echo(msgspec.json.format(msgspec.json.encode(comparison.plain())) if as_json else comparison.text())
    return 0 if comparison.holds else 1


def _tell(running: Lab, file: IO[bytes] | None, *, quiet: bool) -> None:
    """Say what was done, and write all of it to a file."""
    entries = running.events
    say(_acts(entries), quiet=quiet)
    if running.lost:
        say(f"{running.lost:,} further acts are not known: there were more than memory holds.", quiet=False)
    if file is None:
        return
    try:
        file.writelines(map(log.written, entries))
        file.flush()
    except OSError as error:
        with suppress(OSError):  # closing tries again what was not written
            file.close()
        raise OSError(error.errno, error.strerror, str(file.name)) from error


def _acts(entries: Sequence[Logged]) -> str:
    """Tell what was done, the same act done again in one line."""
    if not entries:
        return "The censors did nothing."
    lines = [_act(list(alike)) for _, alike in groupby(entries, key=_kind)]
    left = [f"and {len(lines) - _MOST_LINES} more; --events writes all"] if len(lines) > _MOST_LINES else []
    return "\n".join(["What the censors did:", aligned(lines[:_MOST_LINES]), *left])


def _kind(entry: Logged) -> tuple[object, ...]:
    event = entry.event
    return (entry.network, event.censor, event.act, event.cause, event.name, event.client, event.server)


def _act(alike: list[Logged]) -> tuple[str, ...]:
    network, event = alike[0].network, alike[0].event
    times = f"{len(alike)} times" if len(alike) > 1 else ""
    about = escaped(event.name) or f"{event.server} port {event.server_port}"
    return (f"{event.time:.3f} s", network, event.censor, event.act, event.cause, about, times)


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
    what = " ".join(kinds) or ("control" if host.role == "control" else "server")
    return (host.name, host.network or "outside", " ".join(host.addresses), what)


def _censors(world: World, network: str) -> list[tuple[str, ...]]:
    return [_censor(network, censor) for censor in world.censors_of(network)]


def _censor(network: str, censor: Censor) -> tuple[str, ...]:
    return (network, f"hop {censor.placement.hop}, {censor.path} the path", censor.id, censor.behaviour, censor.cause)


def _truth(network: str, row: Truth) -> tuple[str, ...]:
    nodes = " ".join(row.causes) or "-"
    shows = f"{row.step}: {row.failure or 'forged'}" if row.step else "-"
    return (network, row.address, str(row.state), nodes, shows, row.remarks)
