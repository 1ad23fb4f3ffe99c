"""The command ``trigpoint`` and what all its verbs share: options, plain failure, interruption."""

from __future__ import annotations

import signal
from typing import Any

import click

from trigpoint import __version__
from trigpoint.cli.doctor import doctor
from trigpoint.cli.judge import judge
from trigpoint.cli.lab import lab
from trigpoint.cli.observe import observe
from trigpoint.cli.report import report
from trigpoint.cli.rules import rules
from trigpoint.cli.sample import sample
from trigpoint.cli.survey import survey
from trigpoint.errors import TrigpointError
from trigpoint.judge import RULES_VERSION
from trigpoint.observe import ObserveInterrupted
from trigpoint.store.schemas import FORMAT_VERSION

INTERRUPTED = 128 + signal.SIGINT
"""Exit status after Ctrl-C (POSIX shells: 128 plus the signal's number)."""

BAD_INPUT = 2
"""Exit status where what a person gave cannot be used."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(
    __version__,
    prog_name="trigpoint",
    message=f"%(prog)s %(version)s, rules {RULES_VERSION}, survey format {FORMAT_VERSION}",
)
def commands() -> None:
    """An open observatory of the Internet: what is blocked, where, how and since when, with its evidence.

    \b
    Example:
      trigpoint survey IR measurements/ --to iran
    """


for _verb in (survey, observe, judge, report, rules, sample, lab, doctor):
    commands.add_command(_verb)


def run(arguments: list[str] | None = None) -> int:
    """Run one command; a person's mistake is one sentence on standard error and status 2 (R12).

    Returns:
        The exit status.

    """
    try:
        status: Any = commands.main(args=arguments, prog_name="trigpoint", standalone_mode=False)
    except (KeyboardInterrupt, click.Abort) as interruption:
        return _say(_what_was_kept(interruption), INTERRUPTED)
    except (TrigpointError, click.ClickException, OSError) as error:
        return _say(_sentence(error), BAD_INPUT)
    return status if isinstance(status, int) else 0


def _what_was_kept(interruption: BaseException) -> str:
    """Say what an interrupted command leaves; click wraps the interruption of a verb in its own."""
    cause = interruption.__cause__ if isinstance(interruption, click.Abort) else interruption
    if not isinstance(cause, ObserveInterrupted):
        return "Interrupted: what this step was making is not kept; what was there before is unchanged."
    kept = cause.kept
    return (
        f"Interrupted: {kept.files} files with {kept.measurements} measurements are kept, "
        f"{kept.pending} files are left; the same command goes on from there."
    )


def _sentence(error: TrigpointError | click.ClickException | OSError) -> str:
    if isinstance(error, click.ClickException):
        return error.format_message()
    if isinstance(error, OSError):
        return f"{error.filename or 'the system'}: {error.strerror or error}"
    return str(error)


def _say(sentence: str, status: int) -> int:
    click.echo(f"trigpoint: {sentence}", err=True)
    return status
