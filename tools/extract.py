"""Write the extract of statistics that comes along: ``src/trigpoint/figures/default/``.

IPv4 addresses by country, counted over every /24 of the address space with ``iptocc``, whose wheel holds what the five
registries delegate. Its licence (MIT OR Apache-2.0) lets the counts be given away. A scan takes some ten seconds, which
nobody should wait for at each report. Give the month in which the wheel was published::

    python tools/extract.py --vintage 2026-10
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import iptocc

from trigpoint.reference.countries import COUNTRIES

FOLDER = Path(__file__).resolve().parents[1] / "src" / "trigpoint" / "figures" / "default"
SIZE = 256
NOT_UNICAST = {0, 10, 127, *range(224, 256)}  # RFC 6890: this network, private, loopback, multicast and reserved


def counted() -> dict[str, int]:
    """Count addresses by country."""
    found: Counter[str] = Counter()
    look = iptocc.country_code
    for first in set(range(256)) - NOT_UNICAST:
        for second in range(256):
            for third in range(256):
                country = look(f"{first}.{second}.{third}.0")
                if country in COUNTRIES:  # EU and AP stand for addresses of no country
                    found[country] += SIZE
    return dict(sorted(found.items()))


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vintage", required=True, help="month in which the wheel was published, such as 2026-10")
    vintage = parser.parse_args().vintage
    number = version("iptocc")
    content = {
        "organisation": "iptocc, from the files of the five registries",
        "series": f"iptocc {number}, every /24",
        "url": "https://github.com/roniemartinez/IPToCC",
        "licence": "MIT OR Apache-2.0",
        "vintage": vintage,
        "metric": "ipv4_addresses",
        "values": counted(),
    }
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "ipv4_addresses.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
