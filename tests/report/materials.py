"""What charts are drawn from, small: a ledger of a dozen countries, and the tables of a survey."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tests.figures.made_series import series
from tests.figures.surveys import realistic
from tests.report.editions import edition
from trigpoint.figures import aims, indicator
from trigpoint.figures.claims import facts
from trigpoint.figures.data import Data
from trigpoint.figures.index.intake import gather, publish, publish_scale
from trigpoint.figures.index.structure import published
from trigpoint.figures.ledger import Basis, Ledger
from trigpoint.model.figure import WORLD
from trigpoint.report import chart, drawing
from trigpoint.report.language import country
from trigpoint.report.rows import Links
from trigpoint.report.treatment import treatments

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    import pytest

    from trigpoint.model.series import Series
    from trigpoint.report.treatment import Treatments

COUNTRIES = ("CN", "US", "IN", "KE", "DE", "SG", "HK", "TW", "MO", "BR", "KR", "SO")
FIRST, LAST = 2004, 2023


NO_LINKS = Links({}, frozenset())


def leave_out_png(patch: pytest.MonkeyPatch, *, narrow: bool = False) -> None:
    """Draw no PNG files, which take a tenth of a second each, and charts once more for a telephone where asked for."""
    if not narrow:
        patch.setattr(chart, "drawn_narrow", lambda *_: "")
    patch.setattr(drawing, "packed", lambda _: b"")
    patch.setattr(drawing.vl_convert, "svg_to_png", lambda *_, **__: b"")


@dataclass(frozen=True)
class Made:
    """A material."""

    ledger: Ledger
    subject: str
    frames: Mapping[str, pl.DataFrame]
    treatments: Treatments
    links: Links = NO_LINKS

    @property
    def name(self) -> str:
        return "the world" if self.subject == WORLD else country(self.subject)


@cache
def made(subject: str = "CN", *, has_survey: bool = True) -> Made:
    return Made(
        ledger(), subject, edition(realistic("IR", days=4, each=6)).frames if has_survey else {}, treatments(ledger())
    )


def nothing(subject: str = "CN") -> Made:
    return Made(Ledger(Basis(subject=subject, period="", vintage="", sources=())), subject, {}, {})


@cache
def ledger() -> Ledger:
    found = indicator.compute(Data(_series()))
    facts.publish(found)
    aims.derive(found)
    indices = {
        one.id: publish(found, gather(found, one, LAST), one, year=LAST, seed=1, draws=40) for one in published()
    }
    publish_scale(found, indices, year=LAST)
    return found


def _series() -> list[Series]:
    years = range(FIRST, LAST + 1)
    shares = {
        (code, str(year)): min(0.02 + (year - FIRST) * (0.02 + at * 0.003), 0.98)
        for at, code in enumerate((*COUNTRIES, WORLD))
        for year in years
    }
    revised = {key: value * 0.97 for key, value in shares.items() if key[0] in {"CN", WORLD} and key[1] >= "2015"}
    people = {(code, str(year)): 1e6 * (20 - at) ** 2 for at, code in enumerate((*COUNTRIES, WORLD)) for year in years}
    letters = [
        series(
            metric,
            {(code, "2023-05-18"): float(1 + at % 4) for at, code in enumerate(COUNTRIES) if at % 5 != number % 5},
            vintage="2023-05-18", whole="roots", parts=(letter,), organisation="root-servers.org",
        )
        for metric in ("root_instances", "root_sites")
        for number, letter in enumerate("ABCDEFGHIJKLM")
    ]  # fmt: skip
    letters += [
        series(
            f"root_instances_{letter}",
            {(code, "2023-05-18"): float(1 + at % 4) for at, code in enumerate(COUNTRIES) if at % 5 != number % 5},
            vintage="2023-05-18", organisation="root-servers.org",
        )
        for number, letter in enumerate("ABCDEFGHIJKLM")
    ]  # fmt: skip
    return [
        series("internet_users_share", shares),
        series("internet_users_share", revised, vintage="2025-10-01"),
        series("population", people),
        *(
            series(
                metric, {(code, f"{year}-10"): 10.0 ** (3 + at % 5) * growth for at, code in enumerate(COUNTRIES)},
                vintage=f"{year}-10", organisation="registries",
            )
            for metric in ("ipv4_addresses", "asns")
            for year, growth in ((2015, 1.0), (LAST, 1.4))
        ),
        *letters,
    ]  # fmt: skip
