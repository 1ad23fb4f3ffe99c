"""Web connectivity: a site, what lies on the path to it, what the control saw, and the record that comes of these.

Shape: ts-017 of ``ooni/spec``, version 0.5 as ooni/probe-cli 3.23 writes it, and two older generations of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.sample import certificates
from trigpoint.sample.country import ADDRESSES, DOH_URL, SITES, Site, operator_of
from trigpoint.sample.pages import Page, home
from trigpoint.sample.recorder import Ask, End, Exchange, Flow, Object, Recorder, Reply
from trigpoint.sample.scenario import Build, Context, Scenario, envelope

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

NONE: Mapping[str, str | None] = MappingProxyType({})
"""Nothing fails."""


class Path(msgspec.Struct, frozen=True, kw_only=True):
    """What the probe meets. Failures are by address; ``*`` stands for every address."""

    system: Reply | None = None
    """Reply of the system resolver. ``None``: the true one."""
    udp: Reply | None = None
    """Reply of the public resolver over UDP. ``None``: the true one."""
    doh: Reply | None = None
    """Reply over HTTPS. ``None``: the true one."""
    tcp: Mapping[str, str | None] = NONE
    """Failures of connecting."""
    tls: Mapping[str, str | None] = NONE
    """Failures of the handshake."""
    chain: tuple[str, ...] | None = None
    """Certificates presented, also where the handshake then fails. ``None``: the site's own."""
    page: Page | None = None
    """What is served. ``None``: the site's home page."""
    http: Mapping[str, str | None] = NONE
    """Failures of the round trip."""
    flow: Flow | None = None
    """How the response comes in. ``None``: at full speed."""
    retries: int = 0
    """How often each connection that failed is tried again, and then works."""
    whoami: tuple[str, str] | None = None
    """Who the system's and the public resolver turn out to be, where the probe asked."""
    from_control: tuple[str, ...] = ()
    """Addresses tried where no resolver gave one, as 0.5 tries the control's."""
    resolver: str = ADDRESSES["udp resolver"]
    """Address of the public resolver."""
    next_hop: tuple[str, Path] | None = None
    """URL that the page redirects to, and the path to that."""


class Control(msgspec.Struct, frozen=True, kw_only=True):
    """What the test helper saw."""

    failure: str | None = None
    """Why it failed as a whole."""
    is_absent: bool = False
    """Whether there is no control at all."""
    dns: Reply | None = None
    """Its resolver's reply. ``None``: the true one."""
    tcp: Mapping[str, str | None] = NONE
    """Failures of connecting, by address or ``*``."""
    tls: Mapping[str, str | None] = NONE
    """Failures of the handshake."""
    http: str | None = None
    """Failure of its own request."""
    page: Page | None = None
    """What it was served. ``None``: the site's home page."""


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement of a website: the world."""

    host: str
    """Site that is measured."""
    path: Path = Path()
    """What the probe meets."""
    control: Control = Control()
    """What the control saw."""
    scheme: str = "https"
    """Of the input."""
    dialect: str = "0.5"
    """Generation of the nettest: ``0.5``, ``0.4`` or ``0.1``."""

    def build(self) -> Build:
        """Give the function that makes the record."""
        return lambda random, context: measure(self, random, context)


def true_reply(site: Site, *, with_ipv6: bool = False) -> Reply:
    """Give the addresses that the name's owner publishes."""
    return Reply((*site.addresses, site.address6) if with_ipv6 else site.addresses)


def measure(visit: Visit, random: random.Random, context: Context) -> Object:
    """Make the record of a visit."""
    recorder = Recorder(random)
    _hop(recorder, f"{visit.scheme}://{visit.host}/", visit.path, 0, visit.dialect)
    control = _control(visit, recorder)
    keys = _head(visit.path) | recorder.keys() | {"quic_handshakes": recorder.quic_handshakes}
    keys |= {"control_failure": visit.control.failure, "control": control}
    keys |= summary(keys, visit)
    version = {"0.5": "0.5.28", "0.4": "0.4.3", "0.1": "0.1.0"}[visit.dialect]
    record = envelope(context, "web_connectivity", version, f"{visit.scheme}://{visit.host}/", keys)
    record["test_helpers"] = {"backend": {"address": "https://helper.open-resolver.example/", "type": "https"}}
    return _DIALECTS[visit.dialect](record)


def _head(path: Path) -> Object:
    head: Object = {"agent": "redirect", "client_resolver": "", "retries": None, "socksproxy": None}
    if path.whoami is not None:
        system, public = path.whoami
        udp = {f"{path.resolver}:53": [{"address": public}]}
        head["x_dns_whoami"] = {"system_v4": [{"address": system}], "udp_v4": udp}
    return head


def _hop(recorder: Recorder, url: str, path: Path, depth: int, dialect: str) -> None:
    scheme, _, rest = url.partition("://")
    site = SITES[rest.split("/")[0]]
    recorder.begin(f"depth={depth}")
    replies = _lookups(recorder, site, path, dialect)
    addresses = dict.fromkeys(address for reply in replies for address in reply.addresses)
    is_fetched = False
    for address in addresses or path.from_control:
        end = End(address, 443 if scheme == "https" else 80, site.host)
        is_fetched = _endpoint(recorder, url, path, end, is_fetched=is_fetched) or is_fetched
        if scheme == "http" and dialect == "0.5":
            _encrypted(recorder, path, site, address)
    if is_fetched and path.next_hop is not None:
        _hop(recorder, path.next_hop[0], path.next_hop[1], depth + 1, dialect)


def _lookups(recorder: Recorder, site: Site, path: Path, dialect: str) -> list[Reply]:
    true = true_reply(site)
    system = path.system or true
    if dialect != "0.5":
        recorder.lookup(Ask("system", types=("A", "AAAA")), site.host, system)
        return [system]
    recorder.lookup(Ask("getaddrinfo"), site.host, system)
    recorder.begin()
    udp, doh = path.udp or true, path.doh or true
    recorder.lookup(Ask("udp", f"{path.resolver}:53", ("A", "AAAA")), site.host, udp)
    recorder.begin()
    recorder.lookup(Ask("doh", DOH_URL, ("A", "AAAA")), site.host, doh)
    return [system, udp, doh]


def _at(failures: Mapping[str, str | None], address: str) -> str | None:
    return failures[address] if address in failures else failures.get("*")


def _endpoint(recorder: Recorder, url: str, path: Path, end: End, *, is_fetched: bool) -> bool:
    """Measure one address; tells whether the page was asked for there and came."""
    failure = _at(path.tcp, end.address)
    for attempt in range(1 + (path.retries if failure else 0)):
        recorder.begin(*recorder.tags[:1], "fetch_body=true")
        failure = None if attempt else _at(path.tcp, end.address)
        is_open = recorder.connect(end, failure)
    if not is_open or (url.startswith("https") and not _handshake(recorder, path, end)) or is_fetched:
        return False
    failure = _at(path.http, end.address)
    page = path.page or home(SITES[end.name])
    exchange = Exchange(url, page, failure, flow=path.flow or Exchange(url).flow)
    recorder.fetch(end, exchange if failure is None or path.flow else msgspec.structs.replace(exchange, page=None))
    return failure is None


def _handshake(recorder: Recorder, path: Path, end: End) -> bool:
    failure = _at(path.tls, end.address)
    is_certificate_seen = failure is None or failure.startswith("ssl_")
    own = certificates.genuine(end.name) if failure is None else ()
    chain = own if path.chain is None else path.chain
    return recorder.handshake(end, chain if is_certificate_seen else (), failure)


def _encrypted(recorder: Recorder, path: Path, site: Site, address: str) -> None:
    """Do what 0.5 does beside an http:// input: a handshake on port 443, without a request."""
    recorder.begin(*recorder.tags[:1])
    end = End(address, 443, site.host)
    if recorder.connect(end, _at(path.tcp, address)):
        _handshake(recorder, path, end)


def _control(visit: Visit, recorder: Recorder) -> Object | None:
    control = visit.control
    if control.is_absent or control.failure:
        return None if control.is_absent else {}
    site = SITES[visit.host]
    reply = control.dns or true_reply(site)
    measured = {step["ip"]: None for step in recorder.tcp_connect if "depth=0" in step["tags"]}
    addresses = list(dict.fromkeys((*measured, *reply.addresses)))
    ends = [End(address, 443 if visit.scheme == "https" else 80, visit.host) for address in addresses]
    is_secure = visit.scheme == "https"
    return {
        "tcp_connect": {end.text: _outcome(_at(control.tcp, end.address) or _foreign(site, end)) for end in ends},
        "tls_handshake": {
            end.text: {"server_name": visit.host, **_outcome(_at(control.tls, end.address))}
            for end in ends
            if is_secure and (_at(control.tcp, end.address) or _foreign(site, end)) is None
        },
        "quic_handshake": {},
        "http_request": _control_request(control, site),
        "http3_request": None,
        "dns": {"failure": reply.failure, "addrs": list(reply.addresses)},
        "ip_info": {address: _ip_info(address, reply) for address in addresses},
    }


def _foreign(site: Site, end: End) -> str | None:
    """An address that is not the site's does not serve it to the control either."""
    known = operator_of(end.address)
    return None if known is not None and known.prefix in {site.operator.prefix, "11.64.18"} else "generic_timeout_error"


def _outcome(failure: str | None) -> Object:
    return {"status": failure is None, "failure": failure}


def _ip_info(address: str, reply: Reply) -> Object:
    operator = operator_of(address)
    return {"asn": operator.asn if operator else 0, "flags": 11 if address in reply.addresses else 9}


def _control_request(control: Control, site: Site) -> Object:
    if control.http is not None:
        return {"body_length": 0, "failure": control.http, "title": "", "headers": {}, "status_code": -1}
    page = control.page or home(site)
    return {
        "body_length": len(page.body),
        "discovered_h3_endpoint": "",
        "failure": None,
        "title": page.title,
        "headers": dict(page.headers),
        "status_code": page.status,
    }


def summary(keys: Object, visit: Visit) -> Object:
    """Write the probe's own verdict, as simple as a probe's: our judge must not read it."""
    system = [query for query in keys["queries"] if query["engine"] in {"getaddrinfo", "system"}]
    dns_failure = next((query["failure"] for query in system if query["failure"] != "dns_no_answer"), None)
    request = next(iter(keys["requests"]), None)
    handshake = next((step["failure"] for step in keys["tls_handshakes"] if step["failure"]), None)
    http_failure = dns_failure or (request["failure"] if request else handshake or "generic_timeout_error")
    connects = keys["tcp_connect"]
    is_blocked_by_address = bool(connects) and not any(step["status"]["success"] for step in connects)
    blocking: str | bool | None = False
    if visit.control.failure or visit.control.is_absent:
        blocking = None
    elif dns_failure:
        blocking = "dns"
    elif is_blocked_by_address:
        blocking = "tcp_ip"
    elif http_failure:
        blocking = "http-failure"
    return {
        "dns_experiment_failure": dns_failure,
        "dns_consistency": "inconsistent" if dns_failure else "consistent",
        "http_experiment_failure": http_failure,
        "body_proportion": 0 if http_failure else 1,
        "body_length_match": None if http_failure else True,
        "headers_match": None if http_failure else True,
        "status_code_match": None if http_failure else True,
        "title_match": None if http_failure else True,
        "blocking": blocking,
        "accessible": None if blocking is None else blocking is False,
        "x_blocking_flags": 0,
        "x_null_null_flags": 0,
        "x_dns_flags": 0,
    }


def _as_04(record: Object) -> Object:
    """Rewrite as Web Connectivity 0.4: no transactions, no depth, one moment for each step, no TLS in the control."""
    keys: dict[str, Any] = record["test_keys"]
    for name in ("queries", "tcp_connect", "tls_handshakes", "requests", "network_events"):
        for step in keys[name]:
            for field in ("t0", "transaction_id", "tags", "network", "alpn"):
                step.pop(field, None)
            if name != "network_events":
                step.pop("address", None)
    for name in ("tls_handshake", "quic_handshake", "ip_info", "http3_request"):
        (keys["control"] or {}).pop(name, None)
    keys["x_status"] = 1
    for name in ("x_blocking_flags", "x_null_null_flags", "x_dns_flags", "quic_handshakes"):
        del keys[name]
    record["annotations"]["engine_version"] = "3.14.1"
    return record


def _as_01(record: Object) -> Object:
    """Rewrite as ooniprobe 2 wrote it: no TLS handshakes, no network events, no AS of answers."""
    keys: dict[str, Any] = _as_04(record)["test_keys"]
    del keys["tls_handshakes"], keys["network_events"], keys["x_status"]
    keys["queries"] = [query for query in keys["queries"] if query["query_type"] == "A"]
    for query in keys["queries"]:
        del query["engine"]
        query["answers"] = [{"answer_type": a["answer_type"], "ipv4": a["ipv4"]} for a in query["answers"] or ()]
    for step in keys["requests"]:
        for part in (step["request"], step["response"]):
            del part["headers_list"], part["body_is_truncated"]
    return record | {"input_hashes": [], "probe_city": None, "test_helpers": {}}


def case(name: str, sentence: str, state: str, visit: Visit, **nodes: str) -> Scenario:
    """Declare a scenario of a visit; vocabularies are given as names separated by blanks."""
    series = nodes.pop("series", "")
    return Scenario(
        name=name,
        sentence=sentence,
        nettest="web_connectivity",
        target=visit.host,
        truth_state=state,
        series=series,
        build=visit.build(),
        **{field: tuple(names.split()) for field, names in nodes.items()},
    )


_DIALECTS: dict[str, Callable[[Object], Object]] = {"0.5": lambda record: record, "0.4": _as_04, "0.1": _as_01}
