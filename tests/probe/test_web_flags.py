"""OONI's finer conclusions, each bit by the rule of ooni/probe-cli that sets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.probe.diaries import diary_of
from trigpoint.net.dial.acts import Act, Answer, Connect, Handshake, Lookup, Request, Response, RoundTrip
from trigpoint.probe.helpers import Control
from trigpoint.probe.web.flags import connection_log, dns_flags, null_null_flags
from trigpoint.probe.web.keys import web_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

HOST = "www.site.example"
SITE, OTHER, SIX = "93.184.216.34", "8.8.4.4", "2606:4700::6810:84e5"


def lookup(*addresses: str, failure: str | None = None, engine: str = "getaddrinfo", **fields: Any) -> Lookup:
    answers = tuple(Answer("AAAA" if ":" in address else "A", address) for address in addresses)
    known: dict[str, Any] = {
        "t0": 0.0,
        "t": 1.0,
        "transaction_id": 1,
        "tags": ("classic", "depth=0"),
        "hostname": HOST,
        "query_type": "ANY",
        "resolver_address": "",
    }
    return Lookup(**known | fields, engine=engine, answers=answers, failure=failure)


def connected(address: str, failure: str | None = None, port: int = 443, number: int = 7) -> Connect:
    tags = ("classic", "depth=0", "fetch_body=true")
    return Connect(t0=1.0, t=2.0, transaction_id=number, ip=address, port=port, failure=failure, tags=tags)


def shaken(address: str, failure: str | None = None, number: int = 7) -> Handshake:
    end = f"[{address}]:443" if ":" in address else f"{address}:443"
    key: dict[str, Any] = {
        "t0": 2.0,
        "t": 3.0,
        "transaction_id": number,
        "tags": ("classic", "depth=0", "fetch_body=true"),
    }
    return Handshake(**key, network="tcp", address=end, server_name=HOST, failure=failure)


def trip(url: str = f"https://{HOST}/", code: int = 200, failure: str | None = None, number: int = 7) -> RoundTrip:
    key: dict[str, Any] = {"t0": 3.0, "t": 4.0, "transaction_id": number, "tags": ("depth=0",), "failure": failure}
    response = Response(code=code, body=b"x")
    return RoundTrip(**key, network="tcp", address="a", alpn="", request=Request(url=url), response=response)


def control(*addresses: str, failure: str | None = None, **answer: Any) -> Control:
    return Control({}, {"dns": {"failure": failure, "addrs": list(addresses)}, **answer}, "h", None)


NOTHING = Control({}, None, "h", "connection_refused")


@pytest.mark.parametrize(
    ("acts", "outside", "flags"),
    [
        ([lookup(SITE)], control(SITE), 0),
        ([lookup("10.10.34.35")], control(SITE), 1),
        ([lookup("10.10.34.35")], NOTHING, 1),
        ([lookup("10.10.34.35", is_late=True)], NOTHING, 0),
        ([lookup(failure="dns_nxdomain_error")], NOTHING, 0),
        ([lookup(failure="dns_nxdomain_error"), lookup(SITE, engine="udp")], control(SITE), 2),
        ([lookup(failure="dns_nxdomain_error")], control(SITE), 2 + 4),
        ([lookup(SITE), lookup(failure="connection_reset", engine="doh")], control(SITE), 0),
        ([lookup(SITE), lookup(failure="dns_no_answer", query_type="AAAA")], control(SITE), 0),
        ([lookup(SITE), lookup(failure="dns_no_answer", query_type="A")], control(SITE), 2),
        ([lookup(OTHER)], control(SITE), 4),
        ([lookup(OTHER, hostname="b.example")], control(SITE), 0),
        ([lookup(OTHER), shaken(OTHER)], control(SITE), 0),
        ([lookup(OTHER), shaken(OTHER, "ssl_unknown_authority")], control(SITE), 4),
        ([lookup(SITE, SIX), connected(SIX, "network_unreachable")], control(SITE), 0),
        ([lookup(SITE, SIX), connected(SIX, "connection_reset")], control(SITE), 4),
        ([lookup(OTHER)], control(SITE, ip_info={SITE: {"asn": 7}, OTHER: {"asn": 7}}), 0),
        ([lookup(OTHER)], control(SITE, ip_info={SITE: {"asn": 7}, OTHER: {"asn": 8}}), 4),
        ([lookup(OTHER)], control(SITE, ip_info=None), 4),
    ],
)
def test_what_is_odd_about_addresses(acts: Sequence[Act], outside: Control, flags: int) -> None:
    assert dns_flags(diary_of(acts), outside, HOST) == flags


END = f"{SITE}:443"
REFUSED = {END: {"status": False, "failure": "connection_refused"}}
EXPIRED = {END: {"status": False, "failure": "ssl_invalid_certificate"}}


@pytest.mark.parametrize(
    ("acts", "outside", "flags"),
    [
        ([], NOTHING, 0),
        ([trip()], NOTHING, 8),
        ([trip(), trip(f"http://{HOST}/")], NOTHING, 0),
        ([trip(failure="eof_error")], NOTHING, 0),
        ([trip(code=403)], NOTHING, 0),
        ([lookup(SITE)], control(failure="dns_name_error"), 16),
        ([lookup(SITE, engine="doh")], control(failure="dns_name_error"), 0),
        ([lookup(SITE), lookup(failure="dns_no_answer")], control(failure="dns_name_error"), 16),
        ([lookup(failure="dns_nxdomain_error")], control(failure="dns_name_error"), 1),
        ([lookup(failure="dns_nxdomain_error")], control(SITE), 0),
        ([lookup(failure="dns_nxdomain_error")], control(tcp_connect=REFUSED), 0),
        ([connected(SITE, "generic_timeout_error")], control(SITE, tcp_connect=REFUSED), 2),
        ([connected(SITE, "generic_timeout_error")], control(SITE, tcp_connect={END: {"failure": None}}), 0),
        ([connected(SITE, "generic_timeout_error")], control(SITE, tcp_connect=[]), 0),
        ([connected(SITE), shaken(SITE, "ssl_invalid_certificate")], control(SITE, tls_handshake=EXPIRED), 4),
        ([connected(SITE), shaken(SITE, "ssl_unknown_authority")], control(SITE, tls_handshake=EXPIRED), 0),
        ([connected(SITE)], control(SITE, tls_handshake=EXPIRED), 0),
    ],
)
def test_why_nothing_could_be_concluded(acts: Sequence[Act], outside: Control, flags: int) -> None:
    assert null_null_flags(diary_of(acts), outside) == flags


def test_which_connection_fetched_and_why() -> None:
    acts = [
        lookup(SITE, SIX),
        lookup(SITE, OTHER, engine="udp", t=1.5, tags=("depth=0",)),
        connected(SITE, number=2),
        connected(OTHER, number=3),
        connected(SIX, "network_unreachable", number=4),
        shaken(SITE, number=2),
        shaken(OTHER, number=3),
        trip(number=2),
    ]
    assert connection_log(diary_of(acts)) == [
        {"msg": f"create with [{{Addr:{SITE} Flags:3}} {{Addr:{SIX} Flags:1}} {{Addr:{OTHER} Flags:2}}]", "t": 1.5},
        {"msg": f"conn {OTHER}:443: denied permission: another one fetches", "t": 3.0},
        {"msg": f"conn {SITE}:443: granted permission: true", "t": 3.0},
    ]
    assert connection_log(diary_of()) == []
    (only,) = connection_log(diary_of([connected(SITE, port=80)]))
    assert only["msg"].startswith(f"conn {SITE}:80: denied"), "the input is an address"


def keys(*acts: Act, outside: Control = NOTHING) -> dict[str, Any]:
    trips = [act for act in acts if isinstance(act, RoundTrip)]
    return web_keys(diary_of(acts), outside, HOST, trips[-1] if trips else None)


def test_a_genuine_page_is_accessible_even_where_no_helper_answered() -> None:
    found = keys(lookup(SITE), trip())
    assert (found["blocking"], found["accessible"], found["x_blocking_flags"]) == (False, True, 32)
    found = keys(lookup(SITE), trip(f"http://{HOST}/"))
    assert (found["blocking"], found["accessible"], found["x_blocking_flags"]) == (None, None, 0)


def test_where_something_was_concluded_it_is_not_said_why_nothing_was() -> None:
    assert keys(lookup(SITE), trip())["x_null_null_flags"] == 0
    refused = control(SITE, tcp_connect=REFUSED, http_request={"failure": "connection_refused", "status_code": -1})
    down = keys(lookup(SITE), connected(SITE, "connection_refused"), outside=refused)
    assert (down["blocking"], down["accessible"]) == (False, False)
    assert (down["x_blocking_flags"], down["x_null_null_flags"], down["x_dns_flags"]) == (0, 2, 0)


def test_all_keys_of_ooni_are_there() -> None:
    """Of a record of web_connectivity 0.5.28 by miniooni; the arrays and ``x_doh``, ``x_do53`` come from elsewhere."""
    names = (
        "agent client_resolver retries socksproxy x_dns_whoami x_control_request control control_failure x_dns_flags "
        "dns_experiment_failure dns_consistency http_experiment_failure x_blocking_flags x_null_null_flags "
        "body_proportion body_length_match headers_match status_code_match title_match blocking accessible "
        "x_conn_priority_log"
    )
    assert " ".join(sorted(keys())) == " ".join(sorted(names.split()))
