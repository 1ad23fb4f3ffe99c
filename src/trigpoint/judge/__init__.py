"""Observations in, verdicts out. The judge reads facts only, never the probe's own conclusions (R1)."""

from __future__ import annotations

from trigpoint.judge.cascade import RULES, RULES_VERSION
from trigpoint.judge.judging import judge
from trigpoint.judge.rule import Layer, Rule

__all__ = ["RULES", "RULES_VERSION", "Layer", "Rule", "judge"]
