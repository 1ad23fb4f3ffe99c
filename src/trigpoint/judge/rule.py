"""What a rule is: a condition on one row, what it argues for, and why.

A rule's condition is a Polars expression over the columns of its layer's frame (:mod:`trigpoint.judge.frames`). The
same object judges one row in a test and a month of rows, and prints itself into the documentation. Rules stand in
ordered tuples, one for each layer, because order is meaning: where several rules of one layer fire on a row, the
first is the one that is quoted.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec
import polars as pl

from trigpoint.model.explanation import EXPLANATIONS
from trigpoint.model.mechanism import MECHANISMS
from trigpoint.model.verdict import State


class Layer(StrEnum):
    """Where a rule looks: one layer of the network, the measurement as a whole, or the parts of a service together."""

    WHOLE = "whole"
    DNS = "dns"
    TCP = "tcp"
    TLS = "tls"
    QUIC = "quic"
    HTTP = "http"
    SERVICE = "service"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule of the cascade."""

    id: str
    """Permanent name: the layer, a dot, and what is seen."""
    condition: Any
    """Polars expression (boolean) over the layer's frame; null counts as false."""
    state: State | None = None
    """What it argues for. ``blocked``: interference by a determinate sign. ``ok``: reached on the normal path.
    ``down``: not working for the control either. ``insufficient``: a doubt that decides nothing. Missing: it only
    explains."""
    mechanism: str | None = None
    """Node that the sign supports, where the state is ``blocked``; of a doubt, what was seen would be if it were
    interference. Rules of a service as a whole name none: their targets have the nodes of the parts."""
    explanation: str | None = None
    """Why it is not blocked, or not decided."""
    outweighs: tuple[State, ...] = ()
    """States that this doubt takes back: where the measurement cannot be used for what they would say."""
    yields: bool = False
    """Whether it gives way: it fires only on rows of which no other rule of its layer names a mechanism, and is quoted
    after all others."""
    reason: str
    """One sentence for a person."""
    nettests: tuple[str, ...] = ()
    """Nettests that it is for. Missing: all."""
    source: str
    """Paper, specification, issue or section of the design that it rests on."""

    def __post_init__(self) -> None:
        """Check that the words are of the vocabularies, and that a sign names its mechanism.

        Raises:
            ValueError: a word is unknown, or a sign has no mechanism.

        """
        if self.mechanism is not None and self.mechanism not in MECHANISMS:
            message = f"{self.id}: no mechanism {self.mechanism}"
            raise ValueError(message)
        if self.explanation is not None and self.explanation not in EXPLANATIONS:
            message = f"{self.id}: no explanation {self.explanation}"
            raise ValueError(message)
        if self.state is State.BLOCKED and (self.mechanism is None) != (self.layer is Layer.SERVICE):
            message = f"{self.id}: a sign has a mechanism, unless the parts of a service have it"
            raise ValueError(message)
        if self.mechanism is not None and self.state not in {State.BLOCKED, State.INSUFFICIENT}:
            message = f"{self.id}: only what argues for blocked, or for not decided, has a mechanism"
            raise ValueError(message)
        if self.yields and (self.state is not State.INSUFFICIENT or self.mechanism is None):
            message = f"{self.id}: only a doubt that names a sign gives way"
            raise ValueError(message)
        if self.outweighs and self.state is not State.INSUFFICIENT:
            message = f"{self.id}: only a doubt outweighs"
            raise ValueError(message)

    @property
    def layer(self) -> Layer:
        """The layer, from the id."""
        return Layer(self.id.split(".", 1)[0])

    def is_for(self, nettest: str) -> bool:
        """Tell whether it is for measurements of a nettest."""
        return not self.nettests or nettest in self.nettests

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that the condition reads, sorted."""
        return tuple(sorted(set(self.expression.meta.root_names())))

    @property
    def expression(self) -> pl.Expr:
        """The condition with null as false."""
        condition: pl.Expr = self.condition
        if self.nettests:
            condition = pl.col("nettest").is_in(self.nettests) & condition
        return condition.fill_null(value=False)


def is_more_than_one() -> pl.Expr:
    """Tell whether a service's silence is more than one endpoint's of several, which its own server may cause."""
    return (pl.col("timeouts_of_target") > 1) | (pl.col("names_tried") <= 1)


def has_kind(*kinds: str) -> pl.Expr:
    """Tell whether the row's failure has one of these kinds (:class:`trigpoint.model.failure.Kind`)."""
    return pl.col("kind").is_in([str(kind) for kind in kinds])
