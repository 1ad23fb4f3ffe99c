"""IPv4 space covered by route origin authorisations: validated payloads (VRPs) as JSON of Routinator or rpki-client.

``{"roas": [{"asn": 13335, "prefix": "1.0.0.0/24", "maxLength": 24, "ta": "apnic"}]}``; some write ``"AS13335"``.
An authorisation of AS 0 (RFC 6483, section 4) says that nobody originates the prefix, and covers nothing here.
"""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import iptocc
import msgspec

from trigpoint.model.figure import WORLD
from trigpoint.reference.countries import COUNTRIES
from trigpoint.reference.statistics.reading import Found, Origin, Rejects, decoded, foreign, intake

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.model.series import Intake

_AS = re.compile(r"(?:AS)?(\d{1,10})", re.IGNORECASE)
_LARGEST_ASN = 2**32 - 1
_DAY = 10  # characters
_TIMES = ("generatedTime", "buildtime")

_Prefix = ipaddress.IPv4Network | ipaddress.IPv6Network


def read(content: bytes, origin: Origin) -> Intake:
    """Count payloads, and the IPv4 addresses that they cover, by the country to which the prefix is delegated.

    Prefixes of nobody, such as those of private networks, are told and not counted. The vintage is when the file was
    made, by its own words.

    Raises:
        InputError: it is no such file, or neither it nor its source says of when it is.

    """
    answer = decoded(content, origin, "file of validated payloads")
    payloads = answer.get("roas") if isinstance(answer, dict) else None
    if not isinstance(payloads, list):
        foreign(origin, "file of validated payloads: it has no list of roas")
    vintage = _made(answer.get("metadata")) or origin.vintage
    if not vintage:
        foreign(origin, "file of validated payloads that says when it was made: give its vintage")
    rejects, prefixes, count, placeless = Rejects(origin.name), set[ipaddress.IPv4Network](), 0, 0
    for number, payload in enumerate(payloads, 1):
        found = _payload(payload)
        if isinstance(found, str):
            rejects.add(f"payload {number}", found)
        elif _country(found[1]) is None:
            placeless += 1
        else:
            count += 1
            if isinstance(found[1], ipaddress.IPv4Network) and found[0] > 0:
                prefixes.add(found[1])
    if placeless:
        rejects.add("in all", f"{placeless} payloads for addresses of nobody are not counted")
    values = {
        "ipv4_in_roas": {(country, vintage): float(held) for country, held in _by_country(_largest(prefixes)).items()},
        "vrps": {(WORLD, vintage): float(count)} if count else {},
    }
    said = msgspec.structs.replace(origin, vintage=vintage)
    return intake(content, said, Found(series="validated payloads", values=values), rejects)


def _country(prefix: _Prefix) -> str | None:
    """Name the code under which a prefix is delegated; some are of no country. ``None``: it is nobody's."""
    return iptocc.country_code(str(prefix.network_address))


def _made(metadata: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    times = [metadata.get(name) for name in _TIMES] if isinstance(metadata, dict) else []
    return next((time[:_DAY] for time in times if isinstance(time, str)), "")


def _payload(payload: Any) -> tuple[int, _Prefix] | str:  # noqa: ANN401 - as above
    """Read AS number and prefix, or say why they cannot be used."""
    if not isinstance(payload, dict):
        return "no object"
    named = _AS.fullmatch(str(payload.get("asn")))
    if named is None or int(named[1]) > _LARGEST_ASN:
        return f"{payload.get('asn')!r} is no AS number"
    try:
        prefix = ipaddress.ip_network(str(payload.get("prefix")))
    except ValueError:
        return f"{payload.get('prefix')!r} is no prefix"
    longest = payload.get("maxLength", prefix.prefixlen)
    if not isinstance(longest, int) or not prefix.prefixlen <= longest <= prefix.max_prefixlen:
        return f"maxLength {longest!r} does not fit {prefix}"
    return int(named[1]), prefix


def _largest(prefixes: Iterable[ipaddress.IPv4Network]) -> list[ipaddress.IPv4Network]:
    """Leave out prefixes that lie in another one, so that no address is counted twice."""
    kept = list[ipaddress.IPv4Network]()
    for prefix in sorted(prefixes):  # a larger one stands before those in it
        if not kept or prefix.network_address > kept[-1].broadcast_address:
            kept.append(prefix)
    return kept


def _by_country(prefixes: Iterable[ipaddress.IPv4Network]) -> Counter[str]:
    covered: Counter[str] = Counter()
    for prefix in prefixes:
        country = _country(prefix)
        if country in COUNTRIES and country is not None:
            covered[country] += prefix.num_addresses
    return covered
