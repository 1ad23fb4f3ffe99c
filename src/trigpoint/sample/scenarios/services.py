"""Nettests that assess a service, a tunnel, or the network itself instead of one site.

Endpoint names and fixed addresses are the documented ones of :mod:`trigpoint.reference.services`, since a nettest
without them is no nettest. Addresses behind names are the sample's own, and so are the certificates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trigpoint.reference.services import SERVICES
from trigpoint.sample import certificates
from trigpoint.sample.country import ADDRESSES, CIRRUS, LANTERN, RESOLVER, SITES
from trigpoint.sample.pages import Page, home
from trigpoint.sample.recorder import Ask, End, Exchange, Recorder, Reply
from trigpoint.sample.scenario import Build, Context, Scenario, envelope
from trigpoint.sample.web import true_reply

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

_TIMEOUT = "generic_timeout_error"
_RESET = "connection_reset"
_ASK = Ask("system", types=("A", "AAAA"))
_NOT_FOUND = Page("<html><head><title>404 Not Found</title></head></html>", 404, title="404 Not Found")

Keys = dict[str, Any]


def _https(recorder: Recorder, host: str, number: int, failure: str | None = None) -> str | None:
    """Resolve, connect, shake hands and fetch; the failure is that of the handshake."""
    address = f"{LANTERN.prefix}.{100 + number}"
    end = End(address, 443, host)
    recorder.begin()
    recorder.lookup(_ASK, host, Reply((address,)))
    recorder.connect(end)
    if recorder.handshake(end, certificates.genuine(host) if failure is None else (), failure):
        recorder.fetch(end, Exchange(f"https://{host}/", _NOT_FOUND))
    return failure


def _telegram(recorder: Recorder, chat: str | None, web: str | None) -> Keys:
    for address in SERVICES["telegram/chat"].addresses:
        for port in (80, 443):
            end = End(address, port, "", "")
            recorder.begin()
            if recorder.connect(end, chat):
                recorder.fetch(
                    end, Exchange(f"http://{address}{':443' if port == 443 else ''}/", _NOT_FOUND, method="POST")
                )
    _https(recorder, "web.telegram.org", 1, web)
    return {
        "telegram_http_blocking": chat is not None,
        "telegram_tcp_blocking": chat is not None,
        "telegram_web_failure": web,
        "telegram_web_status": "blocked" if web else "ok",
    }


def _whatsapp(recorder: Recorder, chat: str | None, web: str | None) -> Keys:
    for number, host in enumerate(SERVICES["whatsapp/chat"].hosts):
        end = End(f"{LANTERN.prefix}.{120 + number}", 443)
        recorder.begin()
        recorder.lookup(_ASK, host, Reply((end.address,)))
        recorder.connect(end, chat)
    _https(recorder, "v.whatsapp.net", 2)
    _https(recorder, "web.whatsapp.com", 3, web)
    status = "blocked" if chat else "ok"
    return {
        "registration_server_failure": None,
        "registration_server_status": "ok",
        "whatsapp_endpoints_blocked": [],
        "whatsapp_endpoints_dns_inconsistent": [],
        "whatsapp_endpoints_status": status,
        "whatsapp_web_failure": web,
        "whatsapp_web_status": "blocked" if web else "ok",
    }


def _messenger(recorder: Recorder, chat: str | None, _: str | None) -> Keys:
    for number, host in enumerate(SERVICES["facebook_messenger/chat"].hosts):
        end = End(f"{LANTERN.prefix}.{140 + number}", 443)
        recorder.begin()
        recorder.lookup(_ASK, host, Reply((end.address,)))
        if not host.startswith("stun"):
            recorder.connect(end, chat)
    return {"facebook_dns_blocking": False, "facebook_tcp_blocking": chat is not None}


def _signal(recorder: Recorder, chat: str | None, storage: str | None) -> Keys:
    hosts = [host for name in SERVICES if name.startswith("signal/") for host in SERVICES[name].hosts]
    of_storage = SERVICES["signal/storage"].hosts
    failures = [_https(recorder, h, 10 + n, storage if h in of_storage else chat) for n, h in enumerate(hosts)]
    failure = next((failure for failure in failures if failure), None)
    return {"signal_backend_status": "blocked" if failure else "ok", "signal_backend_failure": failure}


def _service(name: str, nettest: str, sentence: str, outcome: tuple[str | None, str | None], **truth: Any) -> Scenario:  # noqa: ANN401 - fields of Scenario
    measure: Callable[[Recorder, str | None, str | None], Keys] = _MEASURES[nettest]

    def build(random: random.Random, context: Context) -> Keys:
        recorder = Recorder(random, ("classic",))
        keys = measure(recorder, *outcome)
        failure = next((part for part in outcome if part), None)
        shared = {"agent": "redirect", "failed_operation": None, "failure": failure}
        return envelope(context, nettest, "0.3.0", None, shared | recorder.keys() | keys)

    return Scenario(name=name, sentence=sentence, nettest=nettest, build=build, **truth)


_MEASURES = {"telegram": _telegram, "whatsapp": _whatsapp, "facebook_messenger": _messenger, "signal": _signal}


def _tor(silent: int) -> Build:
    """Connect to ten directory authorities (ts-023 of ``ooni/spec``), so many of which stay silent."""

    def build(random: random.Random, context: Context) -> Keys:
        targets = {}
        for number in range(10):
            recorder = Recorder(random)
            end = End(f"{CIRRUS.prefix}.{100 + number}", 9001)
            failure = _TIMEOUT if number < silent else None
            recorder.begin()
            if recorder.connect(end, failure):
                recorder.handshake(end, certificates.self_signed(f"relay{number}.example"))
            name = f"sample authority {number} (fictional)"
            about = {"target_address": end.text, "target_name": name, "target_protocol": "or_port_dirauth"}
            targets[end.text] = recorder.keys() | about | {"agent": "redirect", "failure": failure, "summary": {}}
        keys = {"targets": targets, "or_port_dirauth_total": 10, "or_port_dirauth_accessible": 10 - silent}
        return envelope(context, "tor", "0.4.0", None, keys)

    return build


def _dnscheck(failure: str | None) -> Build:
    """Ask one DoT resolver (ts-028 of ``ooni/spec``)."""

    def build(random: random.Random, context: Context) -> Keys:
        start, recorder = Recorder(random), Recorder(random)
        address, host = ADDRESSES["udp resolver"], "dns.open-resolver.example"
        start.begin()
        start.lookup(_ASK, host, Reply((address,)))
        end = End(address, 853, host, "")
        recorder.begin()
        recorder.connect(end)
        recorder.handshake(end, certificates.genuine(host) if failure is None else (), failure)
        reply = Reply(failure=failure) if failure else true_reply(SITES["village-map.example"])
        recorder.lookup(Ask("dot", end.text, ("A", "AAAA")), "village-map.example", reply)
        lookups = {
            f"dot://{end.text}": recorder.keys() | {"failure": failure, "failed_operation": None, "agent": "redirect"}
        }
        bootstrap = start.keys() | {"agent": "", "failure": None, "failed_operation": None}
        keys = {"domain": "village-map.example", "bootstrap": bootstrap, "bootstrap_failure": None, "lookups": lookups}
        return envelope(context, "dnscheck", "0.9.2", f"dot://{host}:853", keys)

    return build


def _urlgetter(random: random.Random, context: Context) -> Keys:
    recorder = Recorder(random)
    site = SITES["village-map.example"]
    end = End(site.addresses[0], 443, site.host)
    recorder.begin()
    recorder.lookup(_ASK, site.host, true_reply(site))
    recorder.connect(end)
    recorder.handshake(end, certificates.genuine(site.host))
    recorder.fetch(end, Exchange(f"https://{site.host}/", home(site)))
    keys = recorder.keys() | {"agent": "redirect", "failed_operation": None, "failure": None}
    return envelope(context, "urlgetter", "0.2.0", f"https://{site.host}/", keys)


def _dnsping(random: random.Random, context: Context) -> Keys:
    """Ask an address where no resolver listens (ts-035 of ``ooni/spec``): whoever answers stands on the path."""
    recorder = Recorder(random)
    resolver = f"{ADDRESSES['no resolver']}:53"
    forged = Reply((ADDRESSES["forged public"],))
    for _ in range(4):
        recorder.begin()
        recorder.lookup(Ask("udp", resolver, ("A",)), "north-letters.example", forged)
    keys = {"pings": [{"query": query, "delayed_response": []} for query in recorder.queries]}
    record = envelope(context, "dnsping", "0.3.0", f"udp://{resolver}", keys)
    return record | {"options": ["Domains=north-letters.example"]}


def _echcheck(random: random.Random, context: Context) -> Keys:
    """Shake hands without, and with a greased, Encrypted ClientHello (ts-039 of ``ooni/spec``)."""
    recorder = Recorder(random)
    site = SITES["cloud-drawer.example"]
    end = End(site.addresses[0], 443, site.host)
    for echconfig, failure in ((None, None), ("GREASE", _RESET)):
        recorder.begin()
        recorder.connect(end)
        recorder.handshake(end, certificates.genuine(site.host) if failure is None else (), failure)
        if echconfig:
            recorder.tls_handshakes[-1] |= {"echconfig": echconfig, "outer_server_name": site.host}
    return envelope(context, "echcheck", "0.2.0", f"https://{site.host}/", {"tls_handshakes": recorder.tls_handshakes})


def _stun(failure: str | None) -> Build:
    def build(random: random.Random, context: Context) -> Keys:
        recorder = Recorder(random)
        host = "stun.open-resolver.example"
        recorder.begin()
        recorder.lookup(_ASK, host, Reply((f"{RESOLVER.prefix}.90",)))
        keys: Keys = {"endpoint": f"{host}:3478", "failure": failure}
        keys |= {"network_events": recorder.network_events, "queries": recorder.queries}
        return envelope(context, "stunreachability", "0.4.0", f"stun://{host}:3478", keys)

    return build


def _openvpn(failure: str | None) -> Build:
    """Do one OpenVPN handshake over TCP (ts-040 of ``ooni/spec``)."""

    def build(random: random.Random, context: Context) -> Keys:
        recorder = Recorder(random)
        end = End(f"{CIRRUS.prefix}.90", 1194)
        recorder.begin()
        recorder.connect(end)
        handshake: Keys = {
            "bootstrap_time": 0 if failure else 0.18,
            "endpoint": f"openvpn://{end.text}/tcp",
            "failure": failure,
            "ip": end.address,
            "port": end.port,
            "transport": "tcp",
            "provider": "tunnelco",
            "openvpn_options": {"auth": "SHA512", "cipher": "AES-256-GCM"},
            "t0": recorder.now,
            "t": recorder.now + 0.2,
            "tags": [],
            "transaction_id": 1,
        }
        keys = {"success": failure is None, "openvpn_handshake": [handshake], "tcp_connect": recorder.tcp_connect}
        keys |= {
            "network_events": [],
            "bootstrap_time": handshake["bootstrap_time"],
            "tunnel": "openvpn",
            "failure": failure,
        }
        return envelope(context, "openvpn", "0.1.6", f"openvpn://tunnelco.corp/?address={end.text}&transport=tcp", keys)

    return build


def _tunnel(nettest: str, keys: Keys) -> Build:
    return lambda _, context: envelope(context, nettest, "0.3.0", None, dict(keys))


def _header_fields(random: random.Random, context: Context) -> Keys:
    """Send odd capitals and have them sent back (ts-006 of ``ooni/spec``)."""
    recorder = Recorder(random)
    end = End(ADDRESSES["test helper"], 80, "", "")
    recorder.begin()
    body = '{"headers_dict": {"accept": ["text/html"], "Via": ["1.1 proxy"]}, "request_line": "GET / HTTP/1.1"}'
    recorder.fetch(end, Exchange(f"http://{end.address}/", Page(body), method="GeT"))
    tampering = {
        "header_field_name": True,
        "header_name_capitalization": True,
        "total": False,
        "header_name_diff": ["Via"],
    }
    keys = {
        "agent": "agent",
        "failure": None,
        "requests": recorder.requests,
        "socksproxy": None,
        "tampering": tampering,
    }
    return envelope(context, "http_header_field_manipulation", "0.2.0", None, keys)


def _request_lines(random: random.Random, context: Context) -> Keys:
    """Send broken request lines to an echo server (ts-007 of ``ooni/spec``)."""
    sent = [f"{random.choice(('GETT', 'XYZZ', 'FOOO'))} / HTTP/1.1\n\r" for _ in range(4)]
    keys = {
        "failure_list": [None] * 4,
        "received": list(sent),
        "sent": sent,
        "tampering_list": [False] * 4,
        "tampering": False,
    }
    return envelope(context, "http_invalid_request_line", "0.2.0", None, keys)


def _ndt(speeds: Sequence[int]) -> Keys:
    download = [
        {"AppInfo": {"NumBytes": size, "ElapsedTime": 250000 * (step + 1)}, "Origin": "client", "Test": "download"}
        for step, size in enumerate(speeds)
    ]
    summary = {"download": 29266.8, "upload": 12117.6, "ping": 18.4, "min_rtt": 18.4, "max_rtt": 43.2, "mss": 1428}
    server = {"hostname": "ndt.open-resolver.example", "site": "xl01"}
    return {"download": download, "upload": [], "failure": None, "protocol": 7, "server": server, "summary": summary}


_DASH: Keys = {
    "failure": None,
    "receiver_data": [{"elapsed": 0.4, "iteration": n, "rate": 3000, "received": 750000} for n in range(15)],
    "server": {"hostname": "dash.open-resolver.example", "site": "xl01"},
    "simple": {"connect_latency": 0.02, "median_bitrate": 12000, "min_playout_delay": 0.2},
}
_PSIPHON: Keys = {
    "agent": "redirect",
    "failed_operation": None,
    "failure": None,
    "tunnel": "psiphon",
    "bootstrap_time": 3.2,
    "max_runtime": 60,
    "requests": [],
    "queries": [],
}
_VANILLA: Keys = {
    "error": None,
    "failure": None,
    "success": True,
    "timeout": 200,
    "bootstrap_time": 11.2,
    "tor_progress": 100,
    "tor_progress_tag": "done",
    "tor_logs": [],
    "transport_name": "vanilla",
}
_VANILLA_STUCK = _VANILLA | {
    "failure": _TIMEOUT,
    "success": False,
    "bootstrap_time": 0,
    "tor_progress": 10,
    "tor_progress_tag": "conn_done",
}


def _plain(nettest: str, sentence: str, build: Build, state: str = "ok", **more: Any) -> Scenario:  # noqa: ANN401 - fields of Scenario
    fields = {"name": f"{nettest}.{state}", "target": nettest} | more
    return Scenario(nettest=nettest, sentence=sentence, truth_state=state, build=build, **fields)


SCENARIOS = (
    _service("telegram.ok", "telegram", "Telegram works.", (None, None), target="telegram/chat", truth_state="ok"),
    _service(
        "telegram.chat_silent",
        "telegram",
        "No access point of Telegram answers.",
        (_TIMEOUT, _RESET),
        target="telegram/chat",
        truth_state="blocked",
        mechanisms=("tcp.timeout",),
    ),
    _service(
        "telegram.web_reset",
        "telegram",
        "The Web version of Telegram is reset in the handshake; the access points work.",
        (None, _RESET),
        target="telegram/web",
        truth_state="blocked",
        mechanisms=("tls.reset",),
    ),
    _service("whatsapp.ok", "whatsapp", "WhatsApp works.", (None, None), target="whatsapp/chat", truth_state="ok"),
    _service(
        "whatsapp.web_silent",
        "whatsapp",
        "The Web version of WhatsApp stalls in the handshake.",
        (None, _TIMEOUT),
        target="whatsapp/web",
        truth_state="blocked",
        mechanisms=("tls.timeout",),
    ),
    _service(
        "facebook_messenger.ok",
        "facebook_messenger",
        "Messenger works.",
        (None, None),
        target="facebook_messenger/chat",
        truth_state="ok",
    ),
    _service(
        "facebook_messenger.reset",
        "facebook_messenger",
        "Every endpoint of Messenger resets the connection.",
        (_RESET, None),
        target="facebook_messenger/chat",
        truth_state="blocked",
        mechanisms=("tcp.reset",),
    ),
    _service("signal.ok", "signal", "Signal works.", (None, None), target="signal/chat", truth_state="ok"),
    _service(
        "signal.reset",
        "signal",
        "The chat servers of Signal reset the handshake, the stores work.",
        (_RESET, None),
        target="signal/chat",
        truth_state="blocked",
        mechanisms=("tls.reset",),
    ),
    _plain(
        "tor", "Nine of ten directory authorities answer, as on any day.", _tor(1), target="tor/directory_authorities"
    ),
    _plain(
        "tor",
        "No directory authority answers.",
        _tor(10),
        "blocked",
        target="tor/directory_authorities",
        mechanisms=("tcp.timeout",),
    ),
    _plain("dnscheck", "An encrypted resolver answers.", _dnscheck(None), target="dns.open-resolver.example"),
    _plain(
        "dnscheck",
        "The handshake with an encrypted resolver is reset; the record has no control.",
        _dnscheck(_RESET),
        "insufficient",
        target="dns.open-resolver.example",
        explanations=("control.absent",),
        also=("tls.reset",),
    ),
    _plain("urlgetter", "A page is fetched.", _urlgetter, target="village-map.example"),
    _plain(
        "dnsping",
        "An address where no resolver listens answers with a forged address: somebody on the path does.",
        _dnsping,
        "insufficient",
        target="north-letters.example",
        explanations=("control.absent",),
        also=("dns.interception",),
    ),
    _plain(
        "echcheck",
        "The handshake works as usual, and is reset with an Encrypted ClientHello.",
        _echcheck,
        target="cloud-drawer.example",
        interference=("tls.reset",),
    ),
    _plain("stunreachability", "A STUN server answers.", _stun(None), target="stun.open-resolver.example"),
    _plain(
        "stunreachability",
        "A STUN server stays silent; the record has no control.",
        _stun(_TIMEOUT),
        "insufficient",
        target="stun.open-resolver.example",
        explanations=("control.absent",),
    ),
    _plain("openvpn", "An OpenVPN handshake succeeds.", _openvpn(None), target="tunnelco.corp"),
    _plain(
        "openvpn",
        "An OpenVPN handshake times out after the connect; the record has no control.",
        _openvpn(_TIMEOUT),
        "insufficient",
        target="tunnelco.corp",
        explanations=("control.absent",),
    ),
    _plain("vanilla_tor", "Tor starts.", _tunnel("vanilla_tor", _VANILLA)),
    _plain(
        "vanilla_tor",
        "Tor stops at ten percent; the record does not tell why.",
        _tunnel("vanilla_tor", _VANILLA_STUCK),
        "insufficient",
        explanations=("control.absent",),
    ),
    _plain("psiphon", "Psiphon starts.", _tunnel("psiphon", _PSIPHON)),
    _plain(
        "http_header_field_manipulation",
        "A proxy of the network rewrites header fields on the way.",
        _header_fields,
        interference=("http",),
    ),
    _plain("http_invalid_request_line", "Broken request lines come back as they were sent.", _request_lines),
    _plain("ndt", "The network's speed.", _tunnel("ndt", _ndt((360448, 1048576, 2097152)))),
    _plain("dash", "The network's fitness for video.", _tunnel("dash", _DASH)),
)
"""Scenarios of this theme."""
