"""No packet before somebody has read the text, shown that it was understood, and agreed."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from trigpoint.errors import ConsentError
from trigpoint.probe.consent import QUESTIONS, TEXT, VERSION, location, required, store, stored, withdraw

if TYPE_CHECKING:
    from collections.abc import Sequence

RIGHT = ["true" if question.is_true else "false" for question in QUESTIONS]
WRONG = ["false" if question.is_true else "true" for question in QUESTIONS]


class Person:
    """Types what was decided before, and keeps what was shown."""

    def __init__(self, answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.shown: list[str] = []

    def answer(self, prompt: str) -> str:
        self.shown.append(prompt)
        return self.answers.pop(0)


def consented(path: Path, answers: Sequence[str] = (), given: str | None = None, *, is_terminal: bool = True) -> Person:
    person = Person(answers)
    version = required(path, given, is_terminal=is_terminal, say=person.shown.append, answer=person.answer)
    assert version == VERSION
    return person


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "trigpoint" / "consent.json"


def test_the_text_names_what_a_person_must_know() -> None:
    words = " ".join(TEXT.split())
    for fact in (
        "provider",
        "employer",
        "state",
        "against the law",
        "publish",
        "cost",
        "file",
        "stop",
        "do not run it",
    ):
        assert fact in words


def test_the_version_changes_with_the_text() -> None:
    assert VERSION.endswith(hashlib.sha256(TEXT.encode()).hexdigest()[:8])


def test_a_person_reads_answers_and_agrees_once(path: Path) -> None:
    person = consented(path, [*RIGHT, "I agree"])
    assert TEXT in person.shown[0]
    assert stored(path) == VERSION
    assert consented(path).shown == []


def test_what_is_kept_is_for_its_owner_only(path: Path) -> None:
    consented(path, [*RIGHT, "i agree"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["consent.json"]


@pytest.mark.parametrize("last", ["", "yes", "I do not agree", "no"])
def test_anything_else_than_agreement_is_none(path: Path, last: str) -> None:
    with pytest.raises(ConsentError, match="you did not agree"):
        consented(path, [*RIGHT, last])
    assert not path.exists()


def test_a_wrong_answer_is_explained_and_asked_again(path: Path) -> None:
    person = consented(path, [WRONG[0], *RIGHT, "I agree"])
    assert QUESTIONS[0].why in person.shown


def test_a_second_wrong_answer_ends_it(path: Path) -> None:
    with pytest.raises(ConsentError, match="page on risks"):
        consented(path, [RIGHT[0], WRONG[1], WRONG[1]])
    assert not path.exists()


def test_an_answer_that_is_none_is_asked_for_again(path: Path) -> None:
    assert "Please type true or false." in consented(path, ["hm", "", *RIGHT, "I agree"]).shown


def test_without_a_terminal_nobody_can_agree(path: Path) -> None:
    with pytest.raises(ConsentError, match=f"no terminal .* --consent {VERSION}"):
        consented(path, is_terminal=False)


def test_a_script_agrees_to_the_text_of_today(path: Path) -> None:
    assert consented(path, given=VERSION, is_terminal=False).shown == []
    assert not path.exists()


@pytest.mark.parametrize("outdated", ["2020-01-01-00000000", "", "yes"])
def test_a_script_cannot_agree_to_another_text(path: Path, outdated: str) -> None:
    store(path)
    with pytest.raises(ConsentError, match="another text"):
        consented(path, given=outdated)


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"consent": "2020-01-01-00000000"}', b'{"consent": 1}', b"\xff", b"[]"]
)
def test_another_version_or_a_broken_file_is_no_agreement(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(ConsentError, match="nobody has agreed"):
        consented(path, is_terminal=False)


def test_it_can_be_taken_back(path: Path) -> None:
    store(path)
    assert (withdraw(path), withdraw(path), stored(path)) == (True, False, "")


def test_an_agreement_that_cannot_be_kept_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConsentError, match="cannot be kept"):
        store(tmp_path / "file" / "trigpoint" / "consent.json")


def test_it_lies_where_the_desktop_specification_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert location({"XDG_CONFIG_HOME": "/etc/mine"}) == Path("/etc/mine/trigpoint/consent.json")
    for other in ({}, {"XDG_CONFIG_HOME": ""}, {"XDG_CONFIG_HOME": "relative"}):
        assert location(other) == tmp_path / ".config" / "trigpoint" / "consent.json"


def test_the_page_on_risks_has_the_same_text_and_version() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "explanation" / "risk.md").read_text(encoding="utf-8")
    assert f"```text\n{TEXT}\n```\n" in page
    assert f"`{VERSION}`" in page
