"""Marks what other people's lists know: fingerprints of blocking in answers, headers, titles and bodies.

A fingerprint shows blocking only in a country in which its list expects it, where it is a country's or a provider's
(:attr:`trigpoint.reference.fingerprint.Fingerprint.blocks_in`). What is seen elsewhere, or of a product, is told and
decides nothing; where a fingerprint of innocent pages is seen, no other one counts. Without lists nothing is marked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.judge.addresses import resolver_columns
from trigpoint.judge.domains import domain
from trigpoint.judge.replies import is_arm, is_late
from trigpoint.reference.fingerprint import Reach
from trigpoint.reference.matching import Fingerprints

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.judge.keys import Chunk
    from trigpoint.reference.fingerprint import Fingerprint

VIEW = ["m", "name", "engine", "resolver_address"]
"""A resolver's view of a name in one measurement."""

_TOLD = 4  # fingerprints that a finding names; lists repeat each other
_MARKS = {"countries": pl.String, "names": pl.String, "is_innocent": pl.Boolean, "is_page": pl.Boolean}


def with_listed_answers(views: pl.DataFrame, chunk: Chunk, known: Fingerprints) -> pl.DataFrame:
    """Add to the frame of name resolution what lists say of the answers.

    Columns: listed_count (answers that show blocking in the probe's country), listed_page_count (of them known as
    addresses of block pages), listed_elsewhere (answers that a list has otherwise); ``detail`` names the fingerprints.
    """
    counts = ["listed_count", "listed_page_count", "listed_elsewhere"]
    if not known:
        return views.with_columns(**dict.fromkeys(counts, pl.lit(0, dtype=pl.Int64)))
    return (
        views.join(_answers(chunk, known), on=VIEW, how="left", maintain_order="left")
        .with_columns(pl.col(counts).fill_null(0), detail=_told())
        .drop("listed")
    )


def _answers(chunk: Chunk, known: Fingerprints) -> pl.DataFrame:
    lookups = chunk.probe("dns_lookups").filter(~is_late(), ~is_arm("whoami")).with_columns(*resolver_columns())
    answers = chunk.answers.with_columns(record=pl.coalesce("address", "alias")).drop_nulls("record")
    given = answers.join(lookups.select("step", *VIEW), on=["m", "step"]).select(*VIEW, "record", "alias")
    marked = given.join(_marks(given["record"], "record", known, Fingerprints.in_answer), on="record")
    # A name of the site's own is no sign, whoever lists it.
    is_own = (domain(pl.col("alias")) == domain(pl.col("name"))).fill_null(value=False)
    return (
        marked.join(_countries(chunk), on="m")
        .filter(~is_own)
        .with_columns(is_here=_is_here())
        .group_by(VIEW)
        .agg(
            listed_count=pl.col("is_here").sum().cast(pl.Int64),
            listed_page_count=(pl.col("is_here") & pl.col("is_page")).sum().cast(pl.Int64),
            listed_elsewhere=(~pl.col("is_here") & ~pl.col("is_innocent")).sum().cast(pl.Int64),
            listed=pl.col("names").unique().sort().str.join(", "),
        )
    )


def with_listed_pages(pages: pl.DataFrame, chunk: Chunk, known: Fingerprints) -> pl.DataFrame:
    """Add to the frame of round trips what lists say of the responses on a way without encryption.

    Columns: is_listed_page, is_listed_redirect (they show blocking in the probe's country), is_listed_elsewhere (a list
    has them otherwise); ``detail`` names the fingerprints.
    """
    flags = ["is_listed_page", "is_listed_redirect", "is_listed_elsewhere"]
    if not known:
        return pages.with_columns(**dict.fromkeys(flags, pl.lit(value=False)))
    open_way = pages.filter(pl.col("is_plain") | pl.col("was_plain")).select(
        "m", "step", "target", "body_sha256", "headers", "title", "location", "location_host"
    )
    marked = open_way.join(_countries(chunk), on="m")
    for column, marks in _marks_of_pages(chunk, open_way, known).items():
        marked = marked.join(marks.rename({name: f"{column}_{name}" for name in _MARKS}), on=column, how="left")
    found = marked.select("m", "step", **_listed()).unique(["m", "step"], maintain_order=True)
    return (
        pages.join(found, on=["m", "step"], how="left", maintain_order="left")
        .with_columns(pl.col(flags).fill_null(value=False), detail=_told())
        .drop("listed")
    )


def _marks_of_pages(chunk: Chunk, pages: pl.DataFrame, known: Fingerprints) -> dict[str, pl.DataFrame]:
    wanted = pages.select("body_sha256").drop_nulls().unique()
    bodies = dict(chunk.bodies.join(wanted, on="body_sha256", how="semi").iter_rows())

    def in_body(lists: Fingerprints, sha256: str) -> tuple[Fingerprint, ...]:
        return lists.in_body(bodies.get(sha256, b""), sha256)

    return {
        "body_sha256": _marks(wanted["body_sha256"], "body_sha256", known, in_body),
        "headers": _marks(pages["headers"], "headers", known, Fingerprints.in_headers),
        "title": _marks(pages["title"], "title", known, Fingerprints.in_title),
    }


def _listed() -> dict[str, pl.Expr]:
    """Say what the marks of body, headers and title come to."""
    places = ("body_sha256", "headers", "title")
    innocent = pl.any_horizontal(pl.col(f"{place}_is_innocent").fill_null(value=False) for place in places)
    here = {place: _is_here(f"{place}_").fill_null(value=False) & ~innocent for place in places}
    led_away = pl.col("location").is_not_null()
    # A site that leads to a page of its own is not blocked by it, whoever lists it.
    own = (domain(pl.col("location_host")) == domain(pl.col("target"))).fill_null(value=False)
    shows = here["body_sha256"] | here["title"] | (here["headers"] & ~led_away)
    redirects = here["headers"] & led_away & ~own
    listed = pl.any_horizontal(pl.col(f"{place}_names").is_not_null() for place in places)
    return {
        "is_listed_page": shows,
        "is_listed_redirect": redirects,
        "is_listed_elsewhere": listed & ~innocent & ~shows & ~redirects,
        "listed": pl.concat_str([pl.col(f"{place}_names") for place in places], separator=", ", ignore_nulls=True),
    }


def _is_here(prefix: str = "") -> pl.Expr:
    """Tell whether the probe's country is one in which the fingerprints show blocking."""
    return pl.col(f"{prefix}countries").str.split(" ").list.contains(pl.col("probe_cc")).fill_null(value=False)


def _told() -> pl.Expr:
    named = "fingerprints " + pl.col("listed")
    return (
        pl.when(pl.col("listed").fill_null("") == "")
        .then("detail")
        .otherwise(pl.coalesce(pl.col("detail") + "; " + named, named))
    )


def _countries(chunk: Chunk) -> pl.DataFrame:
    return chunk.measurements.select("m", "probe_cc")


def _marks(
    texts: pl.Series, key: str, known: Fingerprints, find: Callable[[Fingerprints, str], tuple[Fingerprint, ...]]
) -> pl.DataFrame:
    """Search each distinct text once: key, countries, names, is_innocent, is_page; no row where nothing is found."""
    distinct = texts.drop_nulls().unique().sort().to_list()
    rows = [(text, *_summed(found)) for text in distinct if (found := find(known, text))]
    return pl.DataFrame(rows, schema={key: pl.String, **_MARKS}, orient="row")


def _summed(found: tuple[Fingerprint, ...]) -> tuple[str, str, bool, bool]:
    countries = sorted({country for one in found for country in one.blocks_in})
    return (
        " ".join(countries),
        ", ".join([one.name for one in found][:_TOLD]),
        any(one.reach is Reach.INNOCENT for one in found),
        any(one.is_page and one.blocks_in for one in found),
    )
