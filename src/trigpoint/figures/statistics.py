"""From published statistics to one ledger: what comes along, what was downloaded, and folders of a person's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures import aims, default, indicator
from trigpoint.figures.claims import facts, held
from trigpoint.figures.data import Data
from trigpoint.figures.index.intake import gather, publish, publish_scale, without_unknown
from trigpoint.figures.index.structure import published
from trigpoint.model.series import Intake
from trigpoint.reference.statistics.folder import read, statistics_home

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from trigpoint.figures.index.structure import Structure
    from trigpoint.figures.ledger import Ledger

SEED = 1
"""Of the draws of an index: the same data give the same ranks."""
_LEAST_DIMENSIONS = 2
"""Of an index: one alone is an indicator, and has its own table."""


def gathered(folders: tuple[Path, ...] = ()) -> Intake:
    """Read the extract that comes along, what ``trigpoint figures update`` downloaded, and folders.

    Raises:
        InputError: a folder cannot be read.

    """
    own = statistics_home()
    found = [read(path) for path in ((own,) if own.is_dir() else ()) + folders]
    return Intake(
        series=(*default.series(), *(series for one in found for series in one.series)),
        rejects=tuple(reject for one in found for reject in one.rejects),
    )


def compiled(found: Intake, own: Sequence[Structure] = ()) -> Ledger:
    """Compute every indicator and both indices, and add the cited facts and the claims that are held against them.

    Args:
        found: as :func:`gathered` gives it.
        own: indices of a reader's own, beside the two.

    """
    ledger = indicator.compute(Data(found.series))
    facts.publish(ledger)
    aims.derive(ledger)
    held.publish(ledger)
    _indices(ledger, own)
    return ledger


def _indices(ledger: Ledger, own: Sequence[Structure]) -> None:
    """Compute the indices, both published ones side by side, of the newest year of which anything in them is known.

    Indicators that no country has a figure of are left out, and what is computed without them is flagged ``partial``.
    """
    whole = (*published(), *own)
    known = {one.id: without_unknown(ledger, one) for one in whole}
    years = [int(figure.period[:4]) for one in known.values() for leaf in one.leaves for figure in ledger.of(leaf.id)]
    if not years:
        return
    year = max(years)
    partial = {one.id: ("partial",) if known[one.id] != one else () for one in whole}
    found = {
        name: publish(ledger, gather(ledger, one, year), one, year=year, seed=SEED, flags=partial[name])
        for name, one in known.items()
        if len(one.dimensions) >= _LEAST_DIMENSIONS
    }
    both = {one.id: found[one.id] for one in published() if one.id in found}
    publish_scale(ledger, both, year=year, flags=tuple(sorted({flag for name in both for flag in partial[name]})))
