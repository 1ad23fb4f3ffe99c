"""Verdicts become cells: what all runs of a day on a network say of a target, with intervals (R6, R11)."""

from __future__ import annotations

from trigpoint.events.cells import CELL_KEYS, Votes, cells, counted, merged, networks, words
from trigpoint.events.survey import aggregate_survey

__all__ = ["CELL_KEYS", "Votes", "aggregate_survey", "cells", "counted", "merged", "networks", "words"]
