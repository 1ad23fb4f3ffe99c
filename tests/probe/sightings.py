"""What the steps of a measurement show, in the words of truth: as if a client of one family had fetched the page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from tests.lab.client import PORTS, Fetched
from trigpoint.model.failure import Kind, kind
from trigpoint.net.dial.acts import Act, Connect, Handshake, Lookup, RoundTrip
from trigpoint.net.names import split_endpoint
from trigpoint.probe.nettest import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.lab.world.truth import Truth
    from trigpoint.net.dial.diary import Diary
    from trigpoint.probe.run import Measured

_ONE = {Kind.TLS_ALERT, Kind.TLS_OTHER}  # which of the two it is depends on the TLS library's words


def sightings(measured: Measured, row: Truth, family: int) -> list[Fetched]:
    """Give what a client of a family would have seen that takes the first address; some nettests try several times."""
    scheme = urlsplit(row.address).scheme
    if scheme == "tcp":
        found = _of_parts(measured, family)
    elif scheme == "dot":
        found = _of_servers(measured, family)
    else:
        found = [_of_page(measured.measuring.diary, row, family)]
    return [as_told(row, one) for one in found]


def as_told(row: Truth, fetched: Fetched) -> Fetched:
    """Write a failure as the row does, if it means the same."""
    meant, seen = kind(row.failure), kind(fetched.failure)
    is_same = meant is not None and (meant == seen or {meant, seen} <= _ONE)
    return msgspec.structs.replace(fetched, failure=row.failure) if is_same else fetched


def first_failures(diary: Diary, row: Truth, addresses: Iterable[str]) -> set[str]:
    """Give the steps at which connections to some addresses failed first."""
    return {_of_acts(_chain(diary, row, address)).step for address in addresses}


def _of_page(diary: Diary, row: Truth, family: int) -> Fetched:
    own = [act for act in diary.lookups if {"classic", "depth=0"} <= set(act.tags)]
    addresses = tuple(address for act in own for address in act.addresses if _is_of(address, family))
    if not addresses:
        failure = next((act.failure for act in own if act.failure), "dns_no_answer")
        return Fetched("dns", failure, answers=((),))
    return msgspec.structs.replace(_of_acts(_chain(diary, row, addresses[0])), answers=(addresses,))


def _chain(diary: Diary, row: Truth, address: str) -> list[Act]:
    """Give the acts of the connection to an address over which the page was to be asked for."""
    url = urlsplit(row.address)
    place = (address, url.port or PORTS[url.scheme])
    network = "udp" if url.scheme == "h3" else "tcp"
    here = [act for act in diary.acts if "depth=0" in act.tags and _place(act) == place and _network(act) == network]
    own = {act.transaction_id for act in here if "fetch_body=false" not in act.tags}
    return [act for act in here if act.transaction_id in own]


def _of_acts(acts: list[Act]) -> Fetched:
    """Follow one connection to its first failure."""
    certificate, page, seconds = b"", {}, 0.0
    for act in acts:
        if act.failure is not None:
            return Fetched(_step(act), act.failure)
        if isinstance(act, Handshake) and act.peer_certificates:
            certificate = act.peer_certificates[0]
        if isinstance(act, RoundTrip) and act.response is not None:
            headers = {name.lower(): value for name, value in act.response.headers}
            page = {"status": act.response.code, "location": headers.get("location", ""), "body": act.response.body}
            seconds = act.t - acts[0].t0
    return Fetched("", None, certificate=certificate, seconds=seconds, **page) if acts else Fetched("none", None)


def _of_parts(measured: Measured, family: int) -> list[Fetched]:
    """Read the tries of random bytes, which hand-written clients send as well."""
    parts = [part for part in measured.keys["x_parts"] if part["arm"].partition(".")[0].partition("_")[0] == "random"]
    tries = [part for part in parts if _is_of(_host(part["endpoint"]), family)]
    return [Fetched("tcp" if part["failure"] else "", part["failure"]) for part in tries]


def _of_servers(measured: Measured, family: int) -> list[Fetched]:
    """Read the lookups at the first address of a DoT server."""
    for url, part in measured.keys["lookups"].items():
        if _is_of(_host(url.partition("://")[2]), family):
            acts = [act for act in part[STEPS].acts if not (isinstance(act, Lookup) and act.failure)]
            failed = [act for act in part[STEPS].lookups if act.failure]
            return [_of_acts([*acts, *failed])]
    return [Fetched("dns", measured.keys["bootstrap_failure"] or "dns_no_answer", answers=((),))]


def _step(act: Act) -> str:
    match act:
        case Connect():
            return "tcp"
        case Handshake():
            return "quic" if act.network == "udp" else "tls"
        case RoundTrip():
            return "http"
        case _:
            return "dns"


def _network(act: Act) -> str:
    return act.network if isinstance(act, Handshake | RoundTrip) else "tcp"


def _place(act: Act) -> tuple[str | None, int | None]:
    match act:
        case Connect():
            return act.ip, act.port
        case Handshake() | RoundTrip():
            return split_endpoint(act.address)
        case _:
            return None, None


def _host(endpoint: str) -> str:
    return split_endpoint(endpoint)[0] or ""


def _is_of(address: str, family: int) -> bool:
    return (":" in address) == (family == 6)
