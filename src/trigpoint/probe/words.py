"""What a person at the probe is told of a measurement, in plain words. These are signs, no verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.model.failure import Kind, kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.probe.run import Measured
    from trigpoint.probe.signs import Sign

_WHERE = {
    "dns": "the name was looked up",
    "tcp": "the connection was opened",
    "tls": "the encrypted connection was set up",
    "http": "the page was asked for",
}
_WHAT = {
    Kind.RESET: "the connection was cut",
    Kind.CLOSE: "the connection was closed",
    Kind.REFUSED: "the connection was refused",
    Kind.TIMEOUT: "nothing came back",
    Kind.UNREACHABLE: "there was no way to it",
    Kind.NXDOMAIN: "the resolver said that the name does not exist",
    Kind.NO_ANSWER: "the resolver gave no address",
    Kind.DNS_REFUSED: "the resolver refused",
    Kind.SERVFAIL: "the resolver failed",
    Kind.BAD_CERTIFICATE: "a certificate came that is not valid",
    Kind.WRONG_NAME: "a certificate came that is for another name",
    Kind.UNKNOWN_AUTHORITY: "a certificate came that no known authority vouches for",
}


def outcome(measured: Measured) -> str:
    """Give one word: ``reached``, ``anomaly``, ``failed`` (as outside), ``undecided`` (no control), ``explained``."""
    if measured.job.nettest != "web_connectivity":
        return "explained" if "follow_up_of" in measured.job.annotations else "measured"
    if measured.keys.get("control_failure") is not None:
        return "undecided"
    if measured.signs:
        return "anomaly"
    return "reached" if measured.keys.get("accessible") else "failed"


def sentences(measured: Measured) -> Iterator[str]:
    """Say what was seen: one sentence for the first sign of each layer."""
    if measured.keys.get("control_failure") is not None:
        return
    told = set()
    for sign in measured.signs:
        if sign.layer not in told:
            told.add(sign.layer)
            yield f"{measured.job.input}: {_sentence(sign)}"


def _sentence(sign: Sign) -> str:
    if sign.layer == "pace":
        return "it came, but far more slowly than the way to the server explains, or not to its end"
    if sign.failure is None:
        return f"when {_WHERE[sign.layer]}, something else came back than outside"
    what = _WHAT.get(kind(sign.failure) or Kind.OTHER, f"it failed ({sign.failure})")
    return f"when {_WHERE[sign.layer]}, {what}; outside, it works"
