"""The command ``trigpoint`` and what all its verbs share: options, plain failure, interruption."""

from __future__ import annotations

import signal
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from trigpoint import __version__
from trigpoint.errors import TrigpointError

if TYPE_CHECKING:
    from trigpoint.observe import Observed

VERBS = (
    "survey",
    "observe",
    "judge",
    "cells",
    "explain",
    "diff",
    "report",
    "figures",
    "rules",
    "sample",
    "probe",
    "control",
    "lab",
    "rehearse",
    "reference",
    "doctor",
)
"""Names of the verbs, and of the files that have them."""

INTERRUPTED = 128 + signal.SIGINT
"""Exit status after Ctrl-C (POSIX shells: 128 plus the signal's number)."""

BAD_INPUT = 2
"""Exit status where what a person gave cannot be used."""


class Verbs(click.Group):
    """Loads a verb when it is asked for: some need Polars, and whoever calls another does not wait for that."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click has it
        """Give the names of all verbs."""
        return sorted(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as click has it
        """Give a verb by its name."""
        if cmd_name not in VERBS:
            return None
        verb: click.Command = getattr(import_module(f"trigpoint.cli.{cmd_name}"), cmd_name)
        return verb


def _show_version(context: click.Context, _option: click.Parameter, is_asked: bool) -> None:  # noqa: FBT001 - as click has it
    if not is_asked:
        return
    from trigpoint.judge import RULES_VERSION  # noqa: PLC0415 - as verbs
    from trigpoint.store.schemas import FORMAT_VERSION  # noqa: PLC0415 - as verbs

    click.echo(f"trigpoint {__version__}, rules {RULES_VERSION}, survey format {FORMAT_VERSION}")
    context.exit()


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def commands() -> None:
    """An open observatory of the Internet: what is blocked, where, how and since when, with its evidence.

    \b
    Example:
      trigpoint survey IR measurements/ --to iran
    """


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
    kept: Observed | None = getattr(cause, "kept", None)  # of an ObserveInterrupted, whose module only readers load
    if kept is None:
        return "Interrupted: what this step was making is not kept; what was there before is unchanged."
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
