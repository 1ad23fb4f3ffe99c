"""What follow-ups show of a row: whether their arms differ as the mechanisms say, and only so.

A follow-up does one act under two conditions; each law here names the arms, and what makes them differ. All tries of
both count: some flows go round a filter, and some are lost for nothing, so one try is no difference. Where the innocent
arm fails always, nothing can be said of the name, and nothing is.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from tests.probe.sightings import Reading, arm_of, is_of
from trigpoint.model.chance import is_shown
from trigpoint.model.step import Datagram, DnsLookup, HttpRoundTrip, QuicHandshake, Step, TcpConnect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trigpoint.lab.world.truth import Truth

_OF_NAMES_IN_TLS = ("tls.reset.sni", "tls.timeout.sni", "tls.close.sni")
_OF_NAMES_IN_HTTP = ("http.reset", "http.blockpage", "http.redirect")
_OF_RATES = ("tls.throttle",)
_OF_STOPS = ("tls.freeze",)
_OF_NAMES_IN_QUIC = ("quic.timeout.sni",)
_OF_VERSIONS = ("quic.timeout.version",)
_OF_ALL_DNS = ("dns.interception",)
_SLOWER = 0.5
"""Share of the innocent rate below which a rate is another."""


class Try(NamedTuple):
    """One try of one arm, over one version of IP."""

    arm: str
    failure: str | None
    is_after_connect: bool
    """Whether the failure came when the name had been said: one while connecting says nothing of names."""
    page: tuple[int | None, str | None]
    """Status and title."""
    rate: float | None
    is_stopped: bool


class Seen(NamedTuple):
    """What a follow-up shows of one question."""

    nodes: tuple[str, ...]
    """Begins of the mechanisms that would make its arms differ."""
    differs: bool | None
    """Whether they do. None: it cannot be said."""
    at_site: bool = False
    """Whether they do at one of the site's own addresses, which have a taste of their own: it confirms, and does not
    accuse."""
    may: tuple[str, ...] = ()
    """Begins of what else may make them differ."""


def tries(reading: Reading, family: int) -> list[Try]:
    """Give the tries of the arms of a record."""
    by_label: dict[str, list[Step]] = {}
    for step in reading.steps:
        address = getattr(step, "address", None)
        if arm_of(step) and address and is_of(address, family):
            by_label.setdefault(step.tags or "", []).append(step)
    return [_try(steps) for steps in by_label.values()]


def _try(steps: list[Step]) -> Try:
    page = next((step for step in steps if isinstance(step, HttpRoundTrip)), None)
    transfer = next((step for step in steps if isinstance(step, Datagram)), None)
    handshakes = [step for step in steps if isinstance(step, QuicHandshake)]  # the last is the one that counts
    failed = next((step for step in handshakes[-1:] or steps if step.failure), None)
    return Try(
        arm_of(steps[0]),
        failed.failure if failed else None,
        failed is not None and not isinstance(failed, TcpConnect),
        (page.status, page.title) if page else (None, None),
        transfer.received_rate if transfer else None,
        bool(transfer and transfer.is_stopped),
    )


def unexplained(row: Truth, family: int, visit: Reading, followups: Iterable[Reading]) -> list[str]:
    """Give what the follow-ups of a visit show otherwise than truth says, a sentence for each. Empty: nothing."""
    return [
        f"{one.measurement.nettest}: {sentence}"
        for one in (visit, *followups)
        for question in _QUESTIONS.get(one.measurement.nettest, ())
        if (sentence := _otherwise(row, question(row, family, one)))
    ]


def _otherwise(row: Truth, seen: Seen) -> str:
    """Hold what differs against what truth says. Empty: it is as told, or cannot be said."""
    is_meant = any(node.startswith(seen.nodes) for node in (*row.mechanisms, *row.interference))
    if seen.differs is None or seen.differs == is_meant or (is_meant and seen.at_site):
        return ""
    if seen.differs and any(node.startswith((*seen.nodes, *seen.may, "local.")) for node in row.causes):
        return ""  # what no ordinary client sees; or a filter of the line's owner, of whose names truth does not speak
    return f"the arms {'differ' if seen.differs else 'do not differ'}; truth has {', '.join(row.causes) or 'nothing'}"


def _of_names_in_tls(row: Truth, family: int, reading: Reading) -> Seen:
    made = tries(reading, family)
    at_site = _somewhere(reading, lambda made: _fails(made, "target_at_site", "control_at_site"))
    return Seen(
        _OF_NAMES_IN_TLS, _fails(made, "target", "control"), at_site, may=(*_OF_RATES, *_OF_STOPS)
    )  # slow is late as well


def _of_names_in_http(row: Truth, family: int, reading: Reading) -> Seen:
    made = tries(reading, family)
    at_site = _somewhere(reading, lambda made: _differ(made, "target_at_site", "control_at_site"))
    by_host, by_path = _differ(made, "target", "control"), _differ(made, "target_path", "control_path")
    known = [by_path] if "http.reset.keyword" in row.mechanisms else [by_host]
    if not any("http.reset" in node for node in row.mechanisms):
        known = [differs for differs in (by_host, by_path) if differs is not None]
    return Seen(_OF_NAMES_IN_HTTP, any(known) if known and None not in known else None, at_site, may=("http.",))


def _of_rates(row: Truth, family: int, reading: Reading) -> Seen:
    made = tries(reading, family)
    at_site = _somewhere(reading, lambda made: _is_slower(made, "target_at_site", "control_at_site"))
    return Seen(_OF_RATES, _is_slower(made, "target", "control"), at_site, may=("tls.",))


def _of_stops(row: Truth, family: int, reading: Reading) -> Seen:
    """A transfer stops; at the site under any name, where the address is what is meant."""
    made = tries(reading, family)
    at_site = _somewhere(reading, lambda made: any(one.is_stopped for one in _of(made, "target_at_site")))
    stops, others = ([one.is_stopped for one in _of(made, arm)] for arm in ("target", "control"))
    return Seen(_OF_STOPS, _is_more(stops, others) if stops and others else None, at_site, may=("tls.",))


def _of_names_in_quic(row: Truth, family: int, reading: Reading) -> Seen:
    made = tries(reading, family)
    is_asked = urlsplit(row.address).scheme == "h3"
    differs = [_fails(made, arm, "control") for arm in ("target", "after")] if is_asked else [None]
    return Seen(_OF_NAMES_IN_QUIC, None if None in differs else any(differs))


def _of_versions(row: Truth, family: int, reading: Reading) -> Seen:
    """An innocent name fails in a version that is spoken, and one that nobody speaks is answered."""
    made = tries(reading, family)
    known = [one.failure is not None for one in _of(made, "control")]
    odd = [one.failure != "quic_incompatible_version" for one in _of(made, "version")]
    return Seen(_OF_VERSIONS, _is_more(known, odd) if known and odd else None)


def _of_resolvers(row: Truth, family: int, reading: Reading) -> Seen:
    """Somebody who answers in nobody's place answers for listed names, or for all of them."""
    nobody = [step for step in reading.steps if isinstance(step, DnsLookup) and arm_of(step) == "silent_control"]
    answers = any(step.rcode is not None for step in nobody)
    return Seen(_OF_ALL_DNS, answers if nobody else None, may=("ip.shutdown",))  # every name is answered falsely


_QUESTIONS = {
    "sni_blocking": (_of_names_in_tls,),
    "host_blocking": (_of_names_in_http,),
    "throttling": (_of_rates, _of_stops),
    "quic": (_of_names_in_quic, _of_versions),
    "dnscheck": (_of_resolvers,),
}


def _fails(made: list[Try], arm: str, control: str) -> bool | None:
    """Tell whether an arm fails more than the control does. None: it cannot be said."""
    of_arm, of_control = _of(made, arm), _of(made, control)
    if not of_arm or not of_control or all(one.failure for one in of_control):
        return None
    return _is_more([one.is_after_connect for one in of_arm], [one.failure is not None for one in of_control])


def _differ(made: list[Try], arm: str, control: str) -> bool | None:
    differs = _fails(made, arm, control)
    if differs is False:
        return {one.page for one in _of(made, arm)} != {one.page for one in _of(made, control)}
    return differs


def _is_slower(made: list[Try], arm: str, control: str) -> bool | None:
    of_arm, of_control = _of(made, arm), _of(made, control)
    rates = [one.rate for one in of_control if one.rate and not one.failure]
    if not of_arm or not rates:
        return None
    slow, others = (
        [one.is_stopped or (one.rate is not None and one.rate < _SLOWER * median(rates)) for one in arms]
        for arms in (of_arm, of_control)
    )
    return _is_more(slow, others)


def _is_more(fails: list[bool], others: list[bool]) -> bool:
    """Tell whether an arm came to something more than another by more than chance; a lone try is all there is."""
    if len(fails) == 1:
        return fails[0] and not any(others)
    return is_shown(sum(fails), len(fails), sum(others), len(others))


def _somewhere(reading: Reading, law: Callable[[list[Try]], bool | None]) -> bool:
    """Tell whether a law holds over one version of IP: follow-ups try a site where the sign was."""
    return any(law(tries(reading, family)) for family in (4, 6))


def _of(made: list[Try], arm: str) -> list[Try]:
    return [one for one in made if one.arm == arm]
