"""How a chart is cited: what it is called for good, what it was made from, and how to tell that it was not changed."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import msgspec

from trigpoint import __version__
from trigpoint.report.csv_files import csv_bytes
from trigpoint.report.language import gettext as _
from trigpoint.report.language import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from trigpoint.figures.ledger import Ledger

_SPECIAL = re.compile(r"([&%$#_{}])")
_YEAR = re.compile(r"\d{4}")
_ASSOCIATION = "The Trigpoint contributors"


class Citation(msgspec.Struct, frozen=True, kw_only=True):
    """What to write beside a chart that is used elsewhere."""

    id: str
    """Name that stays: chart and subject, joined by a dot."""
    version: str
    """Version of Trigpoint that drew it."""
    query: str
    """Which figures of the ledger it shows: metrics, periods."""
    vintages: tuple[str, ...]
    """When the sources said so, sorted; of measurements the hash of what they stand on."""
    licence: str
    """Licences of the figures (SPDX), joined by ``AND``. Empty: not stated of all."""
    sources: tuple[str, ...]
    """Organisations, sorted."""
    sha256: str
    """SHA-256 (hex) of the numbers, as the CSV of the chart has them."""
    bibtex: str
    """The same as an entry of BibTeX."""

    @property
    def line(self) -> str:
        """Give it in one line."""
        words = [f"Trigpoint {self.version}, {self.id}", f"SHA-256 {self.sha256[:16]}"]
        if self.sources:
            words.append(_("Sources: {names}").format(names=_("; ").join(map(_, self.sources))))
        return sentences(*(_("{sentence}.").format(sentence=word) for word in (*words, self.licence) if word))


def cite(name: str, title: str, rows: pl.DataFrame, ledger: Ledger, figures: Sequence[str]) -> Citation:
    """Cite a chart of these rows, which stand on these figures; on the whole of a survey where there are none."""
    given = [ledger[figure] for figure in figures]
    vintages = sorted({word for figure in given for word in figure.vintage.split()}) or [ledger.basis.vintage]
    licences = {word for figure in given for word in (figure.licence or "").split(" AND ")} or {""}
    sha256 = hashlib.sha256(csv_bytes(rows)).hexdigest()
    used = {word for figure in given for word in figure.sources}
    query = _query([figure.metric or figure.label for figure in given], [figure.period for figure in given])
    return Citation(
        id=name,
        version=__version__,
        query=query,
        vintages=tuple(vintages),
        licence="" if "" in licences else " AND ".join(sorted(licences)),
        sources=tuple(sorted({record.organisation for record in ledger.records if record.sha256 in used})),
        sha256=sha256,
        bibtex=_bibtex(name, title, vintages, query, sha256),
    )


def _query(metrics: Sequence[str], periods: Sequence[str]) -> str:
    if not metrics:
        return "survey"
    first, last = min(periods), max(periods)
    return f"{' '.join(sorted(set(metrics)))}; {first if first == last else f'{first} to {last}'}"


def _bibtex(name: str, title: str, vintages: Sequence[str], query: str, sha256: str) -> str:
    years = [match[0] for vintage in vintages if "-" in vintage and (match := _YEAR.match(vintage))]
    fields = {
        "author": f"{{{_ASSOCIATION}}}",
        "title": _escaped(title),
        **({"year": max(years)} if years else {}),
        "version": __version__,
        "howpublished": f"Trigpoint, {_escaped(name)}",
        "note": _escaped(f"{query}; SHA-256 {sha256}"),
    }
    lines = "".join(f"  {key} = {{{value}}},\n" for key, value in fields.items())
    return f"@misc{{trigpoint-{name}-{sha256[:8]},\n{lines}}}\n"


def _escaped(text: str) -> str:
    r"""Escape what TeX would read.

    >>> print(_escaped("5 % of a_b"))
    5 \% of a\_b
    """
    return _SPECIAL.sub(r"\\\1", text.replace("\\", "/"))
