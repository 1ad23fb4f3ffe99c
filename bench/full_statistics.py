# ruff: noqa: INP001 - a script, not a package
"""Write a folder of statistics as large as what is published, with invented numbers, for measurements of speed.

There are the delegated-extended files of the five registries, validated payloads of the RPKI, the sites of the thirteen
root servers, two answers of the World Bank and the list of top-level domains, with the ``sources.toml`` that ``--data``
needs. Numbers of records are those that the files' own summary lines named: ARIN's of 2026-09-28, AFRINIC's of
2026-05-05, and of the others the newest of which a public copy was found. The same seed writes the same bytes.

    .venv/bin/python bench/full_statistics.py FOLDER [--seed 7]
"""

from __future__ import annotations

import argparse
import ipaddress
import itertools
import json
import random
from pathlib import Path
from typing import TYPE_CHECKING

from trigpoint.figures.default import extract
from trigpoint.model.figure import WORLD
from trigpoint.reference.countries import COUNTRIES, FICTIONAL
from trigpoint.reference.statistics import worldbank

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAY = "20261101"
_ISO_DAY = "2026-11-01"
_REGISTRIES = {
    # records of ipv4, asn and ipv6; first octets that it gives out (IANA), first address of its IPv6
    "afrinic": ((5_958, 4_350, 8_978), (41, 102, 105, 154, 196, 197), "2c00::"),
    "apnic": ((49_235, 11_551, 85_679), (1, 14, 27, 36, 39, 42, 43, 49, 58, 59, 60, 61, 101, 103, 106, 110), "2400::"),
    "arin": ((80_850, 32_988, 89_213), (3, 4, 6, 7, 8, 9, 11, 12, 13, 15, 16, 17, 18, 19, 20, 23, 24), "2600::"),
    "lacnic": ((19_124, 13_156, 48_550), (177, 179, 181, 186, 187, 189, 190, 191, 200, 201), "2800::"),
    "ripencc": ((86_777, 42_533, 97_111), (2, 5, 31, 37, 46, 51, 53, 57, 62, 77, 78, 79, 80, 81, 82, 83), "2a00::"),
}
_PAYLOADS = 700_000
_IPV4_PAYLOADS = 0.75  # share of the payloads
_LENGTHS = (range(16, 25), range(32, 49))  # of prefixes
_SITES = 1_600
_YEARS = {"IT.NET.USER.ZS": range(1990, 2026), "SP.POP.TOTL": range(1960, 2026)}
_LABELS = 1_438
_SIZES = [1 << bits for bits in (8, 8, 8, 9, 10, 10, 11, 12, 13, 14)]
_HELD = ("allocated", "assigned", "assigned", "allocated", "allocated", "allocated", "reserved")


def main() -> None:
    """Write the folder that is named."""
    parser = argparse.ArgumentParser(description="Write statistics of full size, with invented numbers.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    write(options.folder, options.seed)


def write(folder: Path, seed: int = 7) -> None:
    """Write all of it."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)  # noqa: S311 - a seed, no secret
    places = sorted(COUNTRIES.keys() - {FICTIONAL})
    for registry in _REGISTRIES:
        (folder / f"delegated-{registry}-extended-latest").write_text(_delegations(registry, places, chance))
    (folder / "vrps.json").write_text(_payloads(chance))
    for letter, count in zip("abcdefghijklm", itertools.repeat(_SITES // 13 + 1), strict=False):
        (folder / f"root-{letter}.json").write_text(_sites(letter, count, places, chance))
    for code in worldbank.METRICS:
        (folder / f"{code}.json").write_text(_world_bank(code, chance))
    (folder / "tlds-alpha-by-domain.txt").write_text(_domains(chance))
    (folder / "sources.toml").write_text("\n".join(_sources()))


def _sources() -> Iterator[str]:
    for registry in _REGISTRIES:
        yield from _source(f"delegated-{registry}-extended-latest", "registries", registry)
    yield from _source("vrps.json", "rpki", "rpki-client.org")
    for letter in "abcdefghijklm":
        yield from _source(f"root-{letter}.json", "roots", "root-servers.org")
    for code in worldbank.METRICS:
        yield from _source(f"{code}.json", "worldbank", "World Bank")
    yield from _source("tlds-alpha-by-domain.txt", "domains", "IANA")


def _source(name: str, form: str, organisation: str) -> Iterator[str]:
    told = {"format": form, "organisation": organisation, "url": "https://invented.example/", "retrieved": _ISO_DAY}
    yield f'["{name}"]'
    yield from (f'{key} = "{value}"' for key, value in told.items())


def _delegations(registry: str, places: list[str], chance: random.Random) -> str:
    counts, octets, block = _REGISTRIES[registry]
    weights = [1 / (1 + (place * 7919) % len(places)) for place in range(len(places))]
    given = iter(chance.choices(places, weights, k=sum(counts)))
    records = [*_numbers(counts[1]), *_ipv4(counts[0], octets, chance), *_ipv6(counts[2], block, chance)]
    head = [f"2.3|{registry}|{_DAY}|{len(records)}|19830705|{_DAY}|+0000"]
    kinds = zip(("ipv4", "asn", "ipv6"), counts, strict=True)
    head += [f"{registry}|*|{kind}|*|{count}|summary" for kind, count in kinds]
    lines = (
        f"{registry}|{'' if status == 'reserved' else place}|{record}|20120305|{status}|{number:08x}"
        for number, (record, place, status) in enumerate(zip(records, given, itertools.cycle(_HELD), strict=False), 1)
    )
    return "\n".join([*head, *lines, ""])


def _numbers(count: int) -> Iterator[str]:
    return (f"asn|{1_000 + number * 3}|1" for number in range(count))


def _ipv4(count: int, octets: tuple[int, ...], chance: random.Random) -> Iterator[str]:
    """Give records one after the other; where a registry's octets end they begin anew, which changes no speed."""
    at = 0
    for size in chance.choices(_SIZES, k=count):
        octet, rest = octets[(at >> 24) % len(octets)], at & 0xFFFF00
        whole = min(size, (1 << 24) - rest)
        yield f"ipv4|{octet}.{rest >> 16}.{rest >> 8 & 255}.0|{whole}"
        at += whole


def _ipv6(count: int, block: str, chance: random.Random) -> Iterator[str]:
    first = int(ipaddress.IPv6Address(block))
    lengths = chance.choices((29, 32, 32, 32, 48), k=count)
    return (f"ipv6|{ipaddress.IPv6Address(first + (at << 99))}|{length}" for at, length in enumerate(lengths))


def _payloads(chance: random.Random) -> str:
    prefixes = (
        _prefix(4, [octet for _, octets, _ in _REGISTRIES.values() for octet in octets], chance)
        if chance.random() < _IPV4_PAYLOADS
        else _prefix(6, [int(ipaddress.IPv6Address(block)) >> 96 for *_, block in _REGISTRIES.values()], chance)
        for _ in range(_PAYLOADS)
    )
    roas = [
        {
            "asn": chance.randrange(1, 400_000),
            "prefix": prefix,
            "maxLength": length,
            "ta": "ripe",
            "expires": 1794500000,
        }
        for prefix, length in prefixes
    ]
    return json.dumps({"metadata": {"buildtime": f"{_ISO_DAY}T00:00:00Z", "vrps": len(roas)}, "roas": roas})


def _prefix(version: int, starts: list[int], chance: random.Random) -> tuple[str, int]:
    """Give a prefix and its length: of IPv4 below one of the first octets, of IPv6 below the first 32 bits."""
    bits, known = (32, 8) if version == 4 else (128, 32)  # noqa: PLR2004 - versions of IP
    length = chance.choice(_LENGTHS[version == 6])  # noqa: PLR2004 - as above
    start = chance.choice(starts) << (bits - known)
    address = start + (chance.getrandbits(min(length - known, 20)) << (bits - length))
    return f"{ipaddress.ip_address(address)}/{length}", length


def _sites(letter: str, count: int, places: list[str], chance: random.Random) -> str:
    sites = [
        {
            "Country": chance.choice(places),
            "Instances": chance.choice((1, 1, 1, 2)),
            "Town": "Invented",
            "Type": "Global",
        }
        for _ in range(count)
    ]
    return json.dumps({"Homepage": f"http://{letter}.root-servers.org/", "ASN": 7500, "Sites": sites})


def _world_bank(code: str, chance: random.Random) -> str:
    """Give an answer with the values of the extract that comes along, each a little changed, of every year."""
    metric, scale = worldbank.METRICS[code]
    newest = {point.subject: point.value for one in extract() if one.metric == metric for point in one.points}
    entries = [
        {
            "indicator": {"id": code},
            "country": {"id": "1W" if place == WORLD else place},
            "date": str(year),
            "value": value / scale * chance.uniform(0.95, 1) * (year - _YEARS[code][0]) / len(_YEARS[code]),
        }
        for place, value in sorted(newest.items())
        for year in _YEARS[code]
    ]
    return json.dumps([{"page": 1, "pages": 1, "lastupdated": _ISO_DAY}, entries])


def _domains(chance: random.Random) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    labels = sorted({"".join(chance.choices(letters, k=chance.randint(2, 12))) for _ in range(_LABELS)})
    return "\n".join(["# Version 2026110100, Last Updated Sun Nov  1 07:07:01 2026 UTC", *map(str.upper, labels), ""])


if __name__ == "__main__":
    main()
