"""The keys of web_connectivity besides its steps: the control, and OONI's own conclusions (ts-017).

The conclusions are written so that other people's tools can read a record; the judge never reads them (R1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.net.dial.acts import Handshake
from trigpoint.probe.web.compare import Compared, compared
from trigpoint.probe.web.flags import connection_log, dns_flags, networks, null_null_flags

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.net.dial.acts import Lookup, RoundTrip
    from trigpoint.net.dial.diary import Diary
    from trigpoint.probe.helpers import Control
    from trigpoint.probe.nettest import Keys

_DNS, _TCP, _TLS, _HTTP, _DIFF, _SUCCESS = 1, 2, 4, 8, 16, 32  # bits of x_blocking_flags in ooni/probe-cli


def web_keys(diary: Diary, control: Control, host: str, trip: RoundTrip | None) -> Keys:
    """Give them.

    Args:
        diary: the acts of the measurement.
        control: what the helper said.
        host: of the input.
        trip: the last round trip. None: no page was asked for.

    """
    classic = [lookup for lookup in diary.lookups if {"classic", "depth=0"} <= set(lookup.tags) and not lookup.is_late]
    dns_failure = _of_lookups(classic)
    consistency = _consistency(diary, classic, control, host)
    http_failure = trip.failure if trip is not None else _first_failure(diary)
    page = compared(trip, control.answer)
    blocking, accessible, flags = _conclusion(diary, control, consistency, http_failure, page)
    return {
        "agent": "redirect",
        "client_resolver": "",
        "retries": None,
        "socksproxy": None,
        "control": control.answer or {},
        "control_failure": control.failure,
        "x_control_request": control.asked,
        "dns_experiment_failure": dns_failure,
        "dns_consistency": consistency,
        "http_experiment_failure": http_failure,
        "body_proportion": page.body_proportion,
        "body_length_match": page.body_length_match,
        "headers_match": page.headers_match,
        "status_code_match": page.status_code_match,
        "title_match": page.title_match,
        "blocking": blocking,
        "accessible": accessible,
        "x_blocking_flags": flags,
        "x_dns_flags": dns_flags(diary, control, host),
        "x_null_null_flags": 0 if flags else null_null_flags(diary, control),
        "x_conn_priority_log": connection_log(diary),
        "x_dns_whoami": {"system_v4": [], "udp_v4": {}},  # dnscheck asks who asks
    }


def _of_lookups(lookups: Iterable[Lookup]) -> str | None:
    """Give why a name has no address. None: it has, or was never asked for."""
    lookups = tuple(lookups)
    if any(lookup.addresses for lookup in lookups):
        return None
    return next((lookup.failure for lookup in lookups if lookup.failure), None)


def _first_failure(diary: Diary) -> str | None:
    """Give the first failure of the classic acts, at whatever depth."""
    return next((act.failure for act in diary.acts if act.failure and "classic" in act.tags), None)


def _consistency(diary: Diary, classic: list[Lookup], control: Control, host: str) -> str | None:
    """Compare addresses: equal ones, ones of the same network, or a valid certificate for the name make them fit."""
    if control.answer is None:
        return None
    if not classic:
        return "consistent"  # the input has an address for its host
    inside = {address for lookup in classic for address in lookup.addresses}
    outside = set(control.addresses)
    if not inside and not outside:
        return "consistent"
    if inside & outside or networks(control, inside) & networks(control, outside):
        return "consistent"
    shaken = (shake for shake in diary.handshakes if shake.failure is None and shake.server_name == host)
    if any(shake.address.rsplit(":", 1)[0].strip("[]") in inside for shake in shaken):
        return "consistent"
    return "inconsistent"


def _conclusion(
    diary: Diary, control: Control, consistency: str | None, failure: str | None, page: Compared
) -> tuple[str | bool | None, bool | None, int]:
    """Give ``blocking``, ``accessible`` and ``x_blocking_flags`` as ooni/probe-cli means them."""
    is_other_address = consistency == "inconsistent"
    if failure is None and page.is_secure:  # genuine, whatever the helper could see
        return False, True, _SUCCESS
    if control.answer is None:
        return None, None, 0
    if failure is None and page.is_same:
        return False, True, _SUCCESS
    if failure is None:
        return ("dns", False, _DNS | _DIFF) if is_other_address else ("http-diff", False, _DIFF)
    if page.control_failed:
        return False, False, 0
    return ("dns", False, _DNS) if is_other_address else _failed(diary)


def _failed(diary: Diary) -> tuple[str, bool, int]:
    """Say where a visit to the right address failed: no connection at all, in the handshake, or after it."""
    connects = [act for act in diary.connects if "classic" in act.tags]
    if connects and all(act.failure for act in connects):
        return "tcp_ip", False, _TCP
    stopped = next((act for act in reversed(diary.acts) if act.failure and "classic" in act.tags), None)
    return "http-failure", False, _TLS if isinstance(stopped, Handshake) else _HTTP
