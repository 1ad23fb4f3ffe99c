"""Top-level domains, as IANA lists them: https://data.iana.org/TLD/tlds-alpha-by-domain.txt."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from trigpoint.model.figure import WORLD
from trigpoint.reference.statistics.reading import Found, Origin, Rejects, foreign, intake, plain

if TYPE_CHECKING:
    from trigpoint.model.series import Intake

_HEAD = re.compile(r"#\s*Version (\d{10}), Last Updated (\w{3} \w{3}\s+\d{1,2} \d\d:\d\d:\d\d \d{4}) UTC")
_LABEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")
_COUNTRY = 2  # letters of a country's domain (RFC 1591)


def read(content: bytes, origin: Origin) -> Intake:
    """Count top-level domains, those of two letters (countries), and those in other scripts.

    The vintage is the day of the first line.

    Raises:
        InputError: it has no such first line.

    """
    lines = plain(content, origin).decode("utf-8", "replace").splitlines()
    head = _HEAD.match(lines[0]) if lines else None
    if head is None:
        foreign(origin, "list of top-level domains: its first line names no version")
    try:
        day = datetime.strptime(head[2], "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC).date().isoformat()
    except ValueError:
        foreign(origin, f"list of top-level domains: {head[2]!r} is no time")
    rejects, labels = Rejects(origin.name), set[str]()
    for number, line in enumerate(lines[1:], 2):
        label = line.strip().lower()
        if label and not _LABEL.fullmatch(label):
            rejects.add(f"line {number}", f"{line.strip()[:70]!r} is no top-level domain")
        elif label:
            labels.add(label)
    values = {
        "tlds": {(WORLD, day): float(len(labels))},
        "cctlds": {(WORLD, day): float(sum(len(label) == _COUNTRY for label in labels))},
        "idn_tlds": {(WORLD, day): float(sum(label.startswith("xn--") for label in labels))},
    }
    found = Found(series="top-level domains", values=values)
    return intake(content, msgspec.structs.replace(origin, vintage=day), found, rejects)
