"""sanity: is the probe's own network, and the probe itself, fit to say anything of others (M23, M24).

It is measured before everything else. What it finds are facts; :mod:`trigpoint.probe.sane` says what follows for a run.
"""

from __future__ import annotations

import asyncio
from email.utils import parsedate_to_datetime
from statistics import median
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import msgspec

from trigpoint.net.certificates import parse_certificate
from trigpoint.net.dial.acts import Handshake
from trigpoint.net.dial.dns import ask
from trigpoint.net.dial.tcp import connect
from trigpoint.net.dial.tls import handshake
from trigpoint.net.names import parse_url
from trigpoint.net.redirects import first
from trigpoint.probe.nettest import Nettest
from trigpoint.probe.offers import Offers, offers, with_offers
from trigpoint.probe.sizes import sizes
from trigpoint.probe.visits import Visit, Visits
from trigpoint.reference.artefacts import ARTEFACTS, Place, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trigpoint.net.dial.acts import Lookup, Response, RoundTrip
    from trigpoint.probe.nettest import Keys, Measuring
    from trigpoint.probe.session import Session
    from trigpoint.reference.landmarks import Landmark, PortalCheck


def _patterns(place: Place, scope: Scope) -> tuple[str, ...]:
    return tuple(one.pattern for one in ARTEFACTS if one.place is place and one.scope is scope)


_PRODUCTS = _patterns(Place.ISSUER, Scope.PRODUCT)
_FILTER_ANSWERS = frozenset(_patterns(Place.ANSWER, Scope.NETWORK))
_FILTER_LOCATIONS = _patterns(Place.LOCATION, Scope.NETWORK)
_FILTER_PAGES = tuple(text.encode() for text in _patterns(Place.BODY, Scope.NETWORK))
_TOPS = ("com", "org")  # big zones of two operators, which deny what does not exist
_LETTERS = 20  # of a name at random: nobody has registered it
_EXPECTED, _PORTAL, _OTHER = "expected", "portal", "other"
_PORTAL_STATUSES = frozenset({200, 301, 302, 303, 307, 308, 511})  # RFC 9110, section 15.4; RFC 6585, section 6
_ALIVE = frozenset({None, "connection_refused", "connection_reset"})  # of a connect: something came back
_DENIALS = frozenset({"dns_nxdomain_error", "dns_no_answer"})
_UNKNOWN = "ssl_unknown_authority"


async def _run(measuring: Measuring) -> Keys:
    session = measuring.session
    visits = Visits(measuring)
    clocks: list[float] = []
    portals, helpers, chains, names, canary = await asyncio.gather(
        asyncio.gather(
            *(
                _checked(visits, check, version, session, clocks)
                for check in session.portal_checks
                for version in sorted(session.families)
            )
        ),
        asyncio.gather(*(_helper(visits, helper, session, clocks) for helper in session.helpers)),
        asyncio.gather(*(_chain(measuring, one) for one in session.landmarks if _version(one) in session.families)),
        asyncio.gather(*(_denied(measuring, f"{_at_random(session)}.{top}") for top in _TOPS)),
        _denied(measuring, session.canary) if session.canary else _nothing(),
    )
    told = [offers for offers in (helper.get("offers") for helper in helpers) if offers]
    echoes = with_offers(session, (msgspec.convert(one, Offers) for one in told)).echo_servers
    return {
        "captive_portal": _is_captive([portal["outcome"] for portal in portals]),
        "clock_offset_seconds": round(median(clocks), 1) if clocks else None,
        "dns_filter": canary,
        "ipv4": _is_reached(measuring, 4),
        "ipv6": _is_reached(measuring, 6),
        "nxdomain_rewrite": _is_rewritten(names),
        "proxies": list(session.device.proxies),
        "tunnel": session.device.is_tunnelled,
        "packet_sizes": await sizes(measuring, echoes),
        "answers": _answers(measuring),
        "tls_interception": _is_intercepted([chain for chain in chains if chain["issuer"]]),
        "portal_checks": portals,
        "helpers": helpers,
        "landmarks": chains,
    }


async def _nothing() -> None:
    """Stand for a question that is not asked."""


def _version(landmark: Landmark) -> int:
    return 6 if ":" in landmark.address else 4


def _at_random(session: Session) -> str:
    return "".join(session.random.choices(ascii_lowercase, k=_LETTERS))


async def _checked(
    visits: Visits, check: PortalCheck, version: int, session: Session, clocks: list[float]
) -> dict[str, Any]:
    """Ask for a page whose content is known."""
    visit = await visits(check.url, versions={version})
    told = {"url": check.url, "version": version}
    response = visit.trip.response if visit.trip else None
    if response is None or visit.failure:
        return {**told, "outcome": visit.failure}
    if check.is_met(response.code, response.body):
        clocks += _offset(visit.trip, session.wall())
        return {**told, "outcome": _EXPECTED}
    return {**told, "outcome": _PORTAL if _may_be_portal(response, visit.addresses) else _OTHER}


def _may_be_portal(response: Response, addresses: Sequence[str]) -> bool:
    """Tell a login page, which leads on or shows itself, from a refusal and from a filter's page that is known."""
    location, page = first(response.headers, "location").lower(), response.body.lower()
    is_filter = (
        not _FILTER_ANSWERS.isdisjoint(addresses)
        or any(one in location for one in _FILTER_LOCATIONS)
        or any(one in page for one in _FILTER_PAGES)
    )
    return response.code in _PORTAL_STATUSES and not is_filter


async def _helper(visits: Visits, helper: str, session: Session, clocks: list[float]) -> dict[str, Any]:
    """See whether a test helper answers at all, and what it offers; helpers of others answer something else."""
    visit: Visit = await visits(urljoin(helper, "/health"), trust=session.helper_trust)
    told = {"address": helper, "failure": visit.failure}
    if visit.failure is not None or visit.trip is None or visit.trip.response is None:
        return told
    clocks += _offset(visit.trip, session.wall())
    own = {parse_url(helper).scheme or "": visit.trip.address}
    found = offers(visit.trip.response.body, visit.addresses, own)
    return told if found is None else {**told, "offers": msgspec.to_builtins(found)}


def _offset(trip: RoundTrip | None, now: float) -> list[float]:
    """Give by how many seconds the probe's clock is ahead of a server's (:rfc:`9110`, section 6.6.1)."""
    written = first(trip.response.headers, "date") if trip and trip.response else ""
    try:
        return [now - parsedate_to_datetime(written).timestamp()] if written else []
    except ValueError:
        return []


async def _chain(measuring: Measuring, landmark: Landmark) -> dict[str, Any]:
    """Connect to a server known by its address, and see who signs for its name."""
    trace = measuring.diary.trace()
    stream = await connect(trace, landmark.address, landmark.port)
    if stream is not None:
        shaken = await handshake(trace, stream, landmark.name, trust=measuring.session.trust)
        if shaken is not None:
            shaken.close()
    acts = [act for act in measuring.diary.acts if act.transaction_id == trace.transaction_id]
    shown = next((act.peer_certificates for act in acts if isinstance(act, Handshake)), ())
    return {
        "address": landmark.address,
        "name": landmark.name,
        "failure": next((act.failure for act in acts if act.failure), None),
        "issuer": parse_certificate(shown[0]).issuer if shown else None,
    }


async def _denied(measuring: Measuring, name: str) -> bool | None:
    """Tell whether the network's resolver denies a name. None: it does not answer."""
    lookup = await ask(measuring.diary.trace(), measuring.session.system, name, trust=measuring.session.trust)
    if lookup.failure is None:
        return not lookup.addresses
    return True if lookup.failure in _DENIALS else None


def _is_rewritten(denied: Sequence[bool | None]) -> bool | None:
    """Tell whether names that nobody has get an address all the same. None: the resolver does not answer."""
    if False in denied:
        return True
    return False if True in denied else None


def _is_captive(outcomes: Sequence[str | None]) -> bool | None:
    """Tell whether a login page stands in between: there is one, and no page is as it should be.

    An answer of another kind is no login page: a filter may be in the way of these pages, too.
    """
    if _EXPECTED in outcomes:
        return False
    return _OTHER not in outcomes if _PORTAL in outcomes else None


def _is_reached(measuring: Measuring, version: int) -> bool | None:
    """Tell whether anything came back over a version of IP, were it a refusal. None: nothing was tried."""
    if version not in measuring.session.families:
        return False
    tried = {act.failure for act in measuring.diary.connects if (6 if ":" in act.ip else 4) == version}
    return not _ALIVE.isdisjoint(tried) if tried else None


def _answers(measuring: Measuring) -> bool:
    """Tell whether anything answered: a resolver, or a machine."""
    heard: Iterable[Lookup] = measuring.diary.lookups
    spoke = (lookup.failure is None or lookup.failure in _DENIALS for lookup in heard)
    return any(spoke) or any(act.failure in _ALIVE for act in measuring.diary.connects)


def _is_intercepted(chains: Sequence[dict[str, Any]]) -> bool | None:
    """Tell whether a program on the device, or of an office, opens TLS: a product signs, or one stranger for all.

    A filter that forges the chains of a few names is another matter: then some are as they should be.
    """
    if not chains:
        return None
    issuers = {chain["issuer"].lower() for chain in chains}
    is_product = any(product in issuer for issuer in issuers for product in _PRODUCTS)
    names = {chain["name"] for chain in chains}
    is_stranger = len(issuers) == 1 and len(names) > 1 and all(chain["failure"] == _UNKNOWN for chain in chains)
    return is_product or is_stranger


NETTEST = Nettest(
    name="sanity",
    version="0.1.0",
    title="Is the probe's own network sound",
    meaning=(
        "Asks for pages and certificates that are known, of servers that are up wherever there is Internet, for names "
        "that do not exist, and for an echo of large packets; and looks at the device. Login pages, filters of the "
        "device, programs that open TLS, tunnels, proxies, lost packets, a wrong clock and a missing version of IP are "
        "seen before anything else is measured, and are not taken for interference."
    ),
    source="RFC 8952; primitives M23 and M24 of the follow-ups; Durumeric et al., NDSS 2017 (interception)",
    tier=0,
    takes="nothing",
    run=_run,
)
