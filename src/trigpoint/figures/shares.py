"""Shares of tested targets with signs of blocking: in all, by category, by mechanism; and networks, k of n.

A target counts where at least one verdict of it is decided: not measured is not open, and neither is not decided. The
interval is that of chance alone: whoever chose the targets did not draw them at random.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import polars as pl

from trigpoint.figures import cells
from trigpoint.figures.indicator import all_indicators
from trigpoint.figures.interval import wilson
from trigpoint.figures.states import HAS_SIGNS, IS_NAMED, split
from trigpoint.model.verdict import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trigpoint.figures.categories import Categories
    from trigpoint.figures.country import CountryTables
    from trigpoint.figures.indicator import Counted
    from trigpoint.figures.ledger import Ledger

_IS_DECIDED = pl.col("state") != State.INSUFFICIENT.value
_SCHEMA = pl.Schema({
    "group": pl.String(), "name": pl.String(), "targets": pl.Int64(), "targets_decided": pl.Int64(),
    "targets_with_signs": pl.Int64(), "targets_blocked": pl.Int64(), "share": pl.Float64(), "share_low": pl.Float64(),
    "share_high": pl.Float64(), "networks_with_signs": pl.Int64(), "networks": pl.Int64(),
})  # fmt: skip
_ROWS = {"all": "state:blocked", "category": "data:openness_shares", "mechanism": "mechanism:{}"}


GROUPS = {
    "all": "all targets of the survey",
    "category": "targets of one category, where a file gives categories",
    "mechanism": "targets and networks with signs of one mechanism, of all that were decided",
}
"""What they are counted for, by the next part of the ids."""


def measures() -> Sequence[Counted]:
    """Give the shares that indicators declare, in the order of their ids."""
    return [entry.counted for entry in all_indicators().values() if entry.counted is not None]


def frame(tables: CountryTables, categories: Categories | None = None) -> pl.DataFrame:
    """Give a row for all targets, then one for each category and each mechanism, the most targets with signs first.

    ``targets`` were tested at all, ``targets_decided`` have a decided verdict, ``targets_with_signs`` one with signs of
    blocking; on ``targets_blocked`` the runs of at least one network agree. The share is of the decided ones. Of
    ``networks`` that decided on any target of the group, ``networks_with_signs`` saw signs; both are known ones.
    """
    verdicts = tables.verdicts.select("target", "network", "state", "mechanisms")
    blocked = (
        cells.targets(cells.together(tables))
        .filter(pl.col("networks_blocked") > 0)
        .select("target", is_blocked=pl.lit(value=True))
    )
    known = verdicts.join(blocked, on="target", how="left").with_columns(pl.col("is_blocked").fill_null(value=False))
    rows = [_row("all", "all targets", known, HAS_SIGNS), *_by_category(known, categories), *_by_mechanism(known)]
    found = pl.DataFrame(rows, schema=_SCHEMA)
    order = pl.col("group").replace_strict({"all": 0, "category": 1, "mechanism": 2}, return_dtype=pl.Int64())
    return found.sort(order, "targets_with_signs", "name", descending=[False, True, False])


def _by_category(verdicts: pl.DataFrame, categories: Categories | None) -> Iterator[dict[str, object]]:
    if categories is None:
        return
    targets = verdicts["target"].unique().sort().to_list()
    named = pl.DataFrame({"target": targets, "category": [categories.of(target) for target in targets]})
    joined = verdicts.join(named, on="target")
    for name in sorted(set(named["category"].to_list()) - {""}):
        yield _row("category", name, joined.filter(pl.col("category") == name), HAS_SIGNS)


def _by_mechanism(verdicts: pl.DataFrame) -> Iterator[dict[str, object]]:
    """Give a row for each mechanism: of all decided targets, those blocked by it."""
    for name in split(verdicts.filter(HAS_SIGNS), "mechanisms", "mechanism")["mechanism"].unique().sort().to_list():
        is_so = HAS_SIGNS & pl.col("mechanisms").str.split(" ").list.contains(name)
        yield _row("mechanism", name, verdicts, is_so)


def _row(group: str, name: str, verdicts: pl.DataFrame, has_signs: pl.Expr) -> dict[str, object]:
    decided, signs = verdicts.filter(_IS_DECIDED), verdicts.filter(has_signs)
    with_signs, of = signs["target"].n_unique(), decided["target"].n_unique()
    share = wilson(with_signs, of)
    return {
        "group": group,
        "name": name,
        "targets": verdicts["target"].n_unique(),
        "targets_decided": of,
        "targets_with_signs": with_signs,
        "targets_blocked": signs.filter("is_blocked")["target"].n_unique(),
        "share": share.value,
        "share_low": share.low,
        "share_high": share.high,
        "networks_with_signs": signs.filter(IS_NAMED)["network"].n_unique(),
        "networks": decided.filter(IS_NAMED)["network"].n_unique(),
    }


def add(ledger: Ledger, shares: pl.DataFrame) -> None:
    """Add the shares of a frame of this module to the ledger: each of :func:`measures` for each row."""
    by = f"{__name__}.add"
    for row in shares.iter_rows(named=True):
        name = row["group"] if row["group"] == "all" else f"{row['group']}.{_word(row['name'])}"
        of = "" if row["group"] == "all" else f", {row['group']} {row['name']}"
        rows = _ROWS[row["group"]].format(row["name"])
        for measure in measures():
            share = wilson(row[measure.cases], row[measure.of])
            ledger.share(f"{measure.name}.{name}", share, label=f"{measure.meaning}{of}", rows=rows, by=by)


def _word(name: str) -> str:
    """Make a word of an id out of a name, with a hash where that loses anything.

    >>> _word("NEWS"), _word("tls.reset.sni"), _word("Social media")
    ('NEWS', 'tls.reset.sni', 'Social_media-b904a7')
    """
    word = re.sub(r"[^\w.]+", "_", name, flags=re.ASCII)
    return word if word == name else f"{word}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"
