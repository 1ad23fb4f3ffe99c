"""Arms: the same act under conditions that differ in one thing, at a server of one's own (M11, M12, M19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.judge.evidence import with_evidence
from trigpoint.model.failure import Kind

if TYPE_CHECKING:
    from trigpoint.judge.keys import Chunk

_TIMES_SLOWER = 8
"""Twins share the line, so each has half of it; rates made on purpose are a hundredth of it (Xue et al. 2021)."""
_ALIKE = 0.7  # as pages are compared with the control's (ooni/spec ts-017)


def arm_of() -> pl.Expr:
    """Name a step's arm without version of IP and number of the try. Missing: it is of no arm."""
    return pl.col("tags").str.extract(r"(?:^| )arm=([a-z_]+?)(?:_v6)?(?:\.\d+)?(?: |$)", 1)


SWAPS = {"target": "control", "three": "control", "four": "control", "port": "port_before", "server": "server_before"}
"""Arms at servers of one's own, and what each is held against: the name in question against an innocent one, and that
after a trigger against itself before (M11, M15)."""
HELLO_SWAPS = {**SWAPS, "made_up": "control", "nameless": "control"}
"""The same over TLS, with a name that is on nobody's list, and with none (M11)."""
HOST_SWAPS = {**SWAPS, "target_path": "control_path"}
"""The same over HTTP, with a path (M12, M13)."""
LADDER = {"target": "control", "after": "control", "control": "version"}
"""The same over QUIC, and the innocent name against a version that every server answers (M19)."""
PAYLOADS = {"random": "tls_like", "printable": "tls_like"}
"""Bytes that look like no protocol, against random ones in the frame of TLS (M29)."""
_DOUBTFUL = 0.5
"""What chance does no more often than not is not called fine, though it is not shown either."""
LASTING = ("three", "four", "port", "server")
"""Arms in which the innocent name was asked for after a trigger."""


def hello_arm() -> pl.Expr:
    """Name the arm of a TLS handshake: in a test of residues the trigger is the name in question."""
    return arm_of().replace("trigger", "target")


def with_hellos(handshakes: pl.DataFrame) -> pl.DataFrame:
    """Say of each handshake what its arm shows, and of other hellos what came of them.

    Args:
        handshakes: with m, is_v6, arm, outcome and is_heard.

    Returns:
        The rows with what :func:`trigpoint.judge.evidence.with_evidence` says, and passes_at_site (over the
        measurement: the site mostly answered to its name), hellos_die (over a version of IP: at the control server
        none was answered, under whatever name and under none).

    """
    heard, armed = pl.col("is_heard"), handshakes.filter(pl.col("arm").is_not_null())
    at_site = armed.filter(arm="target_at_site").group_by("m").agg(passes_at_site=2 * heard.sum() > pl.len())
    own = armed.filter(pl.col("arm").is_in(["target", "control", "made_up", "nameless"]))
    return (
        with_evidence(handshakes, HELLO_SWAPS)
        .join(at_site, on="m", how="left", maintain_order="left")
        .join(
            own.group_by("m", "is_v6").agg(hellos_die=~heard.any()),
            on=["m", "is_v6"],
            how="left",
            maintain_order="left",
        )
        .with_columns(pl.col("passes_at_site", "hellos_die").fill_null(value=False))
    )


def ladder_arm() -> pl.Expr:
    """Name the arm of a QUIC handshake: what is sent right before the innocent name is the name in question."""
    is_trigger = (arm_of() == "after") & (pl.col("name") == pl.col("target"))
    return pl.when(is_trigger).then(pl.lit("target")).otherwise(arm_of())


def ladder_outcome() -> pl.Expr:
    """Say how a QUIC handshake failed; a server that does not know a version has answered."""
    is_alive = (pl.col("failure") == "quic_incompatible_version").fill_null(value=False)
    return pl.when(~is_alive).then("kind")


def ladder() -> dict[str, pl.Expr]:
    """Sum up the ladder of QUIC over a measurement: what is said of its rungs holds for the handshakes with the site.

    Reads the columns m, kind, arm and is_shown.
    """
    silent = (pl.col("kind") == Kind.TIMEOUT).fill_null(value=False)
    control = (pl.col("arm") == "control").fill_null(value=False)
    return {
        "control_arms_die": (2 * (control & silent).sum() > control.sum()).over("m"),
        "is_by_version": (control & silent & pl.col("is_shown")).any().over("m"),
    }


def large_datagrams(chunk: Chunk) -> pl.DataFrame:
    """Find measurements in which large datagrams were lost on the way to an echo server and small ones not: m.

    Where handshakes of TCP stalled as well, whose certificates fill packets too, the way loses all that is large.
    """
    sent = chunk.probe("datagrams").filter(pl.col("protocol") == "udp_echo", "is_site")
    rows = sent.select(
        "m",
        is_v6=pl.col("address").str.contains(":").fill_null(value=False),
        arm=arm_of(),
        outcome=pl.when(pl.col("received_bytes").fill_null(0) == 0).then(pl.lit("lost")),
    )
    shown = with_evidence(rows, {"echo": "echo_small"}).filter("is_shown").select("m").unique()
    return shown.join(chunk.muted, on="m", how="anti")


def host_arm() -> pl.Expr:
    """Name the arm of a request to one's own server, in the nettests that ask it for hosts and paths."""
    return pl.when(pl.col("nettest").is_in(["host_blocking", "residual"])).then(arm_of())


def is_not_the_servers() -> pl.Expr:
    """Tell an answer that somebody else gave in place of one's own server (M12, M13).

    Reads m, arm, is_v6, kind, status, title, body_bytes. A server of one's own answers alike to every name, and to
    every path that it does not know: where an answer has another status, a title where the other has none, or a length
    of its own, it is not its.
    """
    is_path = pl.col("arm").str.ends_with("_path").fill_null(value=False)
    control, place = pl.col("arm").is_in(["control", "control_path"]), ("m", "is_v6", is_path)
    own = {
        name: pl.col(name).filter(control & pl.col("status").is_not_null()).first().over(*place)
        for name in ("status", "title", "body_bytes")
    }
    size = pl.min_horizontal(own["body_bytes"], "body_bytes") / pl.max_horizontal(own["body_bytes"], "body_bytes")
    differs = (
        (pl.col("status") != own["status"])
        | (pl.col("title").is_not_null() & own["title"].is_null())
        | (size.fill_null(1) < _ALIKE)
    )
    return (pl.col("kind").is_null() & own["status"].is_not_null() & differs).fill_null(value=False)


def payloads(echoes: pl.DataFrame) -> pl.DataFrame:
    """Sum up tries with different bytes at one echo server (M29).

    Args:
        echoes: datagrams of the probe for which an echo was expected.

    Returns:
        m, payload_tries, payloads_back (whole), content_is_cut (bytes that look like no protocol are cut more often
        than those in the frame of TLS, by more than chance), content_may_be_cut (the same where chance is not ruled
        out).

    """
    tried = echoes.filter(pl.col("protocol") == "tcp_echo").with_columns(
        arm=arm_of(),
        is_v6=pl.col("address").str.contains(":").fill_null(value=False),
        outcome=pl.when(pl.col("kind").is_not_null()).then(pl.lit("cut")),
    )
    cut = (
        with_evidence(tried.filter(pl.col("sent_bytes") > 0), PAYLOADS)
        .group_by("m")
        .agg(content_is_cut=pl.col("is_shown").any(), content_may_be_cut=(pl.col("chance") <= _DOUBTFUL).any())
    )
    counted = tried.group_by("m").agg(
        payload_tries=pl.len(), payloads_back=pl.col("is_echo").fill_null(value=False).sum()
    )
    return counted.join(cut, on="m", how="left")


def transfers(exchanges: pl.DataFrame, pages: pl.DataFrame) -> pl.DataFrame:
    """Compare the transfers of one large page from one's own server under two names (M21).

    The name in question is held against the innocent one where that went alone before it: afterwards some filters slow
    down or stop all that goes to the server. Slow is what is many times slower than the innocent name usually is.

    Args:
        exchanges: datagrams of the probe.
        pages: its HTTP round trips.

    Returns:
        m, name_is_slow, name_is_frozen (answers began and no more came), name_is_silenced (none began), all three by
        more than chance; name_comes_through (not stopped, and not shown to be so in the same version of IP).

    """
    begun = _tries(pages).group_by(_TRY).agg(begins=(pl.col("status") > 0).any())
    usual = pl.col("received_rate").filter(pl.col("arm") == "before", ~pl.col("is_stopped")).median().over("m", "is_v6")
    rows = (
        _tries(exchanges.filter(pl.col("protocol") == "transfer"))
        .join(begun, on=_TRY, how="left")
        .with_columns(
            begins=pl.col("begins").fill_null(value=False),
            outcome=pl.when("is_stopped")
            .then(pl.lit("stopped"))
            .when(pl.col("received_rate") * _TIMES_SLOWER < usual)
            .then(pl.lit("slow")),
        )
    )
    target, stops = pl.col("arm") == "target", pl.col("outcome") == "stopped"
    return (
        with_evidence(rows, {"target": "before"})
        .filter(target)
        .group_by("m", "is_v6")
        .agg(
            slow=(pl.col("is_shown") & (pl.col("outcome") == "slow")).any(),
            stopped=(pl.col("is_shown") & stops).any(),
            mostly_begun=2 * (stops & pl.col("begins")).sum() > stops.sum(),
            passes=(stops.not_().fill_null(value=True) & pl.col("begins")).any(),
        )
        .group_by("m")
        .agg(
            name_is_slow=pl.col("slow").any(),
            name_is_frozen=(pl.col("stopped") & pl.col("mostly_begun")).any(),
            name_is_silenced=(pl.col("stopped") & ~pl.col("mostly_begun")).any(),
            name_comes_through=(pl.col("passes") & ~pl.col("stopped")).any(),
        )
    )


_TRY = ("m", "arm", "is_v6", "number")


def _tries(steps: pl.DataFrame) -> pl.DataFrame:
    """Name the arm, the version of IP and the number of the try of each step; those of no arm are left out."""
    number = pl.col("tags").str.extract(r"(?:^| )arm=[a-z_0-9]+\.(\d+)(?: |$)", 1)
    return steps.with_columns(
        arm=arm_of(),
        is_v6=pl.col("address").str.contains(":").fill_null(value=False),
        number=number.fill_null("1"),
    ).filter(pl.col("arm").is_not_null())
