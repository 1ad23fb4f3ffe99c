"""What the documentation tells a person to type, and to open, is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from trigpoint.cli.group import commands as main

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))
GENERATED = {"commands.md", "rules.md"}  # they quote what the program itself prints
_BLOCK = re.compile(r"^```(?:sh|console)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`((?:trigpoint|make) [^`]+)`")
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def _commands(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8")
    blocks = "".join(_BLOCK.findall(text)).replace("\\\n", " ").splitlines()
    return [line.removeprefix("$ ") for line in blocks + _INLINE.findall(text)]


def _named(program: str) -> list[tuple[str, list[str]]]:
    """Give every use of a program: the page, and the words after its name."""
    found = []
    for page in PAGES:
        for line in [] if page.name in GENERATED else _commands(page):
            words = shlex.split(line, comments=True)
            if words and words[0].rsplit("/", 1)[-1] == program:
                found.append((page.relative_to(ROOT).as_posix(), words[1:]))
    return found


TRIGPOINT = _named("trigpoint")
MAKE = _named("make")


def _options(command: click.Command) -> set[str]:
    return {"--help", *(name for option in command.params for name in (*option.opts, *option.secondary_opts))}


def test_the_readme_names_its_two_commands() -> None:
    assert [words for page, words in MAKE if page == "README.md"][:2] == [["report"], ["test"]]


@pytest.mark.parametrize(("page", "words"), TRIGPOINT, ids=[f"{page}: {' '.join(words)}" for page, words in TRIGPOINT])
def test_a_command_and_its_options_exist(page: str, words: list[str]) -> None:
    command: click.Command = main
    ours = words[: words.index("--")] if "--" in words else words  # what follows is a program of its own
    for word in ours:
        if not isinstance(command, click.Group) or word.startswith("-"):
            break
        found = command.get_command(click.Context(command), word)
        assert found is not None, f"{page} names a command that there is not: {word}"
        command = found
    assert {word for word in ours if word.startswith("--")} <= _options(command)


@pytest.mark.parametrize(("page", "words"), MAKE, ids=[f"{page}: {' '.join(words)}" for page, words in MAKE])
def test_a_verb_of_the_makefile_exists(page: str, words: list[str]) -> None:
    targets = re.findall(r"^([a-z.-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert words[0] in targets, f"{page} names a verb that there is not: make {words[0]}"


def test_every_verb_of_the_makefile_is_told_to_contributors() -> None:
    verbs = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [verb for verb in verbs if f"`make {verb}`" not in page and verb != "help"] == []


def test_every_command_is_documented() -> None:
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    names = main.list_commands(click.Context(main))
    assert [name for name in names if f"## trigpoint {name}\n" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = [link for link in _LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []
