"""Which reference data there can be, where each is published, under which licence, and what it must look like."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

import maxminddb
import msgspec

from trigpoint.reference import fingerprint_files, registries

_LISTS = "test-lists/lists"
_GITHUB = "https://raw.githubusercontent.com"
_LARGEST_MEMBER = 64 << 20


class Content(msgspec.Struct, frozen=True):
    """What a download or a file is found to hold."""

    files: Mapping[str, bytes]
    """Content by place in the folder of reference data, as it is kept."""
    rows: int
    """Entries: fingerprints, URLs, networks."""
    unusable: int = 0
    """Rows that are left out."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One file, or one folder of files, that can be there."""

    name: str
    """Short name, by which people choose it."""
    meaning: str
    """What it is, in a few words."""
    place: str
    """Where it is in the folder of reference data; a folder where it is several files."""
    also: tuple[str, ...] = ()
    """Where else it is looked for in what people have: the place in its publisher's own folder."""
    url: str | None
    """Where it is published. None: nowhere for everybody; whoever has it gives it."""
    is_log: bool = False
    """Whether that address is a log whose last line names the newest file."""
    licence: str
    publisher: str
    read: Callable[[str, bytes], Content]
    """Reads a download, given the place. ``ValueError``: it is not what it should be."""

    @property
    def is_folder(self) -> bool:
        """Whether it is several files."""
        return self.place == _LISTS


def _fingerprints(read: Callable[[bytes], fingerprint_files.FingerprintList]) -> Callable[[str, bytes], Content]:
    def content(place: str, data: bytes) -> Content:
        found = read(data)
        if not found.fingerprints:
            message = "no row of it can be used"
            raise ValueError(message)
        return Content({place: data}, len(found.fingerprints), len(found.unusable))

    return content


def _lists(place: str, data: bytes) -> Content:
    """Take the lists out of an archive of ``citizenlab/test-lists``: nothing but ``lists/NAME.csv`` is looked at."""
    files = dict[str, bytes]()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                path = PurePosixPath(member.filename)
                if path.parent.name == "lists" and is_list(path.name) and member.file_size <= _LARGEST_MEMBER:
                    files[f"{place}/{path.name}"] = archive.read(member)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:  # the last three: odd members
        message = f"no archive that can be read: {error}"
        raise ValueError(message) from error
    return lists_content(files)


def is_list(name: str) -> bool:
    """Tell whether a file is named as a list of URLs, ``cn.csv`` or ``global.csv``.

    >>> is_list("cn.csv"), is_list("00-LEGEND.csv"), is_list("../cn.csv")
    (True, False, False)
    """
    stem, _, ending = name.partition(".")
    return ending == "csv" and stem.isascii() and stem.isalpha() and stem.islower()


def lists_content(files: Mapping[str, bytes]) -> Content:
    """Count the lines of lists.

    Raises:
        ValueError: there is none, or one has no column ``url``.

    """
    if not files:
        message = "it holds no list of URLs"
        raise ValueError(message)
    rows = 0
    for name, data in sorted(files.items()):
        lines = [line for line in data.splitlines() if line.strip()]
        if not lines or b"url" not in lines[0].lower():
            message = f"{name} names no column url"
            raise ValueError(message)
        rows += len(lines) - 1
    return Content(dict(sorted(files.items())), rows)


def _database(place: str, data: bytes) -> Content:
    try:
        with maxminddb.open_database(io.BytesIO(data), maxminddb.MODE_FD) as database:
            return Content({place: data}, database.metadata().node_count)
    except (maxminddb.InvalidDatabaseError, ValueError) as error:
        message = f"no database in MaxMind's format: {error}"
        raise ValueError(message) from error


def _delegated(place: str, data: bytes) -> Content:
    return Content({place: data}, registries.count_delegations(data))


def _prefixes(place: str, data: bytes) -> Content:
    return Content({place: data}, registries.count_prefixes(data))


_CAIDA = "https://publicdata.caida.org/datasets/routing"

ITEMS = (
    Item(
        name="ooni-dns",
        meaning="OONI's fingerprints of blocking in DNS answers",
        place="fingerprints_dns.csv",
        also=("blocking-fingerprints/fingerprints_dns.csv",),
        url=f"{_GITHUB}/ooni/blocking-fingerprints/main/fingerprints_dns.csv",
        licence="none stated there; OONI's data policy",
        publisher="OONI, ooni/blocking-fingerprints",
        read=_fingerprints(fingerprint_files.read_ooni),
    ),
    Item(
        name="ooni-http",
        meaning="OONI's fingerprints of blocking in bodies, headers and titles",
        place="fingerprints_http.csv",
        also=("blocking-fingerprints/fingerprints_http.csv",),
        url=f"{_GITHUB}/ooni/blocking-fingerprints/main/fingerprints_http.csv",
        licence="none stated there; OONI's data policy",
        publisher="OONI, ooni/blocking-fingerprints",
        read=_fingerprints(fingerprint_files.read_ooni),
    ),
    Item(
        name="planet-blockpages",
        meaning="Censored Planet's signatures of block pages",
        place="blockpage_signatures.json",
        also=("censoredplanet/blockpage_signatures.json", "pipeline/metadata/data/blockpage_signatures.json"),
        url=f"{_GITHUB}/censoredplanet/censoredplanet-analysis/master/pipeline/metadata/data/blockpage_signatures.json",
        licence="Apache-2.0",
        publisher="Censored Planet, censoredplanet-analysis",
        read=_fingerprints(fingerprint_files.read_block_pages),
    ),
    Item(
        name="planet-innocent",
        meaning="Censored Planet's signatures of pages that are no block pages",
        place="false_positive_signatures.json",
        also=("censoredplanet/false_positive_signatures.json", "pipeline/metadata/data/false_positive_signatures.json"),
        url=f"{_GITHUB}/censoredplanet/censoredplanet-analysis/master/pipeline/metadata/data/false_positive_signatures.json",
        licence="Apache-2.0",
        publisher="Censored Planet, censoredplanet-analysis",
        read=_fingerprints(fingerprint_files.read_false_positives),
    ),
    Item(
        name="test-lists",
        meaning="Citizen Lab's lists of URLs to measure",
        place=_LISTS,
        also=("lists",),
        url="https://github.com/citizenlab/test-lists/archive/refs/heads/master.zip",
        licence="CC BY-NC-SA 4.0",
        publisher="Citizen Lab, citizenlab/test-lists",
        read=_lists,
    ),
    Item(
        name="addresses",
        meaning="AS and country of addresses (MMDB)",
        place="addresses.mmdb",
        url=None,
        licence="its maker's",
        publisher="whoever made it: MaxMind, DB-IP, IPinfo, ...",
        read=_database,
    ),
    Item(
        name="delegated",
        meaning="the registries' delegations: countries of addresses",
        place="registries/nro-delegated-stats",
        also=("nro-delegated-stats",),
        url="https://ftp.ripe.net/pub/stats/ripencc/nro-stats/latest/nro-delegated-stats",
        licence="the registries' terms of use of statistics",
        publisher="the regional registries together (NRO)",
        read=_delegated,
    ),
    Item(
        name="routeviews-v4",
        meaning="prefixes with their AS, IPv4",
        place="registries/v4.pfx2as.gz",
        also=("v4.pfx2as.gz",),
        url=f"{_CAIDA}/routeviews-prefix2as/pfx2as-creation.log",
        is_log=True,
        licence="CAIDA's acceptable use agreement for public data",
        publisher="RouteViews, by CAIDA",
        read=_prefixes,
    ),
    Item(
        name="routeviews-v6",
        meaning="prefixes with their AS, IPv6",
        place="registries/v6.pfx2as.gz",
        also=("v6.pfx2as.gz",),
        url=f"{_CAIDA}/routeviews6-prefix2as/pfx2as-creation.log",
        is_log=True,
        licence="CAIDA's acceptable use agreement for public data",
        publisher="RouteViews, by CAIDA",
        read=_prefixes,
    ),
)
"""All that is known, in the order in which it is shown."""

FINGERPRINTS = {
    "ooni-dns": fingerprint_files.read_ooni,
    "ooni-http": fingerprint_files.read_ooni,
    "planet-blockpages": fingerprint_files.read_block_pages,
    "planet-innocent": fingerprint_files.read_false_positives,
}
"""Readers of the items that are lists of fingerprints, by name."""
