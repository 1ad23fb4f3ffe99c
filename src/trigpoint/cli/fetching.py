"""Sources that lie in buckets are brought to this machine first."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from trigpoint.archive.buckets import Selection, mirror, remote
from trigpoint.cli.progress import say, showing
from trigpoint.errors import InputError
from trigpoint.reference.countries import country_code

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


_COUNTRY = re.compile(r"[A-Za-z]{2}", re.ASCII)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a person wants of archives in buckets, and how it is fetched."""

    selection: Selection = Selection()
    """Which objects."""
    mirror: Path | None = None
    """Folder that keeps them. Missing: beside the survey."""
    signed: bool = False
    """Whether to use the credentials of the environment."""


def wanted(
    *,
    since: datetime | None,
    until: datetime | None,
    countries: Iterable[str],
    nettests: Iterable[str],
    mirror: Path | None,
    signed: bool,
) -> Wanted:
    """Take the options together.

    Raises:
        InputError: a country code is none, or the first day is after the last.

    """
    if since and until and since > until:
        message = f"--since {since:%Y-%m-%d} is after --until {until:%Y-%m-%d}"
        raise InputError(message)
    selection = Selection(
        since=f"{since:%Y%m%d}" if since else None,
        until=f"{until:%Y%m%d}" if until else None,
        countries=frozenset(map(_country, countries)),
        nettests=frozenset(name.replace("_", "") for name in nettests),
    )
    return Wanted(selection=selection, mirror=mirror, signed=signed)


def _country(code: str) -> str:
    """Give a code of two letters as archives have them, ``ZZ`` for unknown among them."""
    return code.upper() if _COUNTRY.fullmatch(code) else country_code(code)


def local(sources: Iterable[Path | str], survey: Path, chosen: Wanted, *, quiet: bool) -> list[Path]:
    """Give the paths of all sources on this machine; those in buckets are fetched.

    Raises:
        InputError: a bucket cannot be read or holds nothing that is wanted; or there is something to select by and no
            bucket to select from.

    """
    sources = list(sources)
    addresses = [source for source in sources if isinstance(source, str)]
    if not addresses and chosen.selection != Selection():
        message = "--since, --until, --country and --nettest choose from an archive in a bucket (s3://...)"
        raise InputError(message)
    fetched: list[Path] = []
    if addresses:
        whole = survey.absolute()
        folder = chosen.mirror or whole.parent / f"{whole.name}.mirror"
        with showing(None, unit="objects", quiet=quiet) as show:
            for place in map(remote, addresses):
                fetched += mirror(place, folder, chosen.selection, signed=chosen.signed, progress=lambda: show("", ()))
        say(f"{len(fetched):,} objects are in {folder}.", quiet=quiet)
    return [source for source in sources if isinstance(source, Path)] + fetched
