"""Archives in S3 buckets: what is wanted of them is chosen by name, then mirrored to disk, then read like any file.

A mirror and not a stream: the raw record has to be found again behind every number (R2), also without a network, and a
run that was cut off goes on where it was. Memory does not grow with an object.

Keys as OONI publishes them: ``raw/YYYYMMDD/HH/CC/nettest/NAME`` (https://docs.ooni.org/data, "Raw measurements").
"""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
import obstore
from obstore.exceptions import BaseError, NotFoundError, PreconditionError
from obstore.store import S3Store

from trigpoint.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from obstore import ObjectMeta

SCHEME = "s3://"
TRIES = 5
"""How often a download that breaks off is taken up again before it is given up."""

_REGIONS = {"ooni-data-eu-fra": "eu-central-1"}
"""Where a bucket is, where the address alone does not say it; ``AWS_REGION`` in the environment comes first."""

_REGION = "us-east-1"  # what S3 takes where none is named
_MISSING = (NotFoundError, FileNotFoundError)  # the library raises one or the other
_STATUS = re.compile(r"status code: (\d{3}[ \w]*)", re.ASCII)
_DAY = re.compile(r"\d{8}", re.ASCII)
_PARTIAL = ".part"
_PAUSE_SECONDS = 0.2
_MOST_PAUSE_SECONDS = 10.0


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which objects of an archive are wanted, by the parts of their keys; what is missing selects nothing away."""

    since: str | None = None
    """First day, ``YYYYMMDD``."""
    until: str | None = None
    """Last day, ``YYYYMMDD``."""
    countries: frozenset[str] = frozenset()
    """ISO 3166-1 alpha-2."""
    nettests: frozenset[str] = frozenset()
    """Names without underscores, as keys have them: ``webconnectivity``."""

    def wants(self, parts: Sequence[str]) -> bool:
        """Tell whether a key, or how it begins, may lead to what is wanted.

        Args:
            parts: the key's parts from its day on; fewer where it goes on below.

        """
        day, _hour, country, nettest = (*parts, None, None, None, None)[:4]
        return (
            (day is None or ((not self.since or day >= self.since) and (not self.until or day <= self.until)))
            and (country is None or not self.countries or country in self.countries)
            and (nettest is None or not self.nettests or nettest in self.nettests)
        )

    @property
    def depth(self) -> int:
        """How many parts below the archive's root decide: only so far are folders listed one by one."""
        if self.nettests:
            return 4
        return 3 if self.countries else int(bool(self.since or self.until))


class Remote(msgspec.Struct, frozen=True):
    """A place in a bucket."""

    bucket: str
    """Its name."""
    prefix: str
    """Beginning of the keys, whole parts; empty: all of it."""

    def __str__(self) -> str:
        """Give its address."""
        return f"{SCHEME}{self.bucket}/{self.prefix}"


def remote(address: str) -> Remote:
    """Take an address apart.

    >>> remote("s3://ooni-data-eu-fra/raw/20261101")
    Remote(bucket='ooni-data-eu-fra', prefix='raw/20261101')

    Raises:
        InputError: it names no bucket.

    """
    parts = urlsplit(address)
    if parts.scheme != "s3" or not parts.netloc or parts.query or parts.fragment:
        message = f"{address} is no address of a bucket: s3://BUCKET/PREFIX"
        raise InputError(message)
    return Remote(parts.netloc, parts.path.strip("/"))


def opened(place: Remote, *, signed: bool = False) -> S3Store:
    """Open a bucket, without credentials unless asked to.

    The environment says what else is needed, under the names that all programs for S3 know: ``AWS_REGION``,
    ``AWS_ENDPOINT_URL`` for another server than Amazon's, and with ``signed`` the credentials.
    """
    regions = (os.environ.get("AWS_REGION"), os.environ.get("AWS_DEFAULT_REGION"), _REGIONS.get(place.bucket))
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
    return S3Store(
        place.bucket,
        skip_signature=not signed,
        client_options={"allow_http": endpoint.startswith("http://"), "timeout": timedelta(seconds=60)},
        retry_config={"max_retries": TRIES, "retry_timeout": timedelta(minutes=2)},
        region=next(filter(None, regions), _REGION),
    )


def mirror(
    place: Remote,
    folder: Path,
    selection: Selection,
    *,
    signed: bool = False,
    progress: Callable[[], object] = lambda: None,
) -> list[Path]:
    """Bring the wanted objects of a bucket into a folder; those that are there already stay.

    Args:
        place: where to look.
        folder: objects lie in it as ``BUCKET/KEY``.
        selection: which are wanted.
        signed: use the credentials of the environment.
        progress: is called for each object that is there.

    Returns:
        The files, sorted.

    Raises:
        InputError: the bucket cannot be read, holds nothing that is wanted, or an object changed while it was read.

    """
    store = opened(place, signed=signed)
    files = []
    try:
        for found in chain(listed(store, place.prefix, selection), _itself(store, place)):
            files.append(_mirrored(store, place, found, folder))
            progress()
    except BaseError as error:
        message = f"{place} cannot be read: {_said(error)}"
        raise InputError(message) from error
    if not files:
        message = f"{place} holds nothing that fits the selection"
        raise InputError(message)
    return sorted(files)


def _itself(store: S3Store, place: Remote) -> Iterator[ObjectMeta]:
    """Give the object whose whole key the address is, if there is one: listing finds only what is below it."""
    if place.prefix:
        with suppress(*_MISSING):
            yield obstore.head(store, place.prefix)


def listed(store: S3Store, prefix: str, selection: Selection) -> Iterator[ObjectMeta]:
    """List the wanted objects below a prefix in the order of their keys, looking into no folder that is not wanted."""
    parts = _archive_parts(prefix)
    if parts is not None and not selection.wants(parts):
        return
    if parts is not None and len(parts) >= selection.depth:
        for page in obstore.list(store, prefix or None):
            yield from (
                found for found in page if found["size"] and selection.wants(_archive_parts(found["path"]) or ())
            )
        return
    level = obstore.list_with_delimiter(store, prefix or None)
    if not selection.depth:  # what lies outside the days of an archive is wanted where nothing is chosen
        yield from (found for found in level["objects"] if found["size"])
    for below in sorted(level["common_prefixes"]):
        yield from listed(store, below.rstrip("/"), selection)


def _archive_parts(key: str) -> tuple[str, ...] | None:
    """Give the parts of a key from its day on; ``None``: it does not come to a day.

    >>> _archive_parts("raw/20261101/03/IR")
    ('20261101', '03', 'IR')
    """
    parts = tuple(key.split("/"))
    days = [place for place, part in enumerate(parts) if _DAY.fullmatch(part)]
    return parts[days[0] :] if days else None


def _mirrored(store: S3Store, place: Remote, found: ObjectMeta, folder: Path) -> Path:
    path = _local(folder, place.bucket, found["path"])
    modified = found["last_modified"].timestamp()
    if path.is_file() and (path.stat().st_size, path.stat().st_mtime) == (found["size"], modified):
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + _PARTIAL)
    try:
        _download(store, found, partial)
    except (PreconditionError, *_MISSING) as error:
        partial.unlink(missing_ok=True)
        message = f"{SCHEME}{place.bucket}/{found['path']} changed while it was read; run the same command again"
        raise InputError(message) from error
    os.utime(partial, (modified, modified))
    partial.replace(path)
    return path


def _local(folder: Path, bucket: str, key: str) -> Path:
    """Say where an object lies, and refuse a key that leads elsewhere."""
    parts = key.split("/")
    if any(part in {"", ".", ".."} or "\\" in part or "\0" in part for part in parts):
        message = f"{SCHEME}{bucket}/{key}: a key that is no path is not read"
        raise InputError(message)
    return folder / bucket / Path(*parts)


def _download(store: S3Store, found: ObjectMeta, partial: Path) -> None:
    """Fetch an object; where the connection breaks off, go on from the bytes that came, if it is still the same."""
    tag = found["e_tag"]
    with partial.open("wb") as file:
        for attempt in range(TRIES + 1):
            try:
                result = obstore.get(store, found["path"], options={"if_match": tag, "range": {"offset": file.tell()}})
                for block in result.stream():
                    file.write(block)
            except PreconditionError:
                raise
            except BaseError:
                if attempt == TRIES:
                    raise
                time.sleep(min(_PAUSE_SECONDS * 2**attempt, _MOST_PAUSE_SECONDS))
            if file.tell() == found["size"]:
                return
    message = f"{found['path']} ended after {partial.stat().st_size} of {found['size']} bytes"
    raise InputError(message)


def _said(error: BaseException) -> str:
    """Give what the server said, or the library's first line, without its inner debugging."""
    found = _STATUS.search(str(error))
    return f"the server says {found[1]}" if found else str(error).split("\n", 1)[0][:300]
