"""What measurements of the same target elsewhere say: that it is gone, that a program is at fault, or a control.

None of this can make anything ``blocked``. What takes back a verdict, or vouches, takes :data:`VOUCHING` distinct
networks and as many distinct runs, so that no single forger can clear a block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.judge.keys import SITE_NETTESTS
from trigpoint.judge.runs import among

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

VOUCHING = 3
"""Networks, and runs, on which the same must have been seen before the survey vouches for it."""
_ABROAD = 2  # a block is one country's: what fails in two alike is less likely one


def attempted(scan: Callable[[str], pl.LazyFrame], share: int = 0, shares: int = 1) -> dict[str, pl.DataFrame]:
    """Find what measurements of one share of all targets say: gone, defects, and what makes controls suspect."""
    tried = attempts(scan, share, shares)
    return {"gone": gone(tried), "defects": defects(tried), "suspected": suspected(tried)}


def summed(found: Iterable[Mapping[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """Put together what :func:`attempted` found of each share: gone, defects, suspects."""
    shares = list(found)
    whole = {name: pl.concat([some[name] for some in shares]) for name in shares[0]}
    return {
        "gone": whole["gone"].sort("target"),
        "defects": whole["defects"].sort("target", "software"),
        "suspects": suspects(whole["suspected"]),
    }


def attempts(scan: Callable[[str], pl.LazyFrame], share: int = 0, shares: int = 1) -> pl.DataFrame:
    """Sum up how often each site was tried, and how often it worked.

    Args:
        scan: gives a table of the survey by its name.
        share: number of the share of the targets that is looked at, so that memory need not hold all.
        shares: how many there are.

    Returns:
        One row a target, probe_cc, probe_asn, software and run (the hash of its name), with tries, works (the probe got
        a page), controls (there was a control) and control_works (it got a page).

    """
    measured = (
        scan("measurements")
        .filter(pl.col("nettest").is_in(SITE_NETTESTS), pl.col("target").hash() % shares == share)
        .drop_nulls(["target", "probe_asn", "probe_cc"])
        .select(
            "target",
            "probe_cc",
            "probe_asn",
            "software",
            "has_control",
            measurement="id",
            run=pl.coalesce("report_id", "id").hash(),
        )
        .collect(engine="streaming")
    )
    pages = (
        scan("http_round_trips")
        .filter(pl.col("failure").is_null(), pl.col("status") > 0, among("measurement", measured["measurement"]))
        .group_by("measurement")
        .agg(page=(pl.col("vantage") == "probe").any(), control_page=(pl.col("vantage") == "control").any())
    )
    return (
        measured.lazy()
        .join(pages, on="measurement", how="left")
        .group_by("target", "probe_cc", "probe_asn", "software", "run")
        .agg(
            tries=pl.len(),
            works=pl.col("page").fill_null(value=False).sum(),
            controls=pl.col("has_control").fill_null(value=False).sum(),
            control_works=pl.col("control_page").fill_null(value=False).sum(),
        )
        .collect(engine="streaming")
    )


def gone(tried: pl.DataFrame) -> pl.DataFrame:
    """Find targets that fail on most networks of most countries, and for every control: target.

    What a control gets is up, however many countries block it.
    """
    networks = tried.group_by("target", "probe_cc", "probe_asn").agg(
        fails=pl.col("works").sum() == 0, control_fails=pl.col("control_works").sum() == 0
    )
    countries = networks.group_by("target", "probe_cc").agg(
        fails=pl.col("fails").mean() > 1 / 2, control_fails=pl.col("control_fails").all()
    )
    most = (
        countries.group_by("target")
        .agg(fails=pl.col("fails").mean() > 1 / 2, control_fails=pl.col("control_fails").all(), countries=pl.len())
        .filter("fails", "control_fails", pl.col("countries") >= VOUCHING)
    )
    failed = tried.filter(pl.col("works") == 0)
    return _by_many(failed, ["target"]).join(most, on="target", how="semi").sort("target")


def defects(tried: pl.DataFrame) -> pl.DataFrame:
    """Find what fails with one program everywhere, and works with others in the same networks: target, software."""
    key = ["target", "software"]
    place = ["target", "probe_cc", "probe_asn"]
    never = tried.group_by(key).agg(never=pl.col("works").sum() == 0).filter("never")
    fails = tried.drop_nulls("software").join(never, on=key, how="semi")
    works = tried.filter(pl.col("works") > 0)  # hence with other programs than those
    both = fails.join(works, on=place, how="semi")
    others = _by_many(works.join(both, on=place, how="semi"), ["target"])
    abroad = both.group_by(key).agg(countries=pl.col("probe_cc").n_unique()).filter(pl.col("countries") >= _ABROAD)
    found = _by_many(both, key).join(abroad, on=key, how="semi")
    return found.join(others, on="target", how="semi").sort(key)


def suspected(tried: pl.DataFrame) -> pl.DataFrame:
    """Count on how much of what controls of others get a network's control fails: probe_asn, failed, targets."""
    known = tried.filter(pl.col("control_works") > 0).select("target", "probe_asn", "run")
    known = _by_many(known, ["target"])
    return (
        tried.filter(pl.col("controls") > 0)
        .join(known, on="target", how="semi")
        .group_by("probe_asn", "target")
        .agg(fails=pl.col("control_works").sum() == 0)
        .group_by("probe_asn")
        .agg(failed=pl.col("fails").sum().cast(pl.Int64), targets=pl.len().cast(pl.Int64))
    )


def suspects(counted: pl.DataFrame) -> pl.DataFrame:
    """Find networks whose control fails on most of what controls of other networks get: probe_asn.

    Args:
        counted: :func:`suspected` of all shares.

    """
    return (
        counted.group_by("probe_asn")
        .agg(pl.col("failed", "targets").sum())
        .filter(pl.col("failed") >= VOUCHING, pl.col("failed") * 2 > pl.col("targets"))
        .select("probe_asn")
        .sort("probe_asn")
    )


def _by_many(rows: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Keep the keys that enough distinct networks and runs have."""
    counted = rows.group_by(key).agg(networks=pl.col("probe_asn").n_unique(), runs=pl.col("run").n_unique())
    return counted.filter(pl.col("networks") >= VOUCHING, pl.col("runs") >= VOUCHING).select(key)
