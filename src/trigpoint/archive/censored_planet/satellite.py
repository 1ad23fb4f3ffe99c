"""Satellite: a name is asked of a resolver in the country and of control resolvers, and the answers are compared.

Each answer's tags say what it shares with the control's answers: the address itself, the page or the certificate that a
scan of the Internet found there, or the network. They are facts of a comparison, and read; the conclusion drawn from
them (``anomaly``, ``passed``) is set aside (R1).

Pearce et al., Iris, USENIX Security 2017; Scott et al., Satellite, USENIX ATC 2016.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trigpoint.archive.censored_planet.lookups import Lookup, lookups_of
from trigpoint.archive.censored_planet.pages import add_pages
from trigpoint.archive.censored_planet.record import (
    BESIDE,
    common,
    first,
    moment,
    object_of,
    objects,
    scan_start,
    since,
    vantage,
    verdict,
)
from trigpoint.archive.ooni.recorder import CONTROL, PROBE, Recorder
from trigpoint.archive.ooni.values import as_number, escape, text
from trigpoint.errors import RecordError
from trigpoint.model.measurement import Measurement
from trigpoint.model.step import DnsAnswer, DnsLookup
from trigpoint.net.names import canonical_address, host_of, join_endpoint

if TYPE_CHECKING:
    from trigpoint.archive.format import Origin

_DNS_PORT = 53
_SHARED = {"ip": "address", "http": "page", "cert": "certificate", "asnum": "network", "asname": "network"}
_UNTAGGED = "no_tags"
INNOCENT = "arm=innocent"


def measurement_of(record: bytes, origin: Origin) -> Measurement:
    """Read one record of any version.

    Raises:
        RecordError: it is not JSON, or names no resolver or no name.

    """
    value = object_of(record)
    resolver = vantage(value, "vp", "resolver", "ip")
    asked = text(first(value, "test_url", "query"))
    if asked is None:
        message = "not a measurement: no name that was asked for"
        raise RecordError(message)
    beside = value.get(BESIDE)
    beside = beside if isinstance(beside, dict) else {}
    begun, ended = moment(value.get("start_time")), moment(value.get("end_time"))
    lookups = lookups_of(value, asked)
    if begun is None:
        begun = min((item.started for item in lookups if item.started is not None), default=scan_start(origin))
    recorder = Recorder()
    _know_networks(recorder, beside)
    for item in lookups:
        _add(recorder, item, PROBE, resolver, asked, begun)
    has_control = _add_controls(recorder, beside, asked)
    add_pages(recorder, beside)
    return Measurement(
        nettest="satellite",
        nettest_version="1" if "query" in value else "2",
        software="Censored Planet Satellite",
        has_control=has_control or _was_compared(value, lookups),
        control_failure=_control_failure(value, lookups, asked),
        probe_verdict=verdict(value),
        **common(value, origin, recorder, address=resolver, asked=asked, begun=begun, ended=ended),
    )


def _know_networks(recorder: Recorder, beside: dict[str, Any]) -> None:
    networks = beside.get("networks")
    for address, about in networks.items() if isinstance(networks, dict) else ():
        asn = as_number(about.get("asnum")) if isinstance(about, dict) else None
        if asn is not None:
            recorder.as_numbers[address] = asn
            if name := text(about.get("asname")):
                recorder.as_names[address] = name


def _add(recorder: Recorder, item: Lookup, side: str, resolver: str, asked: str, begun: float | None) -> None:
    answers = tuple(_answer(recorder, number, *pair) for number, pair in enumerate(item.answers))
    name = host_of(item.name)
    recorder.steps.append(
        DnsLookup(
            step=len(recorder.steps),
            pointer=item.pointer,
            vantage=side,
            started=since(item.started, begun),
            ended=since(item.ended, begun),
            tags=INNOCENT if side == PROBE and name != host_of(asked) else None,
            failure=item.failure,
            hostname=name or "",
            query_type="A",
            engine="udp",
            resolver_address=join_endpoint(resolver, _DNS_PORT),
            rcode=item.rcode,
            answer_count=len(answers),
            answers=answers,
        )
    )


def _answer(recorder: Recorder, number: int, address: str, about: object) -> DnsAnswer:
    """Make one answer of its address and what is recorded of it: a list of tags, or an object with the tags in it."""
    facts = about if isinstance(about, dict) else {}
    asn = as_number(facts.get("asnum")) or recorder.as_numbers.get(address)
    name = text(facts.get("asname")) or recorder.as_names.get(address)
    return DnsAnswer(
        number, "AAAA" if ":" in address else "A", address, None, None, asn, name, shared=_shared(about, asn)
    )


def _shared(about: object, asn: int | None) -> str | None:
    """Say what an address shares with the control's. Missing: it was not compared, or nothing is known of it."""
    tags = about.get("matched") if isinstance(about, dict) else about
    if isinstance(about, dict) and "matched" in about and tags is None:
        known = asn is not None or text(about.get("cert")) is not None or text(about.get("http")) is not None
        return "" if known else None
    if not isinstance(tags, list) or _UNTAGGED in tags:
        return None
    return " ".join(sorted({_SHARED[tag] for tag in tags if isinstance(tag, str) and tag in _SHARED}))


def _add_controls(recorder: Recorder, beside: dict[str, Any], asked: str) -> bool:
    """Add what control resolvers answered; say whether there was an answer with an address."""
    found = False
    for number, control in objects(beside.get("control")):
        address = canonical_address(str(first(control, "vp", "resolver", "ip") or ""))
        if address is None:
            continue
        for item in lookups_of(control, asked, f"/{escape(BESIDE)}/control/{number}"):
            if host_of(item.name) == host_of(asked):
                _add(recorder, item, CONTROL, address, asked, None)
                found = found or bool(item.answers)
    return found


def _was_compared(value: dict[str, Any], lookups: list[Lookup]) -> bool:
    """Say whether control resolvers had an answer: as recorded, or shown by tags, which only a comparison gives."""
    recorded = value.get("in_control_group")
    if isinstance(recorded, bool):
        return recorded
    return any(isinstance(about, list) for item in lookups for _, about in item.answers)


def _control_failure(value: dict[str, Any], lookups: list[Lookup], asked: str) -> str | None:
    """Say why the resolver failed for innocent names too. None: it answered them, or nobody asked."""
    answered = first(value, "passed_liveness", "passed_control")
    innocent = [item for item in lookups if host_of(item.name) != host_of(asked)]
    failures = [item.failure for item in innocent if item.failure is not None]
    if answered is False or (innocent and len(failures) == len(innocent)):
        return next(iter(failures), "unknown_failure")
    return None
