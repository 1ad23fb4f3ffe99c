"""Interference with QUIC, with routes, and with the network as a whole."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from trigpoint.sample import certificates
from trigpoint.sample.country import SITES
from trigpoint.sample.recorder import Ask, End, Recorder, Reply
from trigpoint.sample.scenario import Build, Context, Scenario, envelope
from trigpoint.sample.web import Control, Path, Visit, case, true_reply

if TYPE_CHECKING:
    import random

_TIMEOUT = "generic_timeout_error"
_SILENCE = Reply(failure=_TIMEOUT)
_RACK = SITES["green-valley.example"].addresses


def _arms(host: str, arms: tuple[tuple[str, str, str | None, int], ...]) -> Build:
    """Do QUIC handshakes with one server, each with a tag, a name, an outcome and a size of the first datagram."""

    def build(random: random.Random, context: Context) -> dict[str, Any]:
        recorder = Recorder(random)
        site = SITES[host]
        recorder.begin()
        recorder.lookup(Ask("system", types=("A", "AAAA")), host, true_reply(site))
        for number, (tag, name, failure, size) in enumerate(arms):
            recorder.begin(tag)
            end = End(site.addresses[number % 2 if tag == "retry" else 0], 443, name, "h3")
            recorder.quic(end, certificates.genuine(host) if failure is None else (), failure, size)
        keys = recorder.keys() | {"quic_handshakes": recorder.quic_handshakes}
        keys |= {"agent": "redirect", "failed_operation": "quic_handshake", "failure": arms[0][2]}
        record = envelope(context, "urlgetter", "0.2.0", f"https://{host}/", keys)
        return record | {"options": ["HTTP3Enabled=true"]}

    return build


def _beside_tcp(host: str, failures: tuple[str, str]) -> Build:
    """Measure a site over TCP, which works, and over QUIC; the control completes both."""
    visit = Visit(host=host)

    def build(random: random.Random, context: Context) -> dict[str, Any]:
        record = visit.build()(random, context)
        recorder = Recorder(random, ("depth=0",))
        recorder.now, recorder.transaction = 2.0, 40
        for address, failure in zip(SITES[host].addresses, failures, strict=True):
            recorder.begin()
            recorder.quic(End(address, 443, host, "h3"), failure=failure)
        keys = record["test_keys"]
        keys["quic_handshakes"] = recorder.quic_handshakes
        keys["network_events"] += recorder.network_events
        quic = {
            f"{address}:443": {"server_name": host, "status": True, "failure": None}
            for address in SITES[host].addresses
        }
        keys["control"]["quic_handshake"] = quic
        keys["control"]["http3_request"] = keys["control"]["http_request"] | {"discovered_h3_endpoint": f"{host}:443"}
        return record

    return build


def _quic(name: str, sentence: str, host: str, build: Build, **truth: Any) -> Scenario:  # noqa: ANN401 - fields of Scenario
    return Scenario(name=name, sentence=sentence, target=host, build=build, **{"nettest": "urlgetter"} | truth)


def _quicping(host: str, failure: str | None) -> Build:
    """Ping with a version that no server speaks (ts-031 of ``ooni/spec``)."""

    def build(random: random.Random, context: Context) -> dict[str, Any]:
        pings = [_ping(random, second, failure) for second in range(5)]
        keys = {"domain": host, "pings": pings, "unexpected_responses": None, "repetitions": 5}
        return envelope(context, "quicping", "0.1.0", host, keys)

    return build


def _ping(random: random.Random, second: int, failure: str | None) -> dict[str, Any]:
    negotiation = base64.b64encode(random.randbytes(66)).decode()
    answer = {"response_data": {"data": negotiation, "format": "base64"}, "failure": None, "supported_versions": [1]}
    return {
        "conn_id_dst": random.randbytes(16).hex(),
        "conn_id_src": random.randbytes(16).hex(),
        "failure": failure,
        "request": {"data": base64.b64encode(random.randbytes(1200)).decode(), "format": "base64"},
        "t": second + 0.03,
        "responses": [] if failure else [answer | {"t": second + 0.09}],
    }


def _tcpping(failures: tuple[str | None, ...]) -> Build:
    """Connect to one endpoint again and again (ts-032 of ``ooni/spec``)."""

    def build(random: random.Random, context: Context) -> dict[str, Any]:
        recorder = Recorder(random)
        end = End(SITES["tram-times.example"].addresses[0], 443)
        for failure in failures:
            recorder.begin()
            recorder.connect(end, failure)
        keys = {"pings": [{"tcp_connect": step} for step in recorder.tcp_connect]}
        return envelope(context, "tcpping", "0.2.0", f"tcpconnect://{end.text}", keys)

    return build


_NULL_ROUTE = tuple(
    case(
        f"ip.prefix_null_route.{host.split('.')[0]}",
        "Every address of one prefix stays silent on every port, whoever is hosted there; its neighbours answer.",
        "blocked",
        Visit(host=host, path=Path(tcp={"*": _TIMEOUT})),
        mechanisms="tcp.timeout",
        also="ip.prefix_null_route",
        series="null route",
    )
    for host in ("tunnel-lamp.example", "union-hall.example", "hill-clinic.example", "border-stories.example")
)

_ALLOWLIST = tuple(
    case(
        f"ip.allowlist.{host.split('.')[0]}",
        "In this run only two sites of the government answer, everything else is silent.",
        "blocked" if host != "tax-counter.example" else "ok",
        Visit(host=host, path=Path(tcp={} if host == "tax-counter.example" else {"*": _TIMEOUT})),
        mechanisms="" if host == "tax-counter.example" else "tcp.timeout",
        also="ip.allowlist",
        series="allowlist",
    )
    for host in ("tax-counter.example", "weather-window.example", "market-square.example", "photo-wall.example")
)

_SHUTDOWN = tuple(
    case(
        f"ip.shutdown.{host.split('.')[0]}",
        "Nothing answers in this run: no resolver, no address, no control.",
        "insufficient",
        Visit(
            host=host,
            path=Path(
                system=_SILENCE, udp=_SILENCE, doh=_SILENCE, from_control=SITES[host].addresses, tcp={"*": _TIMEOUT}
            ),
            control=Control(failure=_TIMEOUT),
        ),
        explanations="control.failure",
        also="ip.shutdown",
        series="shutdown",
    )
    for host in ("daily-herald.example", "weather-window.example", "tax-counter.example", "song-barn.example")
)

SCENARIOS = (
    _quic(
        "quic.timeout",
        "QUIC stays unanswered, while the control completes it; the site is reached over TCP.",
        "cloud-drawer.example",
        _beside_tcp("cloud-drawer.example", (_TIMEOUT, _TIMEOUT)),
        nettest="web_connectivity",
        truth_state="ok",
        interference=("quic.timeout",),
    ),
    _quic(
        "quic.two_ways",
        "QUIC stays unanswered at one address and is refused by an ICMP message at the other; TCP works.",
        "song-barn.example",
        _beside_tcp("song-barn.example", (_TIMEOUT, "connection_refused")),
        nettest="web_connectivity",
        truth_state="ok",
        interference=("quic",),
    ),
    _quic(
        "quic.timeout.sni",
        "One server, two names: only the handshake with one of them stays unanswered.",
        "photo-wall.example",
        _arms(
            "photo-wall.example",
            (("arm=target", "photo-wall.example", _TIMEOUT, 1200), ("arm=control", "village-map.example", None, 1200)),
        ),
        truth_state="blocked",
        mechanisms=("quic.timeout.sni",),
    ),
    _quic(
        "quic.timeout.version",
        "One server, one name, two versions of QUIC: only version 1 stays unanswered.",
        "cloud-drawer.example",
        _arms(
            "cloud-drawer.example",
            (
                ("quic_version=1", "cloud-drawer.example", _TIMEOUT, 1200),
                ("quic_version=draft-29", "cloud-drawer.example", None, 1200),
            ),
        ),
        truth_state="blocked",
        mechanisms=("quic.timeout.version",),
    ),
    _quic(
        "quic.timeout.size",
        "One server, one name, two sizes of the first datagram: only the larger stays unanswered.",
        "small-letters.example",
        _arms(
            "small-letters.example",
            (
                ("size=1357", "small-letters.example", _TIMEOUT, 1357),
                ("size=1200", "small-letters.example", None, 1200),
            ),
        ),
        truth_state="blocked",
        mechanisms=("quic.timeout.size",),
    ),
    _quic(
        "quicping.answered",
        "A version that no server speaks is answered: nothing is wrong with QUIC as such.",
        "cloud-drawer.example",
        _quicping("cloud-drawer.example", None),
        nettest="quicping",
        truth_state="ok",
    ),
    _quic(
        "quicping.silent",
        "No ping is answered, and the record has no control.",
        "long-films.example",
        _quicping("long-films.example", _TIMEOUT),
        nettest="quicping",
        truth_state="insufficient",
        explanations=("control.absent",),
        also=("quic.timeout",),
    ),
    _quic(
        "network.flaky.tcpping",
        "Some of the pings to one endpoint are lost, without any order.",
        SITES["tram-times.example"].addresses[0],
        _tcpping((None, _TIMEOUT, None, None, _TIMEOUT, None, None, None, _TIMEOUT, None)),
        nettest="tcpping",
        truth_state="ok",
        explanations=("network.flaky",),
    ),
    case(
        "ip.unreachable",
        "An ICMP message says that the addresses are unreachable; the control connects.",
        "blocked",
        Visit(host="green-valley.example", path=Path(tcp={"*": "host_unreachable"})),
        mechanisms="ip.unreachable",
    ),
    case(
        "ip.two_ways",
        "One address is unreachable by an ICMP message, the other lies in the prefix that nobody answers from.",
        "blocked",
        Visit(
            host="green-valley.example", path=Path(tcp={_RACK[0]: "host_unreachable", _RACK[1]: "network_unreachable"})
        ),
        mechanisms="ip.unreachable",
        also="ip",
        series="null route",
    ),
    *_NULL_ROUTE,
    *_ALLOWLIST,
    *_SHUTDOWN,
)
"""Scenarios of this theme."""
