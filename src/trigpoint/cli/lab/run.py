"""``trigpoint lab run``: a program at the client of a world."""

from __future__ import annotations

import signal
from contextlib import nullcontext, suppress
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from trigpoint.cli import options
from trigpoint.cli.columns import aligned
from trigpoint.cli.progress import say
from trigpoint.errors import TrigpointError
from trigpoint.lab import log
from trigpoint.lab.lab import Lab
from trigpoint.lab.world.texts import escaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.lab.choice import Fabric
    from trigpoint.lab.log import Logged

_SIGNALLED = 128  # a shell adds the signal's number to it
_MOST_LINES = 40


@click.command()
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
    second one kills it, as SIGTERM does. With the virtual fabric the program is a Python
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
