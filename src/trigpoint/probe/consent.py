"""Consent: no packet before a person has read in plain words what measuring shows of them, and has agreed to it.

The text is part of the program and of its documentation, word for word. Its version names its date and its content, and
stands in every measurement: who reads a record can see what its maker had been told. Another text asks again.

The norms behind it: the Menlo Report (2012) on informed consent, and draft-irtf-pearg-safe-internet-measurement.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from trigpoint.errors import ConsentError
from trigpoint.store.durable import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TEXT = """\
Before you measure

1. This program opens websites and services to see whether they work where you are. Some of them may be blocked, and
   some may be against the law to visit where you are.
2. Whoever can watch your connection (your provider, your employer or school, the state) can see that you do this, and
   can see which names you ask for. The program does not hide you.
3. Every measurement is written to a file on this device: what was asked, what came back, at what time, and, where you
   give a database of addresses, your country and network. Your own addresses are taken out.
4. Nothing is sent to us. If you publish the file, anybody can read it, and people in your network may guess that it
   was you.
5. It uses your data volume, which may cost you money: often 1 to 5 MB for each website, up to the limit that you set.
6. You choose what is measured, you can stop at any moment, and you can delete the file.

If being noticed could put you or others in danger, do not run it. Read the page on risks first, and ask somebody whom
you trust."""
"""What is agreed to."""

_DATE = "2026-11-22"

VERSION = f"{_DATE}-{hashlib.sha256(TEXT.encode()).hexdigest()[:8]}"
"""Version of the text: its date, and the beginning of the SHA-256 of its words."""


class Question(msgspec.Struct, frozen=True):
    """A question that shows whether the text was understood."""

    text: str
    """A statement to be called true or false."""
    is_true: bool
    """The right answer."""
    why: str
    """What to say to whoever gives the other answer."""


QUESTIONS = (
    Question(
        "My provider or my government cannot see that I run this program.",
        is_true=False,
        why="They can: the program does not hide what it does (point 2).",
    ),
    Question(
        "The program may visit websites that are against the law to visit where I am.",
        is_true=True,
        why="It may: some of the websites on its lists are (point 1).",
    ),
)
"""Asked before the agreement."""

_TRUE, _FALSE = frozenset({"true", "t"}), frozenset({"false", "f"})
_AGREE = "I agree"
_OWNER_ONLY = 0o600


class _Agreement(msgspec.Struct):
    """What the file holds."""

    consent: str = ""


def location(environment: Mapping[str, str] = os.environ) -> Path:
    """Name the file that holds the agreement (XDG Base Directory Specification)."""
    given = Path(environment.get("XDG_CONFIG_HOME", ""))
    folder = given if given.is_absolute() else Path.home() / ".config"  # the specification has relative ones ignored
    return folder / "trigpoint" / "consent.json"


def stored(path: Path) -> str:
    """Give the version of the text that was agreed to. Empty: none, or a file that nobody can read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Agreement).consent
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return ""


def store(path: Path) -> None:
    """Write down that the text was agreed to, for its owner's eyes only.

    Raises:
        ConsentError: it cannot be written.

    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, msgspec.json.encode(_Agreement(VERSION)) + b"\n", mode=_OWNER_ONLY)
    except OSError as error:
        message = f"{path}: your agreement cannot be kept ({error.strerror or error}), so nothing was measured"
        raise ConsentError(message) from error


def withdraw(path: Path) -> bool:
    """Take the agreement back; tells whether there was one.

    Raises:
        ConsentError: the file cannot be deleted.

    """
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        message = f"{path}: your agreement cannot be taken back ({error.strerror or error}); delete the file"
        raise ConsentError(message) from error
    return True


def required(
    path: Path, given: str | None, *, is_terminal: bool, say: Callable[[str], None], answer: Callable[[str], str]
) -> str:
    """Make sure of the agreement before anything else; whoever calls sends nothing before this returns.

    Args:
        path: file of the agreement.
        given: version that a script agrees to. None: it says nothing.
        is_terminal: whether a person can be asked.
        say: shows a text.
        answer: asks for one line.

    Returns:
        The version agreed to.

    Raises:
        ConsentError: there is none: no packet.

    """
    if given is not None:
        if given != VERSION:
            message = (
                f"--consent {given} is for another text than the one of today; read it (documentation, "
                f"page on risks), and if you agree, say --consent {VERSION}"
            )
            raise ConsentError(message)
        return VERSION
    if stored(path) == VERSION:
        return VERSION
    if not is_terminal:
        message = (
            "nothing was measured: nobody has agreed to the risks yet, and there is no terminal to ask at; "
            f"read the page on risks, and if you agree, say --consent {VERSION}"
        )
        raise ConsentError(message)
    _ask(say, answer)
    store(path)
    return VERSION


def _ask(say: Callable[[str], None], answer: Callable[[str], str]) -> None:
    say(f"{TEXT}\n\nTwo questions first, to be sure that this was clear. Answer true or false.\n")
    for number, question in enumerate(QUESTIONS, 1):
        _put(f"{number}. {question.text} ", question, say, answer)
    if answer(f'Type "{_AGREE}" to go on, anything else to stop: ').strip().strip('".').lower() != _AGREE.lower():
        message = "nothing was measured: you did not agree"
        raise ConsentError(message)


def _put(prompt: str, question: Question, say: Callable[[str], None], answer: Callable[[str], str]) -> None:
    """Ask until the answer is right; a wrong one is explained once, and a second one ends it."""
    is_second = False
    while True:
        typed = answer(prompt).strip().lower()
        if typed not in _TRUE | _FALSE:
            say("Please type true or false.")
        elif (typed in _TRUE) == question.is_true:
            return
        elif is_second:
            message = "nothing was measured: please read the page on risks first, or ask somebody whom you trust"
            raise ConsentError(message)
        else:
            say(question.why)
            is_second = True
