"""Runs functions of tests in a process that has entered namespaces of its own, since nobody comes back from those."""

from __future__ import annotations

import subprocess
import sys
from ast import literal_eval
from typing import TYPE_CHECKING, Any

from tests.lab.fabrics.kernel.conftest import ROOT
from trigpoint.lab.fabrics.kernel.interpreter import surroundings

if TYPE_CHECKING:
    from collections.abc import Callable

_SCRIPT = """
import os, sys
from trigpoint.lab.fabrics.kernel.namespaces import enter, network_number
from {module} import {name}
machine = network_number()
enter()
print(ascii({name}(machine, *sys.argv[1:])))
"""


def seen_inside(function: Callable[..., object], *arguments: str) -> Any:
    """Call a function of a module there, with the number of the machine's network namespace and some texts.

    Returns:
        What it returns: anything that Python writes as a literal.

    """
    script = _SCRIPT.format(module=function.__module__, name=function.__name__)
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        env=surroundings(),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return literal_eval(done.stdout)


def failure(call: Callable[..., object], *arguments: object) -> str:
    """Give the text of the ``OSError`` with which a call fails. Empty: it does not."""
    try:
        call(*arguments)
    except OSError as error:
        return str(error)
    return ""
