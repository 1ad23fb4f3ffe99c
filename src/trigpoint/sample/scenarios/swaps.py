"""The trigger is shown by a swap: two arms that differ in one thing only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trigpoint.sample import certificates
from trigpoint.sample.country import SITES
from trigpoint.sample.pages import home
from trigpoint.sample.recorder import Ask, End, Exchange, Flow, Recorder
from trigpoint.sample.scenario import Context, Scenario, envelope
from trigpoint.sample.web import true_reply

if TYPE_CHECKING:
    import random

_CONTROL = "village-map.example"
_CRAWL = Flow(((256, 1.1),) * 10, 312)
_LARGE = Flow((), 1780)


def _sni_arm(random: random.Random, name: str, failure: str | None, flow: Flow | None) -> dict[str, Any]:
    """Do a handshake with the control's server under a name (ts-024 of ``ooni/spec``)."""
    recorder = Recorder(random)
    helper = SITES[_CONTROL]
    recorder.begin()
    recorder.lookup(Ask("system", types=("A", "AAAA")), helper.host, true_reply(helper))
    end = End(helper.addresses[0], 443, name)
    recorder.connect(end)
    refused = failure or ("ssl_invalid_hostname" if name != _CONTROL else None)
    chain = certificates.genuine(helper.host) if failure is None else ()
    recorder.handshake(end, chain, refused, flow)
    return recorder.keys() | {
        "cached": False,
        "failure": refused,
        "requests": None,
        "sni": name,
        "th_address": f"{_CONTROL}:443",
    }


def _sni(name: str, sentence: str, failure: str | None, *, flow: Flow | None = None, **truth: Any) -> Scenario:  # noqa: ANN401 - fields of Scenario
    host = truth.pop("target")
    control_failure, control_flow = truth.pop("control", (None, None))

    def build(random: random.Random, context: Context) -> dict[str, Any]:
        keys = {
            "control": _sni_arm(random, _CONTROL, control_failure, control_flow),
            "target": _sni_arm(random, host, failure, flow),
            "result": "interference.reset" if failure else "success.got_server_hello",
        }
        return envelope(context, "sni_blocking", "0.3.0", host, keys)

    return Scenario(name=name, sentence=sentence, nettest="sni_blocking", target=host, build=build, **truth)


def _host_swap(random: random.Random, context: Context) -> dict[str, Any]:
    """Ask one server for two names (ts-004 of ``ooni/spec``)."""
    recorder = Recorder(random)
    helper = SITES[_CONTROL]
    end = End(helper.addresses[0], 80, "", "")
    url = f"http://{end.address}/"
    for host, failure in ((_CONTROL, None), ("ballot-watch.example", "connection_reset")):
        recorder.begin(f"host={host}")
        recorder.connect(end)
        recorder.fetch(end, Exchange(url, None if failure else home(helper), failure, host))
    keys = recorder.keys() | {"agent": "agent", "transparent_http_proxy": False, "filtering_via_host_header": True}
    return envelope(context, "http_host", "0.2.5", "ballot-watch.example", keys)


def _word_swap(random: random.Random, context: Context) -> dict[str, Any]:
    """Ask one server for two paths that differ in one word (ts-027 of ``ooni/spec``)."""
    recorder = Recorder(random)
    site = SITES["search-harbour.example"]
    recorder.begin()
    recorder.lookup(Ask("system", types=("A", "AAAA")), site.host, true_reply(site))
    end = End(site.addresses[0], 80, "", "")
    for word, failure in (("pancakes", None), ("square-protest", "connection_reset")):
        recorder.begin(f"word={word}")
        recorder.connect(end)
        url = f"http://{site.host}/search?q={word}"
        recorder.fetch(end, Exchange(url, None if failure else home(site), failure))
    keys = recorder.keys() | {"agent": "redirect", "failed_operation": "http_round_trip", "failure": "connection_reset"}
    return envelope(context, "urlgetter", "0.2.0", f"http://{site.host}/search?q=square-protest", keys)


def _crawl_pair(random: random.Random, context: Context) -> dict[str, Any]:
    """Fetch one page under two server names; only one of the two crawls."""
    recorder = Recorder(random)
    site = SITES["photo-wall.example"]
    for name, flow, failure in (
        (_CONTROL, Flow(((1448, 0.002),) * 28, 231), None),
        (site.host, Flow(((1448, 0.36),) * 28, 231), "generic_timeout_error"),
    ):
        recorder.begin(f"sni={name}")
        end = End(SITES[_CONTROL].addresses[0], 443, name)
        recorder.connect(end)
        recorder.handshake(end, certificates.chain(certificates.Leaf((_CONTROL, site.host))))
        recorder.fetch(end, Exchange(f"https://{name}/large", home(site), failure, flow=flow))
    keys = recorder.keys() | {
        "agent": "redirect",
        "failed_operation": "http_round_trip",
        "failure": "generic_timeout_error",
    }
    return envelope(context, "urlgetter", "0.2.0", f"https://{site.host}/large", keys)


SCENARIOS = (
    _sni(
        "tls.reset.sni",
        "The same server resets the handshake under one name and completes it under another.",
        "connection_reset",
        target="daily-herald.example",
        truth_state="blocked",
        mechanisms=("tls.reset.sni",),
    ),
    _sni(
        "tls.timeout.sni",
        "The same server stays silent under one name and answers under another.",
        "generic_timeout_error",
        target="blue-lighthouse.example",
        truth_state="blocked",
        mechanisms=("tls.timeout.sni",),
    ),
    _sni(
        "tls.close.sni",
        "The same server closes under one name and answers under another.",
        "eof_error",
        target="union-hall.example",
        truth_state="blocked",
        mechanisms=("tls.close.sni",),
    ),
    _sni(
        "sni.open",
        "The server answers under both names.",
        None,
        target="weather-window.example",
        truth_state="ok",
    ),
    _sni(
        "tls.throttle.sni",
        "Under one name the server's flight crawls in at 250 bytes a second, under the other it comes at once.",
        None,
        flow=_CRAWL,
        target="photo-wall.example",
        truth_state="ok",
        interference=("tls.throttle.sni",),
    ),
    _sni(
        "network.mtu",
        "A large ClientHello is lost on the path under either name: its size, not the name.",
        "generic_timeout_error",
        flow=_LARGE,
        control=("generic_timeout_error", _LARGE),
        target="quiet-voices.example",
        truth_state="insufficient",
        explanations=("network.mtu",),
    ),
    Scenario(
        name="tls.throttle.sni.download",
        sentence="A download from one server crawls at a flat rate under one name, and is fast under another.",
        nettest="urlgetter",
        target="photo-wall.example",
        truth_state="blocked",
        mechanisms=("tls.throttle.sni",),
        build=_crawl_pair,
    ),
    Scenario(
        name="http.reset.host",
        sentence="One server, two Host headers: only the request for one of them is reset.",
        nettest="http_host",
        target="ballot-watch.example",
        truth_state="blocked",
        mechanisms=("http.reset.host",),
        build=_host_swap,
    ),
    Scenario(
        name="http.reset.keyword",
        sentence="One site, two words in the path: only the request with one of them is reset.",
        nettest="urlgetter",
        target="search-harbour.example",
        truth_state="blocked",
        mechanisms=("http.reset.keyword",),
        build=_word_swap,
    ),
)
"""Scenarios of this theme."""
