"""Sites about which their pages decide: a first look, on few columns, that spares most measurements the costly joins.

Nearly all measurements of nearly all networks find nothing but a page. This look finds the measurements of a site in
which

- each resolver of the probe answered, and with nothing but addresses that the control gave as well;
- nothing else is there than lookups, connections, handshakes and round trips without any arm;
- no rule of names, connections and handshakes may fire, and none of the target as a whole;
- of the rules of the HTTP exchange only those may fire that read nothing but the pages of the probe and the control.

Which rules may fire is asked of the rules themselves (:mod:`trigpoint.judge.undecided`), so a new one is heeded. Each
column here has the value that it has in the whole frames; a column whose value is not sure here is left out. What this
look does not decide is judged as if it had never been looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import polars as pl

from trigpoint.judge.addresses import SYSTEM_ENGINES, resolver_columns
from trigpoint.judge.cascade import explains
from trigpoint.judge.chains import with_chain_states
from trigpoint.judge.conditions import held
from trigpoint.judge.frames import control_sites
from trigpoint.judge.keys import Chunk, with_kinds
from trigpoint.judge.listed import with_listed_pages
from trigpoint.judge.pages import compared
from trigpoint.judge.rule import Layer
from trigpoint.judge.services import ADDRESS, service_frames
from trigpoint.judge.undecided import may_fire
from trigpoint.judge.whole import control_view, final_pages
from trigpoint.model.failure import Kind
from trigpoint.reference.services import IGNORED_HOSTS, RETIRED_HOSTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trigpoint.judge.knowledge import Knowledge
    from trigpoint.reference.matching import Fingerprints

_NAMED = ("dns_lookups", "tcp_connects", "tls_handshakes", "http_round_trips")
"""Tables of the steps that such a measurement has."""

_ORDINARY_TAGS = r"^(?:(?:classic|depth=\d+|fetch_body=(?:true|false)|tcptls_experiment)(?: |$))*$"
"""Tags of the nettests of sites that no frame reads."""

_PROBE, _CONTROL = pl.col("vantage") == "probe", pl.col("vantage") == "control"
_NO, _NO_TEXT, _NO_FLAG = pl.lit(value=False), pl.lit(None, dtype=pl.String), pl.lit(None, dtype=pl.Boolean)

_UNARMED = {
    **dict.fromkeys(("arm", "own_arm"), _NO_TEXT),
    **dict.fromkeys(("is_shown", "arm_is_shown", "is_unanimous", "control_speaks", "is_keyword_try"), _NO),
}
"""What frames say of a row that is of no arm."""

_AGREED = {
    **dict.fromkeys(("kind", "failure"), _NO_TEXT),
    **dict.fromkeys(("genuine_count", "controlled_count"), pl.col("address_count")),
    **dict.fromkeys(("is_nobody", "control_has_none"), _NO),
    "bogon_count": pl.lit(0),
}
"""What the frame of names says of a view whose addresses the control gave as well."""

_PASSABLE = {
    **dict.fromkeys(("is_filtered_by_choice", "network_is_silent", "is_failing", "need_is_met", "is_mostly_lost"), _NO),
    **dict.fromkeys(("is_not_the_servers", "path_is_shown"), _NO),
}
"""What the frame of pages says where every resolver answered, and nothing went to a server of one's own."""

_WITHOUT_ECHOES = {
    **dict.fromkeys(("content_is_cut", "content_may_be_cut", "network_is_silent", "is_behind_portal"), _NO),
    **dict.fromkeys(
        ("name_is_slow", "name_is_frozen", "name_is_silenced", "name_comes_through", "is_opened"), _NO_FLAG
    ),
    **dict.fromkeys(("echoes", "echoes_changed", "echoes_heard"), pl.lit(0)),
    **dict.fromkeys(("payload_tries", "payloads_back"), pl.lit(None, dtype=pl.UInt32)),
    "need_is_met": _NO,
}
"""What the frame of targets says where no datagram was sent."""


class Plain(msgspec.Struct, frozen=True):
    """What the first look decides."""

    targets: pl.DataFrame
    """m, target. One row a measurement."""
    pages: pl.DataFrame
    """Their rows of the frame of HTTP, with the columns that may decide there."""


def plain_sites(
    tables: Mapping[str, pl.DataFrame], marks: pl.DataFrame, knowledge: Knowledge, lists: Fingerprints
) -> Plain:
    """Take the first look.

    Args:
        tables: observation tables, numbered (:func:`trigpoint.judge.keys.numbered`).
        marks: what was found in bodies.
        knowledge: what the rest of the survey knows.
        lists: lists of others.

    """
    sites = tables["measurements"].filter(pl.col("is_site"), pl.col("target").is_not_null())
    sites = sites.join(pl.concat(_odd_steps(tables, sites)), on="m", how="anti")
    chunk = _chunk(tables, sites, marks)
    pages = with_listed_pages(_pages(chunk), chunk, lists)
    undecided = may_fire(Layer.HTTP, pages, ever=False) | _is_of_portal(pages)
    whole = _whole(chunk, tables, knowledge)
    known = whole["is_service"] | may_fire(Layer.WHOLE, whole)
    odd = pl.concat([pages.filter(undecided).select("m"), whole.filter(known).select("m")])
    return Plain(
        sites.join(odd, on="m", how="anti").select("m", "target"),
        pages.join(odd, on="m", how="anti").join(sites.select("m"), on="m", how="semi"),
    )


def _is_of_portal(pages: pl.DataFrame) -> pl.Series:
    return held(pages, explains(Layer.HTTP, "local.captive_portal").alias("is_of_portal")).to_series()


def _odd_steps(tables: Mapping[str, pl.DataFrame], sites: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Give the m of measurements whose steps say more than that all went well."""
    keys = sites.select("m", "nettest", "started_at", is_site=True)
    yield pl.concat([tables[name].select("m") for name in ("quic_handshakes", "datagrams")])
    for name in _NAMED:
        yield _strange(tables[name])
    yield _odd_answers(tables["dns_lookups"], tables["dns_answers"])
    yield _odd_views(tables["dns_lookups"], tables["dns_answers"], keys)
    yield _firing(Layer.TCP, _tried(tables["tcp_connects"], keys))
    yield _firing(Layer.TLS, with_chain_states(_tried(tables["tls_handshakes"], keys), tables["certificates"]))


def _tried(steps: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    tried = with_kinds(steps.filter(_PROBE)).join(keys, on="m")
    return tried.with_columns(**_UNARMED, hop=pl.col("hop").fill_null(0))


def _firing(layer: Layer, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select("m").filter(may_fire(layer, frame))


def _strange(steps: pl.DataFrame) -> pl.DataFrame:
    """Find tags that some frame may read, names that serve another purpose, and pages of no name or of an address: m.

    Each distinct text is looked at once.
    """
    tags = steps["tags"].drop_nulls().unique()
    found = {"tags": tags.filter(~tags.str.contains(_ORDINARY_TAGS))}
    for column in {"hostname", "server_name", "host"}.intersection(steps.columns):
        names = steps[column].drop_nulls().unique()
        found[column] = names.filter(names.str.contains(ADDRESS) | names.is_in([*IGNORED_HOSTS, *RETIRED_HOSTS]))
    strange = [pl.col(column).is_in(texts.to_list()) for column, texts in found.items() if len(texts)]
    nameless = [pl.col("host").is_null()] if "host" in steps.columns else []
    return steps.select("m", *found).filter(pl.any_horizontal(pl.lit(value=False), *strange, *nameless)).select("m")


def _lacks_v6() -> pl.Expr:
    """Tell lookups to which there is no address of IPv6: no more is asked of them where there is one of IPv4."""
    return (pl.col("query_type") == "AAAA").fill_null(value=False) & pl.col("kind").eq_missing(str(Kind.NO_ANSWER))


def _odd_answers(lookups: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Find where a resolver gave an address that the control did not give, or one that is not routable: m."""
    said = answers.filter(pl.col("address").is_not_null()).select("m", "address", "is_bogon", step_key=_step_key())
    asked = lookups.select("hostname", _PROBE.alias("is_probe"), step_key=_step_key())
    given = said.join(asked, on="step_key").drop("step_key")
    public = ~pl.col("is_bogon").fill_null(value=False)
    pair = ["m", "hostname", "address"]
    told, known = given.filter("is_probe"), given.filter(~pl.col("is_probe"), public).select(pair)
    return pl.concat([told.filter(~public).select("m"), told.join(known, on=pair, how="anti").select("m")])


def _odd_views(lookups: pl.DataFrame, answers: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Find where a lookup failed, came to nothing, or a rule may fire on what a resolver gave: m."""
    counted = answers.filter(pl.col("address").is_not_null()).group_by(step_key=_step_key()).agg(address_count=pl.len())
    read = ["m", "failure", "hostname", "query_type", *resolver_columns()]
    asked = lookups.filter(_PROBE).select(read, hop=pl.col("hop").fill_null(0), step_key=_step_key())
    asked = with_kinds(asked).with_columns(lacks_v6=_lacks_v6()).join(counted, on="step_key", how="left")
    fails = pl.col("kind").is_not_null() & ~pl.col("lacks_v6")
    views = (
        asked.group_by("m", "hostname", "hop", "engine", "resolver_address")
        .agg(pl.col("address_count").sum(), pl.col("lacks_v6").all())
        .join(keys, on="m")
        .with_columns(**_AGREED)
    )
    odd = [
        asked.filter(fails | (pl.col("address_count").is_null() != pl.col("lacks_v6"))),
        views.filter(views["lacks_v6"] | may_fire(Layer.DNS, views)),
    ]
    return pl.concat([rows.select("m") for rows in odd])


def _step_key() -> pl.Expr:
    """Name a step of a chunk by one number."""
    return pl.col("m").cast(pl.Int64) * 2**32 + pl.col("step")


def _chunk(tables: Mapping[str, pl.DataFrame], sites: pl.DataFrame, marks: pl.DataFrame) -> Chunk:
    """Prepare what is read of the sites that are left: their pages, and the control's pages and handshakes."""
    keys = sites.select("m", "nettest", "target", is_site=True)
    steps = with_kinds(tables["http_round_trips"]).with_columns(pl.col("hop").fill_null(0), name="host")
    steps = steps.join(keys, on="m")
    pages, handshakes = "http_round_trips", "tls_handshakes"
    none = pl.DataFrame()
    return Chunk(
        measurements=sites,
        steps={
            "probe": {pages: _on_its_way(steps.filter(_PROBE), tables)},
            "control": {pages: steps.filter(_CONTROL), handshakes: with_kinds(tables[handshakes].filter(_CONTROL))},
        },
        answers=none,
        certificates=none,
        bodies=tables["bodies"].select(body_sha256="sha256", content="content"),
        marks=marks,
        muted=none,
        opened=none,
        services=service_frames(),
    )


def _on_its_way(pages: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Say whether a page came by the device's own path (:func:`trigpoint.judge.frames.vouched_steps`): is_normal."""
    lookups = tables["dns_lookups"].filter(_PROBE, pl.col("engine").fill_null("").is_in(SYSTEM_ENGINES))
    lookups = lookups.select("m", step_key=_step_key(), name="hostname")
    answers = tables["dns_answers"].select("address", step_key=_step_key()).drop_nulls("address")
    given = answers.join(lookups, on="step_key").select("m", "name", "address", is_given=True).unique()
    asked = lookups.select("m", "name", was_asked=True).unique()
    is_normal = pl.col("is_given").fill_null(value=False) | pl.col("was_asked").is_null() | pl.col("address").is_null()
    return (
        pages.join(given, on=["m", "name", "address"], how="left")
        .join(asked, on=["m", "name"], how="left")
        .with_columns(is_normal=is_normal)
    )


def _pages(chunk: Chunk) -> pl.DataFrame:
    """Build what is sure of the frame of HTTP."""
    pages = chunk.probe("http_round_trips").join(control_sites(chunk), on="m", how="left")
    pages = pages.with_columns(pl.col("control_site_works").fill_null(value=False), **_UNARMED, **_PASSABLE)
    return compared(pages, chunk)


def _whole(chunk: Chunk, tables: Mapping[str, pl.DataFrame], knowledge: Knowledge) -> pl.DataFrame:
    """Build what is sure of the frame of targets as a whole."""
    probe = pl.concat([tables[name].select("m", "vantage") for name in _NAMED]).filter(_PROBE)
    steps = probe.group_by("m").agg(steps=pl.len())
    return (
        chunk.measurements.drop("report_id", "software")
        .rename({"target": "site"})
        .join(steps, on="m", how="left")
        .join(control_view(chunk), on="m", how="left")
        .join(final_pages(chunk), on="m", how="left")
        .join(knowledge.marks(chunk.measurements), on="m", how="left")
        .with_columns(
            pl.col("steps").fill_null(0),
            pl.col("control_answers", "control_tls_refused").fill_null(value=False),
            is_service=pl.col("site").is_in(chunk.services.services["target"].to_list()),
            **_WITHOUT_ECHOES,
            **({"is_walled": _NO_FLAG} if knowledge.walled.is_empty() else {}),
        )
    )
