"""``trigpoint reference``: reference data of others: what is there, newer ones, or those of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from trigpoint.cli import options
from trigpoint.cli.columns import aligned
from trigpoint.cli.progress import say
from trigpoint.errors import InputError
from trigpoint.reference.fetching import FetchError, check
from trigpoint.reference.intake import Outcome, items_named
from trigpoint.reference.intake import update as download
from trigpoint.reference.intake import use as take
from trigpoint.reference.library import Library, Present

if TYPE_CHECKING:
    from collections.abc import Iterable

_HASH = 12  # characters that are shown to people


@click.group()
@options.quiet
def reference(*, quiet: bool) -> None:
    """Lists and databases of others that verdicts may rest on.

    Fingerprints of block pages, lists of URLs, and databases of addresses. They lie in one folder: the one that
    --reference or the variable TRIGPOINT_REFERENCE names, else ~/.local/share/trigpoint/reference. Nothing needs them:
    without, the judge has a small table of its own.

    \b
    Example:
      trigpoint reference update
    """
    del quiet  # for the verbs below, which take it themselves


@reference.command()
@options.reference
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@options.quiet
def show(folder: Path | None, *, as_json: bool, quiet: bool) -> None:
    """Say what is there, from where and when, and under which licence.

    \b
    Example:
      trigpoint reference show
    """
    library = Library(folder)
    present = library.present()
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode([_plain(one) for one in present])))
        return
    say(f"Reference data in {library.folder}:", quiet=quiet)
    if present:
        click.echo(aligned([("name", "entries", "unusable", "date", "sha256", "licence", "from"), *map(_row, present)]))
    else:
        click.echo("none; the judge has its built-in table only. To get them: trigpoint reference update")


@reference.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@options.reference
@click.option(
    "--from",
    "addresses",
    multiple=True,
    metavar="NAME=URL",
    help="Another address for one of them; the only one for those that nobody publishes for all. May be repeated.",
)
@options.quiet
def update(names: tuple[str, ...], folder: Path | None, addresses: tuple[str, ...], *, quiet: bool) -> int:
    """Download what is newer, all where none is named.

    Whatever fails, what was there stays; the exit status is 1 then.

    \b
    Example:
      trigpoint reference update
      trigpoint reference update ooni-dns ooni-http
      trigpoint reference update addresses --from addresses=https://example.org/asn.mmdb
    """
    other = dict(_address(written) for written in addresses)
    items = [item for item in items_named([*names, *other] if names else []) if item.url or item.name in other]
    if lacking := [name for name in names if name not in {item.name for item in items}]:
        message = f"{lacking[0]}: nobody publishes it for all; give an address, --from {lacking[0]}=URL"
        raise InputError(message)
    done = download(Library(folder), items, other, lambda outcome: say(_line(outcome), quiet=quiet))
    return _status(done, quiet=quiet)


@reference.command()
@click.argument("source", metavar="DIR", type=click.Path(path_type=Path))
@options.reference
@options.quiet
def use(source: Path, folder: Path | None, *, quiet: bool) -> int:
    """Take reference data from a folder, without any network.

    The files have the names under which they are published, in DIR itself or as in their publisher's repository.

    \b
    Example:
      trigpoint reference use /media/usb/reference
    """
    done = take(Library(folder), source)
    for outcome in done:
        say(_line(outcome), quiet=quiet)
    return _status(done, quiet=quiet)


def _address(written: str) -> tuple[str, str]:
    name, separator, url = written.partition("=")
    items_named([name])
    try:
        check(url)
    except FetchError as error:
        message = f"--from {written}: {error}"
        raise InputError(message) from error
    return (name, url) if separator else (name, "")


def _status(outcomes: Iterable[Outcome], *, quiet: bool) -> int:
    failed = [outcome for outcome in outcomes if outcome.problem]
    if quiet:
        for outcome in failed:
            click.echo(_line(outcome), err=True)
    return int(bool(failed))


def _line(outcome: Outcome) -> str:
    name = outcome.item.name
    if outcome.problem:
        return f"{name}: {outcome.problem}; what was there stays"
    if outcome.rows is None:
        return f"{name}: there is nothing newer"
    return f"{name}: {outcome.rows:,} entries{'' if outcome.is_new else ', the same as before'}"


def _row(one: Present) -> tuple[object, ...]:
    entry = one.entry
    return (
        one.item.name,
        f"{one.rows:,}",
        one.unusable,
        ((entry and entry.vintage) or "unknown")[:10],
        one.sha256[:_HASH],
        one.item.licence,
        entry.origin if entry else f"put there by hand; published by {one.item.publisher}",
    )


def _plain(one: Present) -> dict[str, object]:
    return {
        "name": one.item.name,
        "meaning": one.item.meaning,
        "licence": one.item.licence,
        "publisher": one.item.publisher,
        "entries": one.rows,
        "unusable": one.unusable,
        "sha256": one.sha256,
        "origin": one.entry and one.entry.origin,
        "vintage": one.entry and one.entry.vintage,
        "files": [str(path) for path in one.files],
    }
