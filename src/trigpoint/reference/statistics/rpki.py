"""IPv4 space covered by route origin authorisations: validated payloads (VRPs) as JSON of Routinator or rpki-client.

``{"roas": [{"asn": 13335, "prefix": "1.0.0.0/24", "maxLength": 24, "ta": "apnic"}]}``; some write ``"AS13335"``.
An authorisation of AS 0 (RFC 6483, section 4) says that nobody originates the prefix, and covers nothing here.

There are some 700,000 of them, so they are read as columns. A file in which one is out of form is first looked through
one by one.
"""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from functools import partial
from socket import AF_INET, AF_INET6, inet_pton
from typing import TYPE_CHECKING, Any

import iptocc
import msgspec
import numpy as np
from numpy.typing import NDArray

from trigpoint.model.figure import WORLD
from trigpoint.reference.countries import COUNTRIES
from trigpoint.reference.statistics.reading import Found, Origin, Rejects, decoded, foreign, intake

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trigpoint.model.series import Intake

_AS = re.compile(r"(?:AS)?(\d{1,10})", re.IGNORECASE)
_LARGEST_ASN = 2**32 - 1
_DAY = 10  # characters
_TIMES = ("generatedTime", "buildtime")
_LENGTHS = {str(length): length for length in range(129)}
_BITS = (32, 128)  # of an address of IPv4, of IPv6
_HALF = 64
_ALL = np.uint64(2**_HALF - 1)


class _Payloads(msgspec.Struct, frozen=True, eq=False):
    """Payloads in columns."""

    asns: NDArray[np.int64]
    addresses: list[str]
    """First address of each prefix."""
    lengths: NDArray[np.int64]
    """Of each prefix, bits."""
    starts: NDArray[np.int64]
    """First address as a number, of IPv4. -1: it is of IPv6."""


def read(content: bytes, origin: Origin) -> Intake:
    """Count payloads, and the IPv4 addresses that they cover, by the country to which the prefix is delegated.

    Prefixes of nobody, such as those of private networks, are told and not counted. The vintage is when the file was
    made, by its own words.

    Raises:
        InputError: it is no such file, or neither it nor its source says of when it is.

    """
    answer = decoded(content, origin, "file of validated payloads")
    entries = answer.get("roas") if isinstance(answer, dict) else None
    if not isinstance(entries, list):
        foreign(origin, "file of validated payloads: it has no list of roas")
    vintage = _made(answer.get("metadata")) or origin.vintage
    if not vintage:
        foreign(origin, "file of validated payloads that says when it was made: give its vintage")
    rejects = Rejects(origin.name)
    payloads = _columns(entries)
    if payloads is None:
        payloads = _columns(_usable(entries, rejects))
    codes = iptocc.country_code(payloads.addresses) if payloads else []
    placeless = codes.count(None)  # nobody's; under a code of no country, such as EU, it is somebody's
    if placeless:
        rejects.add("in all", f"{placeless} payloads for addresses of nobody are not counted")
    covered = _covered(payloads, codes) if payloads else {}
    count = len(codes) - placeless
    values = {
        "ipv4_in_roas": {(country, vintage): float(held) for country, held in covered.items()},
        "vrps": {(WORLD, vintage): float(count)} if count else {},
    }
    said = msgspec.structs.replace(origin, vintage=vintage)
    return intake(content, said, Found(series="validated payloads", values=values), rejects)


def _made(metadata: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    times = [metadata.get(name) for name in _TIMES] if isinstance(metadata, dict) else []
    return next((time[:_DAY] for time in times if isinstance(time, str)), "")


def _columns(entries: Sequence[Any]) -> _Payloads | None:
    """Lay out payloads. ``None``: one of them is out of form, or there is none."""
    try:
        numbers = [_number(asn) if (asn := entry["asn"]).__class__ is not int else asn for entry in entries]
        prefixes = [entry["prefix"] for entry in entries]
        addresses = [prefix[: prefix.index("/")] for prefix in prefixes]
        lengths = [_LENGTHS[prefix[prefix.index("/") + 1 :]] for prefix in prefixes]
        longest = [entry.get("maxLength", length) for entry, length in zip(entries, lengths, strict=True)]
        is_new = [":" in address for address in addresses]
        first, second = _halves(addresses, is_new)
    except (AttributeError, KeyError, OSError, TypeError, ValueError):
        return None
    if {*map(type, numbers), *map(type, longest)} != {int} or max(numbers) > _LARGEST_ASN or max(longest) > _BITS[1]:
        return None
    found = _Payloads(np.array(numbers), addresses, np.array(lengths), np.where(is_new, -1, first.astype(np.int64)))
    bits = np.where(is_new, _BITS[1], _BITS[0])
    is_fitting = (found.asns >= 0) & (found.lengths <= np.array(longest)) & (np.array(longest) <= bits)
    kept = found.lengths + np.where(is_new, 0, _HALF - _BITS[0])
    beyond = first & _mask(kept) | second & _mask(kept - _HALF)  # bits of the address that are none of the prefix
    return found if is_fitting.all() and not beyond.any() else None


def _number(asn: Any) -> int:  # noqa: ANN401 - whatever JSON holds
    """Read an AS number that is written with its prefix.

    Raises:
        TypeError: it is none.

    """
    return int(_AS.fullmatch(asn)[1])  # type: ignore[index]  # where nothing is found, that is the error


def _halves(addresses: Sequence[str], is_new: Sequence[bool]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Give addresses as two numbers of 64 bits each; one of IPv4 stands in the first.

    Raises:
        OSError: one of them is none.

    """
    first, second = (np.zeros(len(addresses), dtype=np.uint64) for _ in range(2))
    new = np.array(is_new, dtype=bool)
    older = [address for address, is_six in zip(addresses, is_new, strict=True) if not is_six]
    newer = [address for address, is_six in zip(addresses, is_new, strict=True) if is_six]
    first[~new] = np.frombuffer(b"".join(map(partial(inet_pton, AF_INET), older)), ">u4")
    pairs = np.frombuffer(b"".join(map(partial(inet_pton, AF_INET6), newer)), ">u8").reshape(-1, 2)
    first[new], second[new] = pairs[:, 0], pairs[:, 1]
    return first, second


def _mask(kept: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Give 64 bits of which the first are nought, and all others one."""
    shift = np.clip(kept, 0, _HALF).astype(np.uint64)
    return np.where(shift < _HALF, _ALL >> np.minimum(shift, np.uint64(_HALF - 1)), np.uint64(0))


def _usable(entries: Sequence[Any], rejects: Rejects) -> list[dict[str, Any]]:
    """Leave out the payloads that cannot be used, and tell of each why; the others are given in one form."""
    kept = list[dict[str, Any]]()
    for number, entry in enumerate(entries, 1):
        found = _payload(entry)
        if isinstance(found, str):
            rejects.add(f"payload {number}", found)
        else:
            kept.append(found)
    return kept


def _payload(entry: Any) -> dict[str, Any] | str:  # noqa: ANN401 - whatever JSON holds
    """Read AS number and prefix, or say why they cannot be used."""
    if not isinstance(entry, dict):
        return "no object"
    named = _AS.fullmatch(str(entry.get("asn")))
    if named is None or int(named[1]) > _LARGEST_ASN:
        return f"{entry.get('asn')!r} is no AS number"
    try:
        prefix = ipaddress.ip_network(str(entry.get("prefix")))
    except ValueError:
        return f"{entry.get('prefix')!r} is no prefix"
    longest = entry.get("maxLength", prefix.prefixlen)
    if not isinstance(longest, int) or not prefix.prefixlen <= longest <= prefix.max_prefixlen:
        return f"maxLength {longest!r} does not fit {prefix}"
    return {"asn": int(named[1]), "prefix": str(prefix)}


def _covered(payloads: _Payloads, codes: Sequence[str | None]) -> Mapping[str, int]:
    """Count the IPv4 addresses that authorisations cover, by country, no address twice.

    Two prefixes are apart, or one lies in the other: of those that begin together, and of those that begin in a prefix
    before them, the largest counts.
    """
    used = np.flatnonzero((payloads.starts >= 0) & (payloads.asns > 0))
    used = used[[codes[at] is not None for at in used.tolist()]]
    used = used[np.lexsort((payloads.lengths[used], payloads.starts[used]))]
    sizes = 1 << (_BITS[0] - payloads.lengths[used])
    ends = np.maximum.accumulate(payloads.starts[used] + sizes)
    is_apart = payloads.starts[used] >= np.concatenate([[0], ends[:-1]])
    covered: Counter[str] = Counter()
    for at, size in zip(used[is_apart].tolist(), sizes[is_apart].tolist(), strict=True):
        if (code := codes[at]) is not None and code in COUNTRIES:
            covered[code] += size
    return covered
