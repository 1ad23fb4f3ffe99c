"""What in a measurement of web_connectivity wants explaining: acts that failed inside and worked outside.

Signs choose follow-ups and tell the person at the probe; they are no verdict (R1).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, get_args

import msgspec

from trigpoint.model.failure import Kind, kind
from trigpoint.net.dial.acts import Connect, Handshake, Lookup
from trigpoint.net.names import host_of, join_endpoint, split_endpoint
from trigpoint.probe.pace import slow_acts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trigpoint.net.dial.acts import Act, RoundTrip
    from trigpoint.net.dial.diary import Diary

Layer = Literal["dns", "tcp", "tls", "http", "pace"]
"""Where it was seen; ``pace``: it came, too slowly or not to its end."""

_H3 = re.compile(r"(?:^|,)\s*h3=")
_NO_ADDRESS = frozenset({"dns_no_answer"})
_HTTP, _HTTPS = 80, 443


class Sign(msgspec.Struct, frozen=True):
    """One act inside that went otherwise than outside."""

    layer: Layer
    failure: str | None
    """Failure string. None: it worked, with another outcome."""
    host: str
    address: str | None = None
    """Where it was seen. None: at no single address."""
    port: int | None = None
    url: str = ""
    """What was asked for. Empty: nothing yet."""


def signs(diary: Diary, keys: dict[str, Any]) -> tuple[Sign, ...]:
    """Find them, in the order of layers.

    Args:
        diary: the acts of the measurement.
        keys: what web_connectivity added to them, the control among it.

    """
    control = keys.get("control") or {}
    found = [
        *_of_names(diary, control, keys),
        *_of_connections(diary, control),
        *_of_redirects(diary, keys),
        *_of_pages(diary, control, keys),
    ]
    found += _of_pace(diary)
    return tuple(sorted(dict.fromkeys(found), key=lambda sign: get_args(Layer).index(sign.layer)))


def _of_names(diary: Diary, control: dict[str, Any], keys: dict[str, Any]) -> Iterator[Sign]:
    outside = control.get("dns") or {}
    for lookup in diary.lookups:
        if "depth=0" not in lookup.tags:
            continue
        if lookup.is_late:
            yield Sign("dns", None, lookup.hostname)
        elif "classic" in lookup.tags and lookup.failure not in {None, *_NO_ADDRESS} and outside.get("addrs"):
            yield Sign("dns", lookup.failure, lookup.hostname)
    if keys.get("dns_consistency") == "inconsistent" and keys.get("dns_experiment_failure") is None:
        yield Sign("dns", None, next((lookup.hostname for lookup in diary.lookups), ""))


def _of_connections(diary: Diary, control: dict[str, Any]) -> Iterator[Sign]:
    for act in diary.acts:
        if act.failure is None or "depth=0" not in act.tags:
            continue
        if isinstance(act, Connect):
            endpoint = join_endpoint(act.ip, act.port)
            if _worked(control.get("tcp_connect"), endpoint):
                yield Sign("tcp", act.failure, "", act.ip, act.port)
        elif isinstance(act, Handshake) and not _failed(control.get("tls_handshake"), act.address):
            address, port = split_endpoint(act.address)
            yield Sign("tls", act.failure, act.server_name, address, port)


def _of_redirects(diary: Diary, keys: dict[str, Any]) -> Iterator[Sign]:
    """Give what failed where the page led, though the helper got the page in the end."""
    if keys.get("blocking") != "http-failure":
        return
    led = [act for act in diary.acts if "classic" in act.tags and "depth=0" not in act.tags]
    hosts = {_depth(act): act.hostname for act in led if isinstance(act, Lookup)}
    opened = {_depth(act) for act in led if isinstance(act, Connect) and act.failure is None}
    for act in (act for act in led if act.failure is not None):
        if isinstance(act, Lookup) and act.failure not in _NO_ADDRESS:
            yield Sign("dns", act.failure, act.hostname, url=_page(act.hostname, _HTTPS))
        elif isinstance(act, Connect) and _depth(act) not in opened and (host := hosts.get(_depth(act), "")):
            yield Sign("tcp", act.failure, host, act.ip, act.port, _page(host, act.port))
        elif isinstance(act, Handshake):
            address, port = split_endpoint(act.address)
            yield Sign("tls", act.failure, act.server_name, address, port, _page(act.server_name, _HTTPS))


def _depth(act: Act) -> str:
    return next((tag for tag in act.tags if tag.startswith("depth=")), "")


def _page(host: str, port: int | None) -> str:
    return f"http://{host}/" if port == _HTTP else f"https://{host}/"


def _of_pages(diary: Diary, control: dict[str, Any], keys: dict[str, Any]) -> Iterator[Sign]:
    outside = control.get("http_request") or {}
    if outside.get("failure") is not None:
        return
    trips = diary.round_trips
    failed = [trip for trip in trips if trip.failure is not None]
    is_other = keys.get("blocking") == "http-diff" or (not failed and _is_astray(trips, keys))
    for trip in (*failed, *(trips[-1:] if is_other else [])):
        address, port = split_endpoint(trip.address)
        layer: Layer = "pace" if _stalls(trip) else "http"
        yield Sign(layer, trip.failure, host_of(trip.request.url) or "", address, port, trip.request.url)


def _is_astray(trips: Sequence[RoundTrip], keys: dict[str, Any]) -> bool:
    """Tell whether a page in the clear led to where nothing is: whoever stands in between may have sent it."""
    return keys.get("blocking") == "http-failure" and bool(trips) and trips[-1].request.url.startswith("http:")


def _stalls(trip: RoundTrip) -> bool:
    """Tell whether an encrypted page stayed away though the handshake was done: who did it did not read the request."""
    return trip.request.url.startswith("https:") and kind(trip.failure or "") == Kind.TIMEOUT


def _of_pace(diary: Diary) -> Iterator[Sign]:
    for act in slow_acts(diary):
        address, port = split_endpoint(act.address)
        url = f"https://{act.server_name}/" if isinstance(act, Handshake) else act.request.url
        if "depth=0" in act.tags or not isinstance(act, Handshake):
            yield Sign("pace", act.failure, host_of(url) or "", address, port, url)


def offers_h3(diary: Diary, keys: dict[str, Any]) -> bool:
    """Tell whether a site offers HTTP/3, in a page that came here or to the helper (:rfc:`7838`, section 3)."""
    outside = (keys.get("control") or {}).get("http_request") or {}
    fields = [(name, str(value)) for name, value in (outside.get("headers") or {}).items()]
    own = [field for trip in diary.round_trips if trip.response for field in trip.response.headers]
    return any(name.lower() == "alt-svc" and _H3.search(value) for name, value in (*own, *fields))


def _worked(outcomes: object, endpoint: str) -> bool:
    """Tell whether the control is known to have succeeded at an endpoint."""
    outcome = outcomes.get(endpoint) if isinstance(outcomes, dict) else None
    return isinstance(outcome, dict) and outcome.get("failure") is None


def _failed(outcomes: object, endpoint: str) -> bool:
    """Tell whether the control is known to have failed at an endpoint as well."""
    outcome = outcomes.get(endpoint) if isinstance(outcomes, dict) else None
    return isinstance(outcome, dict) and outcome.get("failure") is not None
