"""``trigpoint doctor``: what this machine allows."""

from __future__ import annotations

import click
import msgspec

from trigpoint.cli import options
from trigpoint.cli.columns import aligned
from trigpoint.lab.fabrics.kernel.doctor import probe


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@options.quiet
def doctor(*, as_json: bool, quiet: bool) -> int:
    """Say what the lab can have on this machine, what is missing, and what would help.

    Nothing is changed. The exit status is 1 where the kernel fabric cannot be had; the virtual one always can.

    \b
    Example:
      trigpoint doctor
    """
    del quiet  # what is asked for here is output, not talk
    findings = probe()
    obstacle = findings.why_not
    if as_json:
        plain = {"kernel": obstacle is None, "why_not": obstacle, "findings": msgspec.to_builtins(findings.all)}
        click.echo(msgspec.json.format(msgspec.json.encode(plain)))
    else:
        rows = [("ok" if each.ok else "missing", each.title, each.reason, each.remedy) for each in findings.all]
        click.echo(aligned(rows))
        click.echo(f"\nkernel fabric: {'works' if obstacle is None else obstacle}\nvirtual fabric: works")
    return int(obstacle is not None)
