"""Facts that bear on claims: cited ones, kept as data with their sources, and figures of a ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from trigpoint.figures.claims.periods import period
from trigpoint.figures.indicator import all_indicators
from trigpoint.figures.ledger import Interval, Topic
from trigpoint.figures.record.edition import About
from trigpoint.figures.record.load import cited, editions
from trigpoint.model.figure import IntervalKind
from trigpoint.model.provenance import SourceRecord

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from trigpoint.figures.claims.periods import Period
    from trigpoint.figures.indicator import Indicator
    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.figure import Figure

_FOLDER = files("trigpoint.figures.claims")
_STOPGAPS = {"imputed", "partial", "projection"}


class FactKind(StrEnum):
    """What a fact says."""

    OBSERVATION = "observation"
    TARGET = "target"
    FORECAST = "forecast"


class Metric(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that claims are about."""

    meaning: str
    unit: str = ""
    """What one of it is, as figures say it."""
    window_months: int
    """How far a fact's period may lie from the claim's."""
    grows: bool = False
    """Whether it has only grown in every source: then a later figure bounds an earlier claim."""
    share: str = ""
    """The metric of its share of all, which is meant where per cents are given. Empty: none."""
    year_end: bool = False
    """Whether what is said of a year is so at its end."""
    members: Mapping[str, str] = msgspec.field(default_factory=dict)
    """What its members are, by the organisation whose members they are."""
    is_measured: bool = False
    """Whether measurements of networks show it."""
    is_counted: bool = False
    """Whether it is counted from editions."""
    prints: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Whose number it is that an organisation prints, where it is not its own."""


class Fact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one source says of one thing at one time."""

    metric: str
    subject: str
    period: str
    kind: FactKind = FactKind.OBSERVATION
    value: float | None = None
    low: float | None = None
    """Lower end, where it is a range. Missing: it is none."""
    high: float | None = None
    names: tuple[str, ...] = ()
    """Members, where the metric has members."""
    bound: str = ""
    """``over``: it is more than the value; ``about``: near it; ``some``: there are other names. Empty: none of them."""
    object: str = ""
    """The part, where it is a share of several parts: a country."""
    origin: str
    """Whose number it is; two facts of one origin, definition and way of counting are vintages of each other."""
    definition: str = ""
    counting: str = ""
    flags: tuple[str, ...] = ()
    organisation: str
    """Who printed it, with title, address, licence and day of publication."""
    title: str
    url: str
    licence: str | None = None
    published: str
    figure: str = ""
    """Id of the figure that it is, in the ledger."""

    @property
    def months(self) -> Period:
        """Its period."""
        return period(self.period)

    @property
    def group(self) -> tuple[str, str, str]:
        """What makes two facts comparable over time."""
        return self.origin, self.definition, self.counting


class Edition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One time that something yearly was held."""

    of: str
    first_day: str
    last_day: str
    url: str


class _File(msgspec.Struct, forbid_unknown_fields=True):
    fact: tuple[Fact, ...]


class Base(msgspec.Struct, frozen=True, kw_only=True):
    """All that claims are checked with."""

    metrics: Mapping[str, Metric]
    facts: tuple[Fact, ...]
    editions: tuple[Edition, ...]


@cache
def organisations() -> Mapping[str, str]:
    """Give the short names of organisations that are on record, by what texts call them in small letters."""
    return msgspec.toml.decode(_FOLDER.joinpath("organisations.toml").read_bytes(), type=dict[str, str])


@cache
def _kept() -> Base:
    content = _FOLDER.joinpath("facts.toml").read_bytes()
    found = msgspec.toml.decode(content, type=_File)
    told = msgspec.toml.decode(_FOLDER.joinpath("metrics.toml").read_bytes(), type=dict[str, Metric])
    metrics = {**{name: _metric(one) for name, one in all_indicators().items() if name not in told}, **told}
    numbered = [msgspec.structs.replace(fact, figure=f"cited.{at:03}") for at, fact in enumerate(found.fact, 1)]
    return Base(metrics=metrics, facts=tuple(numbered), editions=tuple(_editions()))


def _metric(one: Indicator) -> Metric:
    """Make a metric of an indicator: its figures bear on claims of the same time."""
    return Metric(meaning=f"{one.question}?", unit=one.unit, window_months=0)


def base(more: Iterable[Fact] = ()) -> Base:
    """Give metrics, cited facts and editions, and add further facts.

    Args:
        more: facts made of figures (:func:`from_ledger`).

    """
    kept = _kept()
    return msgspec.structs.replace(kept, facts=(*kept.facts, *more))


def _editions() -> Iterator[Edition]:
    """Give the editions on record. That of 2020 is counted, under whatever name: what is counted is what was held."""
    for edition in editions():
        if edition.days is not None:
            source = cited(edition.on(About.DAYS)[0].source)
            yield Edition(of=edition.of, first_day=edition.days[0], last_day=edition.days[1], url=source.url)


def publish(ledger: Ledger) -> None:
    """Put the cited facts into a ledger, each with its source; hash and id are those of the fact as it is kept here."""
    known = base()
    for fact in known.facts:
        metric = known.metrics[fact.metric]
        content = msgspec.json.encode(msgspec.structs.replace(fact, figure=""), order="deterministic")
        record = SourceRecord(
            organisation=fact.organisation,
            series=fact.title,
            url=fact.url,
            licence=fact.licence,
            sha256=hashlib.sha256(content).hexdigest(),
            vintage=fact.published,
        )
        kinds = ("cited", *fact.flags, *(() if fact.kind is FactKind.OBSERVATION else (fact.kind.value,)))
        topic = Topic(
            id=fact.figure,
            label=", ".join(filter(None, (metric.meaning, fact.object, fact.definition, fact.counting))),
            unit=metric.unit,
            subject=fact.subject,
            period=fact.period,
            flags=kinds,
        )
        ends = None
        if fact.low is not None and fact.high is not None:
            ends = Interval(fact.low, fact.high, IntervalKind.SOURCE_SPREAD)
        ledger.publish(topic, fact.value, record, ends)


def from_ledger(ledger: Ledger, metrics: Collection[str] | None = None) -> list[Fact]:
    """Give the figures of series as facts, and what the same organisations said of them at other vintages.

    Targets and forecasts are marked by their flags. What stands in for another year, lacks parts, or was projected says
    too little of its time, and is left out; so is the spread of an interval, whose ends others say.

    Args:
        ledger: where they are.
        metrics: which; all where none are given.

    """
    found, wanted = list[Fact](), base().metrics.keys() if metrics is None else base().metrics.keys() & set(metrics)
    for figure in ledger:
        first = ledger.get(figure.id.partition("@")[0])
        if first is None or first.metric not in wanted or not _STOPGAPS.isdisjoint(figure.flags):
            continue
        is_vintage = figure is first or _said_by(ledger, figure) == _said_by(ledger, first)
        if is_vintage and isinstance(figure.value, int | float):
            found.append(_fact(ledger, figure, first.metric))
    return found


def _said_by(ledger: Ledger, figure: Figure) -> str:
    return " and ".join(sorted({record.organisation for record in ledger.records_of(figure)}))


def _fact(ledger: Ledger, figure: Figure, metric: str) -> Fact:
    sources = ledger.records_of(figure)
    prints = base().metrics[metric].prints
    return Fact(
        metric=metric,
        subject=figure.subject,
        period=figure.period,
        kind=next((kind for kind in FactKind if kind.value in figure.flags), FactKind.OBSERVATION),
        value=float(figure.value) if isinstance(figure.value, int | float) else None,
        bound="about" if "rounded" in figure.flags else "",
        origin=" and ".join(sorted({prints.get(one.organisation, one.organisation) for one in sources})),
        flags=figure.flags,
        organisation=_said_by(ledger, figure),
        title=" and ".join(record.series for record in sources),
        url=" ".join(record.url for record in sources),
        licence=figure.licence,
        published=max(figure.vintage.split(), default=""),
        figure=figure.id,
    )
