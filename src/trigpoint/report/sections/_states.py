"""Columns that several sections share."""

from __future__ import annotations

from trigpoint.report.page_table import Column


def counts(kind: str, name: str) -> tuple[Column, ...]:
    """Give a column for each state, linked to rows of a kind that are named by a column."""
    labels = {"blocked": "Signs", "ok": "Reached", "down": "Down", "insufficient": "Not decided"}
    return tuple(Column(state, label, "count", (kind, name)) for state, label in labels.items())
