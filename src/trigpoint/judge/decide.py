"""From rules that fired to verdicts: all findings are kept, and one order decides.

1. A sign of interference, and the target was not reached on the normal path: ``blocked``.
2. The target was reached: ``ok``, with any signs as interference.
3. The target does not work for the control either: ``down``.
4. Otherwise the evidence does not decide: ``insufficient``.

A doubt that outweighs the state (a login page in between, a VPN) takes it back: ``insufficient``.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from trigpoint.judge.addresses import find_addresses
from trigpoint.judge.cascade import CASCADE, RULES, explains
from trigpoint.judge.conditions import held
from trigpoint.judge.frames import quic_frame, tcp_frame, tls_frame, vouched_steps
from trigpoint.judge.knowledge import Knowledge
from trigpoint.judge.listed import with_listed_answers, with_listed_pages
from trigpoint.judge.pages import http_frame
from trigpoint.judge.parts import parts_frame, whole_verdicts
from trigpoint.judge.rule import Layer, Rule
from trigpoint.judge.views import dns_frame
from trigpoint.judge.walls import walled_targets
from trigpoint.judge.whole import TARGET, endpoints, name_frame, service_frame, silent_networks, whole_frame
from trigpoint.judge.words import joined, reduced
from trigpoint.model.verdict import State
from trigpoint.reference.matching import Fingerprints
from trigpoint.store.schemas import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trigpoint.judge.keys import Chunk
    from trigpoint.judge.plain import Plain

_TABLE_OF_LAYER = {
    Layer.DNS: "dns_lookups",
    Layer.TCP: "tcp_connects",
    Layer.TLS: "tls_handshakes",
    Layer.QUIC: "quic_handshakes",
    Layer.HTTP: "http_round_trips",
}

_FLAGS = ("collateral", "local.vpn", "path.third_country", "self.residual")
"""Explanations that stand beside ``blocked`` as well: they say of whom or where, not that it is not so."""

_WHY_DOWN = ("isp.nxdomain_rewrite", "server.tls_policy", "site.dnssec_broken", "site.parked")
"""Explanations that decide nothing alone, and say why of a target that the control shows to be down."""

_RULE_FACTS = pl.DataFrame(
    [
        (
            order,
            rule.id,
            str(rule.layer),
            rule.state,
            rule.mechanism,
            rule.explanation,
            " ".join(rule.outweighs),
            rule.reason,
        )
        for order, rule in enumerate(RULES)
    ],
    schema={
        "order": pl.Int64,
        "rule": pl.String,
        "layer": pl.String,
        "argues": pl.String,
        "mechanism": pl.String,
        "explanation": pl.String,
        "outweighs": pl.String,
        "reason": pl.String,
    },
    orient="row",
)


def conclude_pages(plain: Plain, measurements: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Conclude what the pages say of the sites about which they decide: findings and verdicts, sorted."""
    fired = _fire({Layer.HTTP: plain.pages}, partly=True)
    verdicts = _verdicts(plain.targets, fired).with_columns(parts=pl.lit(""))
    return _named(fired, verdicts, measurements)


def conclude(
    chunk: Chunk, layers: Mapping[Layer, pl.DataFrame]
) -> tuple[pl.DataFrame, pl.DataFrame, dict[Layer, pl.DataFrame]]:
    """Conclude from the frames of the layers: findings, verdicts, and all frames, that of services among them."""
    fired = _fire(layers)
    verdicts = _verdicts(layers[Layer.WHOLE], fired)
    services = parts_frame(verdicts, fired)
    of_services = _fire({Layer.SERVICE: services})
    every = pl.concat([verdicts, whole_verdicts(verdicts, of_services)], how="diagonal").with_columns(
        pl.col("parts").fill_null("")
    )
    findings, every = _named(pl.concat([fired, of_services]), every, chunk.measurements)
    return findings, every, {**layers, Layer.SERVICE: services}


def _named(
    fired: pl.DataFrame, verdicts: pl.DataFrame, measurements: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give findings and verdicts the columns of their tables, sorted."""
    keys = measurements.select("m", "nettest", "probe_asn", "started_at", measurement="id")
    findings = fired.join(keys.select("m", "measurement"), on="m").sort("measurement", "target", "order", "step")
    return (
        findings.select(*TABLES["findings"].schema),
        verdicts.join(keys, on="m").select(*TABLES["verdicts"].schema).sort("measurement", "target"),
    )


def frames(
    chunk: Chunk, knowledge: Knowledge | None = None, fingerprints: Fingerprints | None = None
) -> dict[Layer, pl.DataFrame]:
    """Build the frame of each layer (:mod:`trigpoint.judge.frames`)."""
    known = knowledge or Knowledge.nothing()
    lists = fingerprints or Fingerprints()
    addresses = find_addresses(chunk, known.pairs)
    summed = endpoints(chunk)
    names = name_frame(chunk, summed)
    service = service_frame(chunk, summed, names)
    pages = vouched_steps(chunk.probe("http_round_trips"), chunk, addresses)
    connects = vouched_steps(chunk.probe("tcp_connects"), chunk, addresses)
    built = {
        Layer.DNS: with_listed_answers(dns_frame(chunk, addresses, known), chunk, lists),
        Layer.TCP: tcp_frame(chunk, connects, known),
        Layer.TLS: tls_frame(chunk, addresses, known),
        Layer.QUIC: quic_frame(chunk, addresses),
        Layer.HTTP: with_listed_pages(http_frame(chunk, pages, connects), chunk, lists),
    }
    state = service.select(*TARGET, "is_failing", "need_is_met", "is_mostly_lost", "network_works", "names_tried")
    reached, tried = summed.drop("height", "fails"), names.drop("name_is_mixed")
    joined = {layer: _with_service(frame, state, reached, tried) for layer, frame in built.items()}
    marks = known.marks(chunk.measurements)
    doubted = _doubted(chunk, built[Layer.DNS]).join(marks, on="m", how="full", coalesce=True)
    joined = {layer: _with_measurement(frame, doubted) for layer, frame in joined.items()}
    portals = joined[Layer.HTTP].filter(explains(Layer.HTTP, "local.captive_portal")).select("m").unique()
    walled = walled_targets(chunk, known.walled, addresses.resolvers)
    return {**joined, Layer.WHOLE: whole_frame(chunk, service, portals, marks, walled)}


def _doubted(chunk: Chunk, views: pl.DataFrame) -> pl.DataFrame:
    """Say what casts doubt on a whole measurement: m, network_is_silent, is_filtered_by_choice."""
    chosen = views.filter("is_filtering_resolver", pl.col("genuine_count") == 0).select("m").unique()
    chosen = chosen.with_columns(is_filtered_by_choice=True)
    return silent_networks(chunk).join(chosen, on="m", how="full", coalesce=True)


def _with_measurement(frame: pl.DataFrame, doubted: pl.DataFrame) -> pl.DataFrame:
    return frame.join(doubted, on="m", how="left", maintain_order="left").with_columns(
        pl.col("network_is_silent", "is_filtered_by_choice", "run_lacks_v6").fill_null(value=False)
    )


def _with_service(frame: pl.DataFrame, state: pl.DataFrame, reached: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Add what is known of the step's target, name and endpoint as a whole."""
    joined = frame.join(state, on=TARGET, how="left").join(names, on=[*TARGET, "name"], how="left")
    if "address" in frame.columns:
        key = [*TARGET, "name", "address", "port"]
        known = reached.rename({"reached": "endpoint_reached"})
        joined = (
            joined.with_columns(
                name_key=pl.col("name").fill_null(""),
                address_key=pl.coalesce("address", "host") if "host" in frame.columns else pl.col("address"),
                port_key=pl.col("port").fill_null(0),
            )
            .join(known, left_on=[*TARGET, "name_key", "address_key", "port_key"], right_on=key, how="left")
            .drop("name_key", "address_key", "port_key")
        )
    return joined.with_columns(
        pl.col("is_failing", "need_is_met", "is_mostly_lost", "network_works", "name_reached").fill_null(value=False)
    )


def _fire(layers: Mapping[Layer, pl.DataFrame], *, partly: bool = False) -> pl.DataFrame:
    """Evaluate each rule on its frame: one row for each rule and row where it fired.

    Args:
        layers: frames by layer.
        partly: the frames lack columns; the rules that read these fire nowhere in them.

    """
    fired = [_fire_in(layer, frame, partly=partly) for layer, frame in layers.items()]
    return pl.concat(fired).join(_RULE_FACTS, on="rule").sort("m", "target", "order", "step")


def _fire_in(layer: Layer, frame: pl.DataFrame, *, partly: bool) -> pl.DataFrame:
    table = pl.lit(_TABLE_OF_LAYER[layer]) if layer in _TABLE_OF_LAYER else pl.col("table")
    kept = frame.select(*TARGET, table.alias("table"), "step", "pointer", "endpoint", "detail")
    if kept.is_empty():  # to plan the conditions costs more than to look at a thousand rows
        return kept.with_columns(rule=pl.lit(""))
    rules, conditions = _conditions(layer, frozenset(frame.columns) if partly else None)
    fires = _without_those_that_yield(held(frame, *conditions), rules)
    where = fires.select(pl.col(rule.id).arg_true().implode() for rule in rules)
    at = where.unpivot(variable_name="rule", value_name="row").explode("row").drop_nulls()
    return kept[at["row"]].with_columns(at["rule"])


@cache
def _conditions(layer: Layer, columns: frozenset[str] | None) -> tuple[tuple[Rule, ...], tuple[pl.Expr, ...]]:
    """Give the rules of a layer that read no other columns, and their conditions by the name of the rule."""
    rules = tuple(rule for rule in CASCADE[layer] if columns is None or columns.issuperset(rule.columns))
    return rules, tuple(rule.expression.alias(rule.id) for rule in rules)


def _without_those_that_yield(fires: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """Take back signs on rows of which another rule names a mechanism."""
    yielding = [rule.id for rule in rules if rule.yields]
    if not yielding:
        return fires
    names = pl.any_horizontal(pl.lit(value=False), *(rule.id for rule in rules if rule.mechanism and not rule.yields))
    named = fires.select(names.alias("named"))["named"]
    return fires.with_columns(pl.col(yielding) & ~named)


def _verdicts(assessed: pl.DataFrame, fired: pl.DataFrame) -> pl.DataFrame:
    argues = pl.col("argues")
    states = fired.group_by(TARGET).agg(
        has_sign=(argues == State.BLOCKED).any(),
        is_reached=(argues == State.OK).any(),
        is_down=(argues == State.DOWN).any(),
    )
    decided = (
        assessed.select(TARGET)
        .join(states, on=TARGET, how="left")
        .with_columns(pl.col("has_sign", "is_reached", "is_down").fill_null(value=False))
        .with_columns(state=_state())
    )
    decided = decided.join(_taken_back(decided, fired), on=TARGET, how="left").with_columns(
        state=pl.when(pl.col("is_taken_back").fill_null(value=False))
        .then(pl.lit(str(State.INSUFFICIENT)))
        .otherwise("state")
    )
    judged = fired.join(decided, on=TARGET)
    return (
        decided.join(_decisive(judged), on=TARGET, how="left")
        .join(_words(judged), on=TARGET, how="left")
        .with_columns(
            pl.col("mechanisms", "interference", "explanations", "rules").fill_null(""),
            reason=pl.col("reason").fill_null("No rule decides what was seen."),
            reached="is_reached",
        )
    )


def _state() -> pl.Expr:
    return (
        pl.when(pl.col("has_sign") & ~pl.col("is_reached"))
        .then(pl.lit(str(State.BLOCKED)))
        .when("is_reached")
        .then(pl.lit(str(State.OK)))
        .when("is_down")
        .then(pl.lit(str(State.DOWN)))
        .otherwise(pl.lit(str(State.INSUFFICIENT)))
    )


def _taken_back(decided: pl.DataFrame, fired: pl.DataFrame) -> pl.DataFrame:
    """Find the targets whose state a doubt outweighs."""
    doubts = fired.filter(pl.col("outweighs") != "").join(decided.select(*TARGET, "state"), on=TARGET)
    return (
        doubts.filter(pl.col("outweighs").str.split(" ").list.contains(pl.col("state")))
        .select(TARGET)
        .unique()
        .with_columns(is_taken_back=True)
    )


def _decisive(judged: pl.DataFrame) -> pl.DataFrame:
    """Pick the rule to quote: a doubt that outweighs, or else the first that argues for the state."""
    layer = pl.when(pl.col("layer") == Layer.WHOLE).then(None).otherwise("layer")
    place = pl.when(pl.col("endpoint").is_null()).then(pl.lit("")).otherwise(" (" + pl.col("endpoint") + ")")
    return (
        judged.filter(pl.col("argues") == pl.col("state"))
        .sort("m", "target", pl.col("outweighs") == "", "order", "step")
        .group_by(TARGET, maintain_order=True)
        .agg(
            layer=layer.first(),
            decisive=pl.col("rule").first(),
            reason=(pl.col("reason").str.strip_suffix(".") + place + ".").first(),
        )
    )


def _words(judged: pl.DataFrame) -> pl.DataFrame:
    """Collect what the rules that fired say; of the targets on which the same ones fired, one is asked."""
    again = pl.all_horizontal(pl.col(name) == pl.col(name).shift() for name in (*TARGET, "order"))
    once = judged.sort("m", "target", "order").filter(~again.fill_null(value=False))
    each = once.group_by(TARGET, maintain_order=True).agg(pl.col("state").first(), said="order")
    said = each.with_columns(pl.col("said").cast(pl.List(pl.String)).list.join(" "))  # a third of joining in each group
    asked = said.unique(["said", "state"], keep="first", maintain_order=True)
    words = _words_of(once.join(asked, on=TARGET, how="semi", maintain_order="left")).join(asked, on=TARGET)
    return said.join(words.drop(TARGET), on=["said", "state"]).drop("said", "state")


def _words_of(judged: pl.DataFrame) -> pl.DataFrame:
    """Give mechanisms, interference, explanations, and the ids of the rules: m, target and these.

    Args:
        judged: the rules that fired, in order.

    """
    blocked, sign = pl.col("state") == State.BLOCKED, pl.col("argues") == State.BLOCKED
    # What cannot be measured shows no sign of anything.
    undecided = (pl.col("state") == State.INSUFFICIENT) & ~(pl.col("explanation") == "input.invalid").any()
    explains = (
        pl.col("explanation").is_in(_FLAGS)
        | (~blocked & (pl.col("argues").is_null() | (pl.col("argues") == pl.col("state"))))
        | ((pl.col("state") == State.DOWN) & pl.col("explanation").is_in(_WHY_DOWN))
    )
    collected = (
        judged.group_by(TARGET, maintain_order=True)
        .agg(
            mechanisms=joined(pl.col("mechanism").filter((blocked & sign) | undecided)),
            interference=joined(pl.col("mechanism").filter((pl.col("state") == State.OK) & sign)),
            explanations=joined(pl.col("explanation").filter(explains)),
            rules=pl.col("rule").filter(pl.col("argues") == pl.col("state")).unique(maintain_order=True),
            others=pl.col("rule").unique(maintain_order=True),
        )
        .with_columns(rules=pl.col("rules").list.concat("others").list.unique(maintain_order=True).list.join(" "))
        .drop("others")
    )
    return reduced(collected, "mechanisms", "interference")
