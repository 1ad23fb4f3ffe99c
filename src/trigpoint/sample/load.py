"""A load file: many measurements, made by variation of the sample's records.

Names, addresses, certificates, times and texts are fresh, so that what a reader keeps in caches helps it no more than
on a real archive: each site is measured :data:`PROBES` times, as in an hour of OONI's archive, and each body is unique.
The mean size is :data:`MEAN_BYTES` of JSON for each measurement.
"""

from __future__ import annotations

import base64
import random
import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from trigpoint.sample import certificates
from trigpoint.sample.calendar import SCENARIOS
from trigpoint.sample.country import FIRST_DAY, NETWORKS, OPERATORS, TARGETS
from trigpoint.sample.dnswire import encode_name
from trigpoint.sample.folder import encode
from trigpoint.sample.pages import FILLER, prose
from trigpoint.sample.scenario import Context

if TYPE_CHECKING:
    from collections.abc import Iterator

MEAN_BYTES = 22_000
"""Mean length of a line, which is what OONI's archive has."""

PROBES = 4
"""How many measurements share a host name and its certificate."""

SHARE_OPEN = 0.85
"""Share of measurements in which a site is simply reached."""

_IPV4_LENGTH = b"\0\4"  # what stands before an address in a DNS record (RFC 1035, section 3.2.1)
_REPLY = re.compile(r'(?<="raw_response":")[^"]+')

_OPEN = tuple(name for name in SCENARIOS if name.startswith("open."))
_OTHER = tuple(name for name in SCENARIOS if not name.startswith(("open.", "input.invalid")))


def lines(count: int = 20_000, seed: int = 2014) -> Iterator[bytes]:
    """Give so many measurements as JSON Lines, line ends included; the same seed gives the same bytes."""
    source = random.Random(f"load {seed}")
    sites = max(1, count // PROBES)
    written = 0
    for number in range(count):
        site = number % sites  # the probes go through the list one after the other, so a site comes back late
        missing = max(0, MEAN_BYTES * (number + 1) - written)
        line = _varied(_scenario(seed, site), number, site, missing, source)
        written += len(line)
        yield line


def _scenario(seed: int, site: int) -> str:
    chance = random.Random(f"load {seed} site {site}")
    return chance.choice(_OPEN if chance.random() < SHARE_OPEN else _OTHER)


def _varied(name: str, number: int, site: int, missing: int, source: random.Random) -> bytes:
    started = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=UTC) + timedelta(seconds=number * 4)
    report = f"{started:%Y%m%dT%H%M%SZ}_load_XL_{number // 20:06d}_n1_{source.randrange(16**12):012x}"
    record = SCENARIOS[name].build(source, Context(NETWORKS[number % 5], started, report))
    text = encode(record).decode()
    text = _other_addresses(_other_name(text, SCENARIOS[name].target, site), site)
    return _filled(text, number, missing, source).encode() + b"\n"


def _other_name(text: str, host: str, number: int) -> str:
    """Give the measured site another name of the same length class, and its certificate with it."""
    if host not in TARGETS:
        return text
    label = host.removeprefix("www.").split(".")[0]
    other = f"{label}-{number:05d}.example"
    leaf, fresh = _leaf(host), _leaf(other)
    return _in_replies(text, {encode_name(host): encode_name(other)}).replace(leaf, fresh).replace(host, other)


@lru_cache(maxsize=64)
def _leaf(host: str) -> str:
    return certificates.genuine(host)[0]


def _other_addresses(text: str, number: int) -> str:
    """Move every hosting prefix to another one inside 11.0.0.0/8, far from the access networks."""
    packed = {}
    for place, operator in enumerate(OPERATORS):
        block = (11, 128 + (number * 8 + place) // 256 % 128, (number * 8 + place) % 256)
        packed[_IPV4_LENGTH + bytes(map(int, operator.prefix.split(".")))] = _IPV4_LENGTH + bytes(block)
        text = text.replace(f"{operator.prefix}.", f"{'.'.join(map(str, block))}.")
    return _in_replies(text, packed)


def _in_replies(text: str, changes: dict[bytes, bytes]) -> str:
    """Change the raw replies of resolvers too, so that they are as fresh as what was read from them."""

    def changed(reply: re.Match[str]) -> str:
        message = base64.b64decode(reply.group())
        for old, new in changes.items():
            message = message.replace(old, new)
        return base64.b64encode(message).decode()

    return _REPLY.sub(changed, text)


def _filled(text: str, number: int, missing: int, source: random.Random) -> str:
    """Fill each body up with fresh words, so that the mean of all lines comes out right."""
    places = text.count(FILLER)
    if not places:
        return text
    letters = max(0, missing - len(text)) * source.uniform(0.2, 1.8)
    words = int(letters / places / 8)
    for place in range(places):
        text = text.replace(FILLER, f"<p>{number}.{place} {prose(source, words)}</p>", 1)
    return text
