"""What all verbs share: help with an example, versions, and plain failure."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest

from trigpoint import __version__
from trigpoint.cli import group, main
from trigpoint.cli.group import BAD_INPUT, INTERRUPTED, VERBS, commands
from trigpoint.judge import RULES_VERSION
from trigpoint.observe import Observed, ObserveInterrupted
from trigpoint.store.schemas import FORMAT_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.commands import Said

Run = "Callable[..., Said]"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(trigpoint: Callable[..., Said], verb: str) -> None:
    said = trigpoint(verb, "--help")
    assert said.status == 0
    assert re.search(rf"Example:\n +trigpoint {verb}", said.out)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_can_be_quiet(verb: str) -> None:
    command = commands.get_command(click.Context(commands), verb)
    assert command is not None
    assert any("--quiet" in option.opts for option in command.params)


def test_every_file_or_folder_of_a_verb_is_one() -> None:
    folder = Path(group.__file__).parent
    shared = {"__init__", "columns", "fetching", "group", "library", "options", "progress", "streams", "words"}
    entries = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}
    assert entries - shared == set(VERBS)


def test_nobody_waits_for_what_a_verb_does_not_need() -> None:
    script = """
import sys
from trigpoint.cli.group import run
run(["lab", "list"])
sys.exit("polars" in sys.modules or "trigpoint.lab.services.hosts" in sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)


def test_the_version_names_program_rules_and_format(trigpoint: Callable[..., Said]) -> None:
    said = trigpoint("--version")
    assert said.out == f"trigpoint {__version__}, rules {RULES_VERSION}, survey format {FORMAT_VERSION}\n"


@pytest.mark.parametrize(
    "arguments", [("observe",), ("nonsense",), ("judge", "--format", "xml", "."), ("report", "XL")]
)
def test_a_mistyped_command_is_one_sentence(trigpoint: Callable[..., Said], arguments: tuple[str, ...]) -> None:
    said = trigpoint(*arguments)
    assert said.status == BAD_INPUT
    assert said.sentence


def raising(error: BaseException) -> Callable[..., Any]:
    def run(*_: object, **__: object) -> None:
        raise error

    return run


def wrapped(cause: BaseException) -> click.Abort:
    error = click.Abort()
    error.__cause__ = cause
    return error


def test_an_interrupted_reading_says_what_is_kept(
    trigpoint: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    error = wrapped(ObserveInterrupted(Observed(files=3, measurements=70, pending=2)))
    monkeypatch.setattr(commands, "main", raising(error))
    said = trigpoint("observe")
    assert said.status == INTERRUPTED == 130
    assert "3 files with 70 measurements are kept, 2 files are left" in said.sentence


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort(), wrapped(KeyboardInterrupt())])
def test_an_interruption_elsewhere_is_told_too(
    trigpoint: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    monkeypatch.setattr(commands, "main", raising(error))
    assert trigpoint("judge").status == INTERRUPTED


def test_a_failure_of_the_system_names_the_file(
    trigpoint: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "main", raising(PermissionError(13, "Permission denied", "/some/file")))
    assert trigpoint("observe").sentence == "/some/file: Permission denied"
    monkeypatch.setattr(commands, "main", raising(OSError(28, "No space left on device")))
    assert trigpoint("observe").sentence == "the system: No space left on device"


def test_a_reader_that_leaves_is_told_nothing(measurements: Path) -> None:
    command = [sys.executable, "-m", "trigpoint", "judge", str(measurements), "--format", "jsonl", "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline().startswith(b"{")
        running.stdout.close()
        assert running.stderr.read() == b""


def test_the_program_can_be_run_as_a_module() -> None:
    shown = subprocess.run([sys.executable, "-m", "trigpoint", "--version"], capture_output=True, text=True, check=True)
    assert shown.stdout.startswith(f"trigpoint {__version__}")


def test_a_command_that_returns_a_status_passes_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "main", lambda **_: 3)
    assert group.run([]) == 3


def test_ctrl_c_while_the_program_loads_is_plain(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(group, "run", raising(KeyboardInterrupt()))
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 130
    assert capsys.readouterr().err == "trigpoint: Interrupted before anything was done.\n"
