"""The numbers of the record as series, one for each statement: sources that disagree are spread, never averaged."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from trigpoint.figures.record import load
from trigpoint.figures.record.edition import About, Edition, Saying, Standing
from trigpoint.figures.record.load import source_record
from trigpoint.model.figure import WORLD
from trigpoint.model.series import Point, Series

if TYPE_CHECKING:
    from collections.abc import Iterator

    import msgspec

_METRICS = {
    About.PARTICIPANTS: "conference_participants",
    About.COUNTRIES: "conference_countries",
    About.EDITION: "conference_held",
}


def series() -> tuple[Series, ...]:
    """Give all of them."""
    return (*_of_editions(), *_of_members(), *_of_initiators(), *_of_shutdowns())


def _one(metric: str, point: Point, said: tuple[msgspec.Struct, str], *flags: str) -> Series:
    """Make a series of one value; ``said`` is the statement and the name of its source."""
    second_hand = ("second-hand",) if load.cited(said[1]).is_second_hand else ()
    words = (*(flag for flag in flags if flag), *second_hand)
    return Series(metric=metric, points=(point,), record=source_record(*said), flags=words)


def _of_editions() -> Iterator[Series]:
    """Give what is said of each edition; what was announced only where nobody tells of what was held."""
    for edition in load.editions():
        for about, metric in _METRICS.items():
            said = edition.on(about)
            held = [saying for saying in said if saying.standing is Standing.HELD]
            for saying in held or said:
                point = Point(edition.of, str(edition.year), saying.number or 0.0)
                announced = "announced" if saying.standing is Standing.ANNOUNCED else ""
                yield _one(metric, point, (_at(saying, edition), saying.source), saying.bound, announced)


def _at(saying: Saying, edition: Edition) -> Edition:
    """Give the statement with its edition: what one source says alike of two years are two statements."""
    return Edition(of=edition.of, year=edition.year, said=(saying,))


def _of_members() -> Iterator[Series]:
    for count in load.members().count:
        said = (count, count.source)
        yield _one("conference_members", Point(count.of, count.period, count.members), said, count.members_bound)
        countries = Point(count.of, count.period, count.countries)
        yield _one("conference_member_countries", countries, said, count.countries_bound)


def _of_initiators() -> Iterator[Series]:
    """Count founders by the country of their seat; those without one on record are left out, and it is flagged."""
    all_of_them = load.members().initiator
    seats = Counter(one.seat for one in all_of_them if one.seat)
    is_partial = "partial" if sum(seats.values()) < len(all_of_them) else ""
    founded = min(fact.period for fact in load.members().fact)
    for seat, count in sorted(seats.items()):
        first = next(one for one in all_of_them if one.seat == seat)
        yield _one("conference_initiators", Point(seat, founded, count), (first, first.seat_source), is_partial)


def _of_shutdowns() -> Iterator[Series]:
    for year in load.findings().shutdowns:
        values = {"shutdowns_reported": year.shutdowns, "shutdown_countries_reported": year.countries}
        for metric, value in values.items():
            if value is not None:
                yield _one(metric, Point(WORLD, str(year.year), value), (year, year.source))
