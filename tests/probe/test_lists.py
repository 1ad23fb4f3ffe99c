"""Lists as Citizen Lab writes them, and as people break them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.errors import InputError
from trigpoint.probe.lists import HARSH, NEVER, Problem, find, read_list
from trigpoint.probe.targets import Target

if TYPE_CHECKING:
    from pathlib import Path

HEADING = "url,category_code,category_description,date_added,source,notes\n"
ROWS = (
    "https://news.example/,NEWS,News Media,2020-01-01,citizenlab,\n"
    'http://vpn.example/get,ANON,"Anonymization, circumvention",2020-01-01,citizenlab,"two\nlines"\n'
    "http://news.example,NEWS,News Media,2020-01-01,citizenlab,\n"
)


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "xl.csv"
    path.write_text(HEADING + ROWS, encoding="utf-8")
    return path


def read_text(path: Path, content: str) -> list[str]:
    path.write_text(content, encoding="utf-8")
    return [target.url for target in read_list(path).targets]


def test_a_list_is_read_in_its_order(listed: Path) -> None:
    found = read_list(listed)
    assert found.targets == (
        Target("https://news.example/", "NEWS"),
        Target("http://vpn.example/get", "ANON"),
        Target("http://news.example/", "NEWS"),
    )
    assert (found.problems, found.repeats, found.refused) == ((), 0, 0)


def test_broken_lines_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    lines = [
        "http://one.example/,NEWS,,,,",
        'http://quote.example/,NEWS,"never ends,,,',
        "two words,NEWS,,,,",
        "",
        "ftp://files.example/,FILE,,,,",
        "https://me:secret@mail.example/,COMT,,,,",
        ",NEWS,,,,",
        "http://last.example/,NEWS,,,,",
    ]
    assert read_text(path, HEADING + "\n".join(lines)) == ["http://one.example/", "http://last.example/"]
    problems = read_list(path).problems
    assert [problem.line for problem in problems] == [3, 4, 6, 7, 8]
    reasons = ("without an end", "a blank", "only http and https", "user name or password", "empty")
    assert all(reason in problem.reason for reason, problem in zip(reasons, problems, strict=True))
    assert "secret" not in str(problems)


def test_repeats_are_counted_and_measured_once(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    urls = read_text(path, HEADING + "http://a.example/\nHTTP://A.example\na.example\nhttp://a.example/x\n")
    assert urls == ["http://a.example/", "http://a.example/x"]
    assert read_list(path).repeats == 2


@pytest.mark.parametrize(
    "row", ["http://a.example/,CSAM,x,,,", "http://a.example/,csa,x,,,", "http://a.example/,MISC,Child sexual abuse,,,"]
)
def test_nobody_tests_abuse_of_children(tmp_path: Path, row: str) -> None:
    path = tmp_path / "x.csv"
    assert read_text(path, f"{HEADING}{row}\nhttp://b.example/,NEWS,,,,\n") == ["http://b.example/"]
    assert read_list(path).refused == 1


def test_no_preset_and_no_option_brings_them_back(tmp_path: Path) -> None:
    assert not NEVER & HARSH
    path = tmp_path / "x.csv"
    read_text(path, f"{HEADING}http://a.example/,CSAM,,,,\nhttp://b.example/,NEWS,,,,\n")
    with pytest.raises(InputError, match="no such category"):
        read_list(path).of(["CSAM"])


def test_categories_are_chosen_and_left_out(listed: Path) -> None:
    found = read_list(listed)
    assert [target.category for target in found.of(["news"])] == ["NEWS", "NEWS"]
    assert [target.category for target in found.of(without=HARSH)] == ["NEWS", "NEWS"]
    assert found.of(["ANON"], without=["anon"]) == ()
    assert found.of() == found.targets


def test_a_category_that_the_list_does_not_have_is_said(listed: Path) -> None:
    with pytest.raises(InputError, match="--category XYZ: the list has no such category; it has ANON, NEWS"):
        read_list(listed).of(["XYZ"])


@given(st.binary(max_size=200))
def test_any_file_gives_targets_or_one_refusal(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("list") / "l.csv"
    path.write_bytes(b"url,category_code\n" + content)
    try:
        found = read_list(path)
    except InputError:
        return
    assert all(isinstance(problem, Problem) and problem.line > 1 for problem in found.problems)


@pytest.mark.parametrize("content", ["", "domain,x\na.example,1\n", '"', "\n\nurl\nhttp://a.example/"])
def test_a_file_without_the_column_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError, match="no column url"):
        read_text(tmp_path / "x.csv", content)


def test_a_list_of_which_nothing_can_be_measured_says_why(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing in it can be measured \(line 2: .*empty"):
        read_text(tmp_path / "x.csv", HEADING + ",NEWS\n")


def test_a_list_with_a_byte_order_mark_and_crlf_is_read(tmp_path: Path) -> None:
    assert read_text(tmp_path / "x.csv", "\ufeffurl,category_code\r\nhttp://a.example/,NEWS\r\n") == [
        "http://a.example/"
    ]


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_list(tmp_path)


@pytest.mark.parametrize("folder", ["", "lists", "test-lists/lists"])
def test_a_name_is_looked_for_in_the_reference_folder(tmp_path: Path, folder: str) -> None:
    place = tmp_path / folder / "xl.csv"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(HEADING)
    assert find("xl", tmp_path, {}) == place
    assert find("XL", None, {"TRIGPOINT_REFERENCE": str(tmp_path)}) == place


def test_a_file_is_itself(listed: Path) -> None:
    assert find(str(listed), None, {}) == listed


def test_without_a_folder_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"--list cn: no cn.csv in .*; run trigpoint reference update test-lists"):
        find("cn", None, {"TRIGPOINT_REFERENCE": str(tmp_path / "missing")})
    with pytest.raises(InputError, match=r"no cn.csv in"):
        find("cn", tmp_path, {})
    with pytest.raises(InputError, match="does not exist"):
        find("missing.csv", tmp_path, {})
    with pytest.raises(InputError, match="is no file"):
        find(str(tmp_path), None, {})


def test_the_lists_as_they_are_published_are_read(corpus: Path) -> None:
    """Every list but the legends; hardly a line of them cannot be measured."""
    paths = [
        path for path in sorted((corpus / "reference" / "test-lists" / "lists").glob("*.csv")) if path.name[0] != "0"
    ]
    found = [read_list(path) for path in paths]
    targets = sum(len(listed.targets) for listed in found)
    problems = sum(len(listed.problems) for listed in found)
    assert targets > 20_000
    assert problems < targets / 200


def test_a_file_that_is_no_list_by_its_size_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trigpoint.probe.lists._LARGEST_LIST_BYTES", 100)
    with pytest.raises(InputError, match="larger than"):
        read_text(tmp_path / "x.csv", HEADING + "x" * 100)
