"""facebook_messenger: do its names have addresses in Facebook's network, and can these be connected to (ts-019)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.probe.messengers import service, tried
from trigpoint.probe.nettest import Nettest
from trigpoint.probe.visits import Visits

if TYPE_CHECKING:
    from trigpoint.probe.nettest import Keys, Measuring
    from trigpoint.probe.session import Session
    from trigpoint.probe.visits import Visit
    from trigpoint.reference.services import Service

_NAMES = ("b_api", "b_graph", "edge", "external_cdn", "scontent_cdn", "star", "stun")
"""What ts-019 calls the endpoints, in the order of the service."""


async def _run(measuring: Measuring) -> Keys:
    one = service(measuring, "facebook_messenger/chat")
    made = dict(zip(_NAMES, await tried(measuring, Visits(measuring), one), strict=True))
    consistent = {name: _is_consistent(visit, one, measuring.session) for name, visit in made.items()}
    reachable = {name: _is_reachable(visit) for name, visit in made.items()}
    return {
        **{f"facebook_{name}_dns_consistent": value for name, value in consistent.items()},
        **{f"facebook_{name}_reachable": value for name, value in reachable.items()},
        "facebook_dns_blocking": _is_any_false(consistent),
        "facebook_tcp_blocking": _is_any_false(reachable),
    }


def _is_consistent(visit: Visit, one: Service, session: Session) -> bool | None:
    """Tell whether a name has an address in the network of the service. None: there is no database that says so."""
    if not visit.addresses:
        return False
    if session.networks is None or not one.asns:
        return None
    return any(session.networks(address).asn in one.asns for address in visit.addresses)


def _is_reachable(visit: Visit) -> bool | None:
    """Tell whether an endpoint took a connection. None: it was not tried, for want of an address or of TCP."""
    if visit.url.startswith("dns://") or not visit.addresses:
        return None
    return visit.failure is None


def _is_any_false(facts: dict[str, bool | None]) -> bool | None:
    if False in facts.values():
        return True
    return False if True in facts.values() else None


NETTEST = Nettest(
    name="facebook_messenger",
    version="0.4.0",
    title="Does Facebook Messenger work",
    meaning=(
        "Looks the names of Messenger's endpoints up and connects to what they have. Whether the addresses are in "
        "Facebook's own network is told where a database of addresses is given."
    ),
    source="ooni/spec ts-019-facebook-messenger, version 2016-10-25-001",
    tier=1,
    takes="nothing",
    run=_run,
)
