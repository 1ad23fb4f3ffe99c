"""``trigpoint lab score`` and ``lab addresses``: from records of the lab to numbers, and what cannot be scored."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING

import msgspec
import polars as pl
import pytest

from tests.cli.lab_records import visit, write
from trigpoint.cli.group import BAD_INPUT
from trigpoint.lab.world.load import names
from trigpoint.reference.address_plan import AddressPlan
from trigpoint.store import durable, manifest
from trigpoint.store.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from tests.cli.commands import Said

RESET = "connection_reset"
OWN_WORLD = """
base = "open"
title = "One rule"
meaning = "TLS connections for one name are reset."
country = "XZ"

[[truth]]
target = "news.example"
state = "blocked"
mechanisms = ["tls.reset.sni"]
step = "tls"
failure = "connection_reset"
"""


@pytest.fixture
def surveyed(trigpoint: Callable[..., Said], tmp_path: Path) -> Callable[..., Path]:
    """Make a judged survey of records."""

    def make(*records: dict[str, Any], judge: bool = True) -> Path:
        path = write(tmp_path / "records.jsonl", *records)
        survey = tmp_path / "survey"
        assert trigpoint("observe", path, "--to", survey, "--processes", 1).status == 0
        assert not judge or trigpoint("judge", survey).status == 0
        return survey

    return make


@pytest.fixture
def three_worlds(surveyed: Callable[..., Path]) -> Path:
    """Two worlds that are known, one that is not, and something of the real network."""
    return surveyed(
        visit("https://facebook.example/", failure=RESET),
        visit("https://youtube.example/", asn=64502, failure=RESET),  # not blocked there
        visit("https://news.example/"),
        visit("https://nowhere.example/"),
        visit("https://shop.example/", world="open", cc="XA"),
        visit("https://x.example/", world="\x1b[2Jmars", cc="XZ"),
        visit("https://site.example/", world=None, cc="IR"),
    )


def test_numbers_are_told_for_each_world_and_in_total(trigpoint: Callable[..., Said], three_worlds: Path) -> None:
    said = trigpoint("lab", "score", three_worlds, "--json", "--quiet")
    assert (said.status, said.err) == (0, "")
    iran = {"rows": 3, "states_right": 2, "false_blocked": 1, "innocent": 2}
    # tls and tls.reset are named, both true; of dns, dns.injection, dns.injection.bogon and tls, tls.reset,
    # tls.reset.sni two are named
    shares = {"mechanism_precision": 1.0, "mechanism_recall": 0.3333}
    of_open = {"rows": 1, "states_right": 1, "false_blocked": 0, "innocent": 1}
    assert json.loads(said.out) == {
        "worlds": {
            "iran": iran | shares,
            "open": of_open | {"mechanism_precision": None, "mechanism_recall": None},
        },
        "total": {"rows": 4, "states_right": 3, "false_blocked": 1, "innocent": 3} | shares,
    }


def test_people_see_a_table_a_matrix_and_what_is_wrong(trigpoint: Callable[..., Said], three_worlds: Path) -> None:
    said = trigpoint("lab", "score", three_worlds)
    tables = [[line.split() for line in part.splitlines()] for part in said.out.strip().split("\n\n")]
    numbers, matrix, wrong, differing = tables
    assert numbers[1:] == [
        ["iran", "3", "2", "1", "2", "1.00", "0.33"],
        ["open", "1", "1", "0", "1", "-", "-"],
        ["total", "4", "3", "1", "3", "1.00", "0.33"],
    ]
    assert matrix == [
        ["true", "\\", "said", "ok", "down", "blocked", "insufficient"],
        ["ok", "2", "0", "1", "0"],
        ["down", "0", "0", "0", "0"],
        ["blocked", "0", "0", "1", "0"],
        ["insufficient", "0", "0", "0", "0"],
    ]
    assert wrong[0] == ["Wrong", "states"]
    assert wrong[2] == ["iran", "a2", "https://youtube.example/", "ok", "blocked", "tls.reset"]
    assert differing[2][2:] == ["https://facebook.example/", "dns.injection.bogon", "tls.reset.sni", *["tls.reset"] * 2]


def test_what_is_left_out_is_counted_and_does_not_steer_a_terminal(
    trigpoint: Callable[..., Said], three_worlds: Path
) -> None:
    said = trigpoint("lab", "score", three_worlds)
    unknown, stray, unmeasured = said.err.splitlines()
    assert unknown == "Verdicts left out, since their world is not known here: 1 (\\x1b[2Jmars)."
    assert stray == "Verdicts left out, since no row of truth speaks of what they are on: 1."
    assert unmeasured.endswith(" (iran, open).")


def test_long_lists_are_cut_unless_all_is_asked_for(
    trigpoint: Callable[..., Said], three_worlds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("trigpoint.cli.lab.score"), "_MOST_LINES", 0)  # the package has the command
    assert "and 1 more; --all lists them" in trigpoint("lab", "score", three_worlds).out
    everything = trigpoint("lab", "score", three_worlds, "--all").out
    assert "https://youtube.example/" in everything
    assert "more; --all" not in everything


def test_an_own_world_is_scored_by_its_file(
    trigpoint: Callable[..., Said], surveyed: Callable[..., Path], tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(OWN_WORLD, encoding="utf-8")
    survey = surveyed(visit("https://news.example/", world="mine", cc="XZ", failure=RESET))
    alone = trigpoint("lab", "score", survey)
    assert alone.status == BAD_INPUT
    assert alone.sentence == f"{survey}: it was measured in worlds that are not known here: mine; see --world"
    said = trigpoint("lab", "score", survey, "--world", file, "--json", "--quiet")
    assert json.loads(said.out)["total"]["states_right"] == 1


def test_a_name_in_a_survey_is_never_that_of_a_file(
    trigpoint: Callable[..., Said], surveyed: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(OWN_WORLD, encoding="utf-8")
    survey = surveyed(visit("https://news.example/", world="mine.toml"), visit("https://x.example/", world="iran:none"))
    said = trigpoint("lab", "score", survey)
    assert said.status == BAD_INPUT
    assert "not known here: iran:none, mine.toml" in said.sentence


def test_a_survey_without_the_lab_is_one_sentence(
    trigpoint: Callable[..., Said], surveyed: Callable[..., Path]
) -> None:
    survey = surveyed(visit("https://site.example/", world=None, cc="IR"))
    said = trigpoint("lab", "score", survey)
    assert (said.status, said.out) == (BAD_INPUT, "")
    assert said.sentence == f"{survey}: none of its 1 measurements was made in the lab"


def test_a_survey_that_is_not_judged_says_how_to(trigpoint: Callable[..., Said], surveyed: Callable[..., Path]) -> None:
    survey = surveyed(visit("https://news.example/"), judge=False)
    said = trigpoint("lab", "score", survey)
    assert said.status == BAD_INPUT
    assert said.sentence.endswith(f"not judged yet; run: trigpoint judge {survey}")


@pytest.mark.parametrize("manifest_text", [None, "", "format = 1\n", "\0\xff", "format = 99\n"])
def test_a_folder_that_is_no_survey_is_one_sentence(
    trigpoint: Callable[..., Said], tmp_path: Path, manifest_text: str | None
) -> None:
    if manifest_text is not None:
        (tmp_path / "survey.toml").write_text(manifest_text, encoding="latin-1")
    said = trigpoint("lab", "score", tmp_path)
    assert said.status == BAD_INPUT
    assert str(tmp_path) in said.sentence


def _tampered(survey: Path, table: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """Change a table so that every hash of the survey agrees: what somebody with bad intent can hand over."""
    opened = Survey.open(survey)
    files = []
    for file in opened.files:
        path = survey / file.path
        if file.table == table:
            change(pl.read_parquet(path, hive_partitioning=False)).write_parquet(path)
        digest, size = durable.sha256_of(path)
        files.append(msgspec.structs.replace(file, sha256=digest, bytes=size))
    listed, content = manifest.encode_list(tuple(files))
    (survey / listed.name).write_bytes(content)
    changed = msgspec.structs.replace(opened.manifest, files=listed)
    (survey / manifest.MANIFEST_NAME).write_bytes(manifest.encode(changed))


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("verdicts", lambda frame: frame.with_columns(state=pl.lit("conquered"))),
        ("verdicts", lambda frame: frame.with_columns(state=pl.lit(None, pl.String()))),
        ("verdicts", lambda frame: frame.with_columns(state=pl.lit(7))),
        ("verdicts", lambda frame: frame.with_columns(mechanisms=pl.lit(1.5))),
        ("verdicts", lambda frame: frame.drop("state")),
        ("measurements", lambda frame: frame.with_columns(probe_asn=pl.lit("64501"))),
        ("measurements", lambda frame: frame.with_columns(lab_world=pl.lit([b"iran"]))),
    ],
)
def test_a_survey_whose_verdicts_make_no_sense_is_one_sentence(
    trigpoint: Callable[..., Said],
    surveyed: Callable[..., Path],
    table: str,
    change: Callable[[pl.DataFrame], pl.DataFrame],
) -> None:
    survey = surveyed(visit("https://news.example/"))
    _tampered(survey, table, change)
    said = trigpoint("lab", "score", survey)
    assert (said.status, said.out) == (BAD_INPUT, "")
    assert said.sentence.startswith(f"{survey}: its verdicts cannot be read: ")


def test_a_mechanism_that_nobody_knows_is_a_wrong_one(
    trigpoint: Callable[..., Said], surveyed: Callable[..., Path]
) -> None:
    survey = surveyed(visit("https://facebook.example/", failure=RESET))
    _tampered(survey, "verdicts", lambda frame: frame.with_columns(mechanisms=pl.lit("magic.\x1b[2J tls.reset.sni")))
    said = trigpoint("lab", "score", survey)
    assert "magic.\\x1b[2J" in said.out
    assert "\x1b" not in said.out
    precision = json.loads(trigpoint("lab", "score", survey, "--json").out)["total"]["mechanism_precision"]
    assert precision == 0.6  # tls, tls.reset, tls.reset.sni of five


def test_the_plan_of_a_world_makes_its_answers_true(
    trigpoint: Callable[..., Said], surveyed: Callable[..., Path], tmp_path: Path
) -> None:
    survey = surveyed(visit("https://facebook.example/"))
    assert Survey.open(survey).scan("tcp_connects").collect()["is_bogon"].to_list() == [True, True]
    plan = tmp_path / "plan.csv"
    plan.write_text(trigpoint("lab", "addresses", "iran").out, encoding="utf-8")
    records = tmp_path / "records.jsonl"
    again = tmp_path / "again"
    assert trigpoint("observe", records, "--to", again, "--addresses", plan, "--quiet").status == 0
    found = Survey.open(again).scan("tcp_connects").select("asn", "is_bogon").unique().collect()
    assert found.rows() == [(64507, False)]


def test_without_names_the_plan_is_of_all_worlds(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    printed = trigpoint("lab", "addresses").out
    assert printed == trigpoint("lab", "addresses", *reversed(names())).out
    (tmp_path / "plan.csv").write_text(printed, encoding="utf-8")
    assert AddressPlan(tmp_path / "plan.csv").lookup("192.0.2.2").asn == 64501


def test_a_world_that_there_is_not_has_no_plan(trigpoint: Callable[..., Said]) -> None:
    said = trigpoint("lab", "addresses", "atlantis")
    assert (said.status, said.out) == (BAD_INPUT, "")
    assert "there is no world 'atlantis'" in said.sentence


@pytest.mark.parametrize("line", ["192.0.2.0/33,,,", "192.0.2.0/24,AS1,,", "a\x1b[2J,,,"])
def test_a_bad_plan_is_one_sentence_with_the_line(trigpoint: Callable[..., Said], tmp_path: Path, line: str) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text(f"prefix,asn,as_name,country\n192.0.2.0/24,,,\n{line}\n", encoding="utf-8")
    records = write(tmp_path / "records.jsonl", visit("https://news.example/"))
    said = trigpoint("observe", records, "--to", tmp_path / "s", "--addresses", plan)
    assert said.status == BAD_INPUT
    assert said.sentence.startswith(f"{plan}: line 3: ")
    assert not (tmp_path / "s").exists()
