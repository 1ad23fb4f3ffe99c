# ruff: noqa: INP001 - a script, not a package
"""Measure how fast fingerprints are looked for in bodies that nobody has seen yet.

Bodies are the sample's pages filled up with fresh words, each another; patterns are those of the folder of reference
data, or as many made-up ones of the same lengths where there is none. The time of the process is taken, which other
programs do not change much.

    .venv/bin/python bench/fingerprints.py [--reference FOLDER] [--megabytes 60] [--rounds 3]
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from pathlib import Path

from trigpoint.reference.fingerprint import Fingerprint, How, Reach, Where
from trigpoint.reference.library import Library
from trigpoint.reference.matching import Fingerprints
from trigpoint.sample.pages import prose

_MEGA = 1_000_000
_MADE_UP = 1_500
_BODY_BYTES = 17_000  # mean of OONI's archive
_EVERY = 50  # bodies between two that hold a pattern
_PAGE = "<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1>{text}{extra}</body></html>"


def main() -> None:
    """Make bodies, look in each, print one line a round and the median."""
    parser = argparse.ArgumentParser(description="Measure matching of fingerprints on one core.")
    parser.add_argument("--reference", type=Path, help="folder of reference data")
    parser.add_argument("--megabytes", type=int, default=60, help="bodies, in MB")
    parser.add_argument("--rounds", type=int, default=3, help="times; each with other bodies")
    options = parser.parse_args()
    listed = _listed(options.reference)
    speeds = []
    for number in range(options.rounds):
        bodies = _bodies(options.megabytes * _MEGA, random.Random(number), listed)  # noqa: S311 - a seed, no secret
        known = Fingerprints(listed)
        began = time.process_time()
        found = sum(bool(known.in_body(body, str(place))) for place, body in enumerate(bodies))
        seconds = time.process_time() - began
        speeds.append(sum(map(len, bodies)) / _MEGA / seconds)
        sys.stdout.write(
            f"{len(known):,} fingerprints, {len(bodies):,} bodies, {found:,} with a hit: {speeds[-1]:,.0f} MB/s\n"
        )
    sys.stdout.write(f"median: {statistics.median(speeds):,.0f} MB of distinct bodies a second\n")


def _listed(folder: Path | None) -> list[Fingerprint]:
    known = Library(folder).fingerprints()
    return list(known) if known else _made_up(random.Random(2014))  # noqa: S311 - a seed, no secret


def _made_up(source: random.Random) -> list[Fingerprint]:
    return [
        Fingerprint(
            name=f"made-up.{number}",
            where=Where.BODY,
            how=How.CONTAINS,
            pattern=f"<p>{prose(source, source.randrange(2, 12))}</p>",
            reach=Reach.NATIONAL,
        )
        for number in range(_MADE_UP)
    ]


def _bodies(size: int, source: random.Random, listed: list[Fingerprint]) -> list[bytes]:
    bodies = list[bytes]()
    texts = [one.pattern for one in listed if one.where is Where.BODY and one.how is How.CONTAINS]
    while size > 0:
        extra = source.choice(texts) if len(bodies) % _EVERY == 0 else ""
        words = int(_BODY_BYTES * source.uniform(0.2, 1.8) / 8)
        page = _PAGE.format(title=prose(source, 3), text=f"<p>{prose(source, words)}</p>", extra=extra)
        bodies.append(page.encode())
        size -= len(bodies[-1])
    return bodies


if __name__ == "__main__":
    main()
