"""Arms: the same act under conditions that differ in one thing, at a server of one's own (M11, M12, M19)."""

from __future__ import annotations

import polars as pl

from trigpoint.model.failure import Kind

_TIMES_SLOWER = 8
"""Twins share the line, so each has half of it; rates made on purpose were a hundredth of the line's (Xue et al. 2021)."""
_ALIKE = 0.7  # as pages are compared with the control's (ooni/spec ts-017)


def arm_of() -> pl.Expr:
    """Name a step's arm without version of IP and number of the try. Missing: it is of no arm."""
    return pl.col("tags").str.extract(r"(?:^| )arm=([a-z_]+?)(?:_v6)?(?:\.\d+)?(?: |$)", 1)


def ladder() -> dict[str, pl.Expr]:
    """Sum up the ladder of QUIC: each arm beside the others at the same server, or all that were tried.

    Reads the columns m, kind, arm, is_v6 and failure.
    """
    fine = pl.col("kind").is_null()
    silent = (pl.col("kind") == Kind.TIMEOUT).fill_null(value=False)
    alive = (pl.col("failure") == "quic_incompatible_version").fill_null(value=False)
    control, version = ((pl.col("arm") == name).fill_null(value=False) for name in ("control", "version"))
    return {
        "target_arm_speaks": (fine & (pl.col("arm") == "target")).any().over("m", "is_v6"),
        "control_arm_speaks": (fine & control).any().over("m", "is_v6"),
        "control_arms_die": (control.any() & (~control | silent).all()).over("m"),
        "version_arms_speak": (version.any() & (~version | alive | fine).all()).over("m"),
    }


def hosts() -> dict[str, pl.Expr]:
    """Sum up what one's own server was asked for over HTTP, by name of the host and by path (M12, M13).

    Reads m, nettest, arm, is_v6, kind, status, title, body_bytes, location. A server of one's own answers alike to every
    name: where the answer to one name has another status, a title where the other has none, or a length of its own,
    somebody else gave it.
    """
    arm = pl.when(pl.col("nettest") == "host_blocking").then("arm")
    control, path = ((arm == name).fill_null(value=False) for name in ("control", "target_path"))
    place = ("m", "is_v6")
    own = {name: pl.col(name).filter(control).first().over(place) for name in ("status", "title", "body_bytes")}
    size = pl.min_horizontal(own["body_bytes"], "body_bytes") / pl.max_horizontal(own["body_bytes"], "body_bytes")
    differs = (
        (pl.col("status") != own["status"])
        | (pl.col("title").is_not_null() & own["title"].is_null())
        | (size.fill_null(1) < _ALIKE)
    )
    return {
        "host_arm": arm,
        "control_host_answers": own["status"].is_not_null(),
        "path_arm_fails": (path & pl.col("kind").is_not_null()).any().over("m"),
        "is_not_the_servers": (pl.col("kind").is_null() & own["status"].is_not_null() & differs).fill_null(value=False),
    }


def payloads(echoes: pl.DataFrame) -> pl.DataFrame:
    """Sum up tries with different bytes at one echo server (M29).

    Args:
        echoes: datagrams of the probe for which an echo was expected.

    Returns:
        m, payload_tries, payloads_cut (tries with bytes that look like no protocol, begun and not ended),
        payloads_of_none (all such tries), framed_pass (those in the frame of TLS all came back, and there were some).

    """
    framed = pl.col("arm") == "tls_like"
    intact = pl.col("is_echo").fill_null(value=False)
    cut = pl.col("kind").is_not_null() & (pl.col("sent_bytes") > 0)
    return (
        echoes.filter(pl.col("protocol") == "tcp_echo")
        .with_columns(arm=arm_of())
        .group_by("m")
        .agg(
            payload_tries=pl.len(),
            payloads_cut=(~framed & cut).sum(),
            payloads_of_none=(~framed).sum(),
            framed_pass=framed.any() & (~framed | intact).all(),
        )
    )


def transfers(exchanges: pl.DataFrame) -> pl.DataFrame:
    """Compare the transfers of one large page from one's own server under two names (M21).

    In every version of IP that was tried the name in question must differ in the same way from the innocent name, which
    went alone before it: afterwards some filters slow down or stop all that goes to the server.

    Args:
        exchanges: datagrams of the probe.

    Returns:
        m, name_is_slow, name_is_frozen (some bytes came and no more), name_is_silenced (none came),
        name_comes_through (neither of the last two).

    """
    known = exchanges.filter(pl.col("protocol") == "transfer").with_columns(
        arm=arm_of(), is_v6=pl.col("address").str.contains(":")
    )
    columns = ("received_rate", "received_bytes", "is_stopped")
    arms = {
        name: known.filter(pl.col("arm") == name).select(
            "m", "is_v6", *(pl.col(c).alias(f"{name}_{c}") for c in columns)
        )
        for name in ("target", "before")
    }
    went_before = ~pl.col("before_is_stopped") & (pl.col("before_received_rate") > 0)
    stops = pl.col("target_is_stopped").fill_null(value=False)
    slow = ~stops & (pl.col("target_received_rate") * _TIMES_SLOWER < pl.col("before_received_rate"))
    got_some = pl.col("target_received_bytes") > 0
    return (
        arms["target"]
        .join(arms["before"], on=["m", "is_v6"])
        .group_by("m")
        .agg(
            name_is_slow=(went_before & slow).fill_null(value=False).all(),
            name_is_frozen=(went_before & stops & got_some).fill_null(value=False).all(),
            name_is_silenced=(went_before & stops & ~got_some).fill_null(value=False).all(),
            name_comes_through=(~stops & got_some).fill_null(value=False).any(),
        )
    )
