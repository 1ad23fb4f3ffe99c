"""What a person sees while a command works, and afterwards."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from trigpoint.cli.columns import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from trigpoint.observe import Observed, Progress

_ORDER = ("reached", "anomaly", "failed", "undecided", "explained", "measured", "lost")


@contextmanager
def reading(*, quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    """Show files, measurements a second and rejects on a terminal; nothing where there is none, or with ``--quiet``."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm  # noqa: PLC0415 - 20 ms, which those who see no bar need not wait for

    with tqdm(unit=" files", desc="reading", file=sys.stderr) as bar:

        def show(progress: Progress) -> None:
            bar.total = progress.files_total
            bar.n = progress.files_done
            elapsed = bar.format_dict["elapsed"] or 1e-9
            rate = progress.measurements / elapsed
            bar.set_postfix_str(f"{rate:,.0f} measurements/s, {progress.rejects:,} rejects", refresh=True)

        yield show


def say(text: str, *, quiet: bool) -> None:
    """Say one sentence on standard error, unless ``--quiet``."""
    if not quiet:
        click.echo(text, err=True)


def say_lost(lost: Sequence[str]) -> None:
    """Name measurements that could not be written, whoever wants quiet or not."""
    for sentence in lost:
        say(sentence, quiet=False)


def say_observed(observed: Observed, *, quiet: bool) -> None:
    """Say what was read; and what could not be read at all, whoever wants quiet or not: it may be mistyped."""
    parts = [f"{observed.measurements:,} measurements from {observed.files:,} files"]
    if observed.known:
        parts.append(f"{observed.known:,} files were there already")
    if observed.duplicates:
        parts.append(f"{observed.duplicates:,} duplicates left out")
    if observed.rejects:
        parts.append(f"{observed.rejects:,} records rejected")
    say("Read " + ", ".join(parts) + ".", quiet=quiet)
    for reject in observed.unreadable:
        say(f"Not read: {plain(reject.path)}: {plain(reject.reason)}", quiet=False)


@contextmanager
def showing(total: int | None, *, quiet: bool, unit: str = "measurements") -> Iterator[Callable[..., None]]:
    """Show progress with counts, and each anomaly as a sentence; on a terminal with the time that is left."""
    from tqdm import tqdm  # noqa: PLC0415 - as above

    counts: Counter[str] = Counter()

    with tqdm(total=total, unit=f" {unit}", file=sys.stderr, disable=quiet or not sys.stderr.isatty()) as bar:

        def show(word: str, told: Sequence[str], *, count: int = 1, is_planned: bool = True) -> None:
            counts[word] += count if word else 0
            for sentence in told if not quiet else ():
                bar.write(sentence, file=sys.stderr)
            bar.update(int(is_planned))
            bar.set_postfix_str(_counted(counts))

        yield show
    say(_counted(counts), quiet=quiet or not counts)


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[word]} {word}" for word in _ORDER if counts[word])
