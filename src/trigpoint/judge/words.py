"""List-like columns of verdicts: words in order, each once, joined by one space."""

from __future__ import annotations

import polars as pl

from trigpoint.model.mechanism import one_per_layer


def joined(names: pl.Expr) -> pl.Expr:
    """Join the words of a group."""
    return names.drop_nulls().unique().sort().str.join(" ")


def split(texts: pl.Expr) -> pl.Expr:
    """Give the words of the joined texts of a group."""
    words = texts.drop_nulls().str.split(" ").list.explode()
    return words.filter(words != "")


def reduced(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Keep at most one mechanism a layer; each distinct combination is worked out once."""
    return frame.with_columns(
        pl.col(column).replace({text: " ".join(one_per_layer(text.split())) for text in frame[column].unique()})
        for column in columns
    )
