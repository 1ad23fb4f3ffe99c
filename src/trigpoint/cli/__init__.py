"""The command line: one thin file for each verb."""

from __future__ import annotations

from trigpoint.cli.group import main

__all__ = ["main"]
