"""``trigpoint rules``: every rule of the judge."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from trigpoint.cli import options
from trigpoint.judge import RULES, RULES_VERSION, Rule
from trigpoint.judge.conditions import text
from trigpoint.model.verdict import State


@click.command()
@click.option(
    "--format", "form", type=click.Choice(["table", "jsonl"]), default="table", show_default=True, help="How to print."
)
@options.quiet
def rules(form: str, *, quiet: bool) -> None:
    """Print the rules of the judge in their order, with what each says and where it comes from.

    \b
    Example:
      trigpoint rules
    """
    del quiet  # every verb takes it; what is asked for here is output, not talk
    if form == "jsonl":
        for rule in RULES:
            click.echo(msgspec.json.encode(described(rule)))
        return
    click.echo(f"Rules {RULES_VERSION}")
    for rule in RULES:
        only = f"\n  Only for: {', '.join(rule.nettests)}" if rule.nettests else ""
        click.echo(f"\n{rule.id}: {says(rule)}\n  {rule.reason}\n  Source: {rule.source}{only}")
        click.echo(f"  Condition: {text(rule.condition)}")


def says(rule: Rule, between: str = " ") -> str:
    """Say what a rule argues for: state, mechanism (of a doubt: the sign), explanation."""
    sign = f"signs of {rule.mechanism}" if rule.state is State.INSUFFICIENT and rule.mechanism else rule.mechanism
    return between.join(str(word) for word in (rule.state, sign, rule.explanation) if word) or "explains"


def described(rule: Rule) -> dict[str, Any]:
    """Describe a rule in plain values."""
    return {
        "id": rule.id,
        "layer": str(rule.layer),
        "state": rule.state and str(rule.state),
        "mechanism": rule.mechanism,
        "explanation": rule.explanation,
        "yields": rule.yields,
        "outweighs": [str(state) for state in rule.outweighs],
        "nettests": list(rule.nettests),
        "reason": rule.reason,
        "source": rule.source,
        "condition": text(rule.condition),
    }
