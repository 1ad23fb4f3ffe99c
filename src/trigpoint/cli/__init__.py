"""The command line: one thin file for each verb."""

from __future__ import annotations

import sys
from typing import NoReturn

from trigpoint.cli.streams import open_closed_streams

_INTERRUPTED = 130
"""Exit status after Ctrl-C: 128 and the number of SIGINT."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit. The verbs are loaded here, so that Ctrl-C while they load is plain as well."""
    open_closed_streams()
    try:
        from trigpoint.cli.group import run  # noqa: PLC0415 - see above

        status = run(arguments)
    except KeyboardInterrupt:
        sys.stderr.write("trigpoint: Interrupted before anything was done.\n")
        status = _INTERRUPTED
    sys.exit(status)


__all__ = ["main"]
