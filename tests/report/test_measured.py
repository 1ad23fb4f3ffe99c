import csv
import hashlib
import json
import re
from pathlib import Path

import polars as pl
import pytest

from tests.figures.surveys import CATEGORIES, SOURCE, MemorySurvey, case, measurement_id, realistic, record, survey
from tests.report.materials import leave_out_png
from tests.report.read_pages import Page, loose_ends
from trigpoint.errors import CountryError, InputError
from trigpoint.report import Survey, Written, measured, rows, write

pytestmark = pytest.mark.usefixtures("without_png")


def _report(tmp_path: Path, held: MemorySurvey, code: str = "IR", **options: object) -> Path:
    return write(code, tmp_path / "report", survey=Survey(tables=held, fetch=record, **options)).page.parent


@pytest.fixture(scope="module")
def xl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report that nobody changes."""
    with pytest.MonkeyPatch.context() as patch:
        leave_out_png(patch)
        return _report(tmp_path_factory.mktemp("xl"), realistic(), "XL")


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_link_of_every_page_leads_to_something_that_is_there(xl: Path) -> None:
    assert loose_ends(xl) == []


def test_no_page_names_another_site_or_carries_a_program(xl: Path) -> None:
    for path in xl.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        page = Page(path)
        assert not [link for link in page.links if re.match(r"(?!data:,)[a-z]+:|//", link)]
        assert not page.tags & {"script", "iframe", "object", "embed", "img", "form", "base"}
        assert "default-src &#39;none&#39;" in text or "default-src 'none'" in text
        assert "@import" not in text
        assert not re.search(r"url\((?!#)", text)


def test_ids_of_a_page_are_its_own(xl: Path) -> None:
    page = Page(xl / "index.html")
    assert len(page.ids) == len(set(page.ids))


def test_the_same_survey_gives_the_same_bytes(tmp_path: Path) -> None:
    folders = [_report(tmp_path / name, realistic(), "XL") for name in ("one", "two")]
    contents = [{path.relative_to(folder): path.read_bytes() for path in _files(folder)} for folder in folders]
    assert contents[0] == contents[1]


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_numbers_of_the_page_are_those_of_the_ledger_and_of_the_csv(xl: Path) -> None:
    folder = xl
    page = Page(folder / "index.html")
    ledger = {figure["id"]: figure for figure in json.loads((folder / "report.json").read_bytes())["figures"]}
    assert len(page.figures) > 15
    for name, shown in page.figures.items():
        if ledger[name]["unit"] not in {"share", "day"}:
            assert shown.replace("\u202f", "") == str(ledger[name]["value"])
    verdicts = _read(folder / "data" / "verdicts.csv")
    blocked = [row for row in verdicts if row["state"] == "blocked"]
    assert int(page.figures["blocking.targets"]) == len({row["target"] for row in blocked})
    assert int(page.figures["blocking.targets"]) == len(_read(folder / "data" / "blocked_targets.csv"))
    assert int(page.figures["verdicts.insufficient"]) == sum(row["state"] == "insufficient" for row in verdicts)
    assert int(page.figures["coverage.measurements"]) == len(_read(folder / "data" / "measurements.csv"))


def test_from_a_number_the_way_leads_to_the_raw_record(tmp_path: Path) -> None:
    folder = _report(tmp_path, survey(case("a", "x.example", "blocked", mechanisms="tls.reset")))
    index = Page(folder / "index.html")
    assert "evidence/state-blocked.html" in index.links
    listed = Page(folder / "evidence" / "state-blocked.html")
    (to_measurement,) = [link for link in listed.links if "/m-" in link]
    measurement = Page(folder / "evidence" / to_measurement)
    (to_record,) = [link for link in measurement.links if link.startswith("../records/")]
    assert (folder / "evidence" / to_record).resolve().read_bytes() == record(Path("runs.jsonl"), None, 7, "")
    assert "/test_keys/tls_handshakes/0" in measurement.text
    assert '"failure": "connection_reset"' in measurement.text


def test_a_count_of_a_state_leads_to_as_many_rows(tmp_path: Path) -> None:
    folder = _report(tmp_path, realistic(days=8), "XL")
    numbers = Page(folder / "index.html").numbers
    grouped = {link: shown for link, shown in numbers.items() if re.search("#(blocked|ok|down|insufficient)$", link)}
    assert {link.split("/")[1].split("-")[0] for link in grouped} >= {"day", "nettest", "network", "target"}
    for link, shown in grouped.items():
        name, _, state = link.partition("#")
        assert shown == {str(Page(folder / name).groups[state])}, link


def test_each_measured_cell_of_the_matrix_leads_to_its_rows(xl: Path) -> None:
    page = (xl / "index.html").read_text(encoding="utf-8")
    matrix = page[page.index('id="table-matrix"') : page.index("</table>", page.index('id="table-matrix"'))]
    cells = re.findall(r'<td class="(\w+)[^>]*>(.*?)</td>', matrix, re.DOTALL)
    assert {state for state, _ in cells} > {"blocked", "not_measured"}
    assert all(("href=" in content) == (state != "not_measured") for state, content in cells)


def test_plainly_reached_measurements_have_a_page_and_their_record(tmp_path: Path) -> None:
    folder = _report(tmp_path, survey(case("a", "x.example"), case("b", "y.example")))
    assert len(list((folder / "evidence").glob("m-*.html"))) == len(list((folder / "records").iterdir())) == 2


def test_a_row_without_a_copy_names_file_line_and_hash(tmp_path: Path) -> None:
    folder = write("IR", tmp_path / "x", survey=Survey(tables=survey(case("a", "x.example")))).page.parent
    text = Page(folder / "evidence" / "target-x.example.html").text
    assert "runs.jsonl, line 7, SHA-256 of the file 5555555555555555" in text


def test_a_record_that_is_gone_is_told_on_its_page(tmp_path: Path) -> None:
    def gone(path: Path, member: str | None, line: int, identity: str) -> bytes:
        message = f"{path} is gone"
        raise InputError(message)

    folder = write("IR", tmp_path / "x", survey=Survey(tables=survey(case("a", state="down")), fetch=gone)).page.parent
    (page,) = (folder / "evidence").glob("m-*.html")
    assert "not copied: runs.jsonl is gone" in Page(page).text
    assert list((folder / "records").iterdir()) == []


def test_report_json_lists_every_file_with_its_hash(tmp_path: Path) -> None:
    folder = _report(tmp_path, survey(case("a")))
    content = json.loads((folder / "report.json").read_bytes())
    on_disk = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    assert {"report.json", *content["files"]} == set(on_disk)
    for name, sha256 in content["files"].items():
        assert hashlib.sha256(on_disk[name].read_bytes()).hexdigest() == sha256
    assert content["versions"]["rules"] == "1"
    assert content["references"][0]["sha256"] == "a" * 64


def test_the_answer_tells_what_was_written(tmp_path: Path) -> None:
    written = write("ir", tmp_path / "x", survey=Survey(tables=survey(case("a", state="blocked"))))
    assert written == Written(
        page=tmp_path / "x" / "index.html", files=len(_files(tmp_path / "x")), measurements=1, verdicts=1,
        targets_with_signs=1, rejects=0, is_fictional=False,
    )  # fmt: skip
    assert not (tmp_path / "x" / "records").exists()
    assert "Raw records are not copied" in Page(written.page).text


def test_invented_data_are_marked_on_every_page_in_print_in_json_and_in_every_csv(xl: Path) -> None:
    folder = xl
    for path in folder.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "<strong>Fictional data.</strong>" in text
        assert '@top-right { content: "FICTIONAL DATA' in text
    content = json.loads((folder / "report.json").read_bytes())
    assert content["is_fictional"] is True
    assert all("fictional" in figure["flags"] for figure in content["figures"])
    for path in (folder / "data").glob("*.csv"):
        assert {row["is_fictional"] for row in _read(path)} <= {"true"}
    assert "FICTIONAL" in (folder / "data" / "README.txt").read_text(encoding="utf-8")


def _of_the_lab(*worlds: str | None) -> MemorySurvey:
    held = survey(*(case(f"{number}", country="XE", state="blocked") for number in range(len(worlds))))
    frame = held.frames["measurements"]
    held.frames["measurements"] = frame.with_columns(lab_world=pl.Series(worlds, dtype=pl.String()))
    return held


def test_a_laboratory_is_told_on_every_page_in_print_in_json_and_in_every_csv(tmp_path: Path) -> None:
    folder = _report(tmp_path, _of_the_lab("iran", "iran:night"), "XE")
    pages = list(folder.rglob("*.html"))
    assert len(pages) > 3
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert "<strong>Laboratory.</strong> The measurements behind this report were made in a virtual" in text
        assert "Worlds: <bdi>iran</bdi>, <bdi>iran:night</bdi>. " in text
        assert '@top-right { content: "LABORATORY' in text
        assert "Fictional data" not in text
        assert "(laboratory)</title>" in text
    content = json.loads((folder / "report.json").read_bytes())
    assert (content["name"], content["is_fictional"]) == ("Laboratory XE", False)
    assert content["lab_worlds"] == ["iran", "iran:night"]
    assert all("laboratory" in figure["flags"] for figure in content["figures"])
    for path in (folder / "data").glob("*.csv"):
        assert {row["is_laboratory"] for row in _read(path)} <= {"true"}
    for name in ("measurements", "verdicts"):
        assert {row["lab_world"] for row in _read(folder / "data" / f"{name}.csv")} == {"iran", "iran:night"}
    assert "LABORATORY" in (folder / "data" / "README.txt").read_text(encoding="utf-8")


def test_of_a_survey_that_is_partly_of_the_lab_the_part_is_told(tmp_path: Path) -> None:
    text = Page(_report(tmp_path, _of_the_lab("iran", None, None), "XE") / "index.html").text
    assert "Laboratory. 1 of 3 measurements behind this report were made in a virtual Internet" in text


def test_names_of_worlds_are_text_and_not_too_many(tmp_path: Path) -> None:
    worlds = ["<script>alert(1)</script>", "\u202emars", *(f"w{number}" for number in range(8))]
    page = _report(tmp_path, _of_the_lab(*worlds), "XE") / "index.html"
    assert "script" not in Page(page).tags
    text = page.read_text(encoding="utf-8")
    assert "\u202e" not in text
    assert "and 2 more." in text


def test_a_report_of_the_real_network_says_nothing_of_a_laboratory(tmp_path: Path) -> None:
    folder = _report(tmp_path, survey(case("a")))
    for path in folder.rglob("*.html"):
        assert "laboratory" not in path.read_text(encoding="utf-8").lower()
    assert json.loads((folder / "report.json").read_bytes())["lab_worlds"] == []


@pytest.mark.parametrize(("fictional", "expected"), [(None, False), (True, True), (False, False)])
def test_real_data_are_marked_only_when_asked(tmp_path: Path, fictional: bool | None, expected: bool) -> None:
    folder = _report(tmp_path, survey(case("a")), fictional=fictional)
    assert ("Fictional data" in Page(folder / "index.html").text) is expected


def test_the_code_of_the_fictional_country_is_enough_to_mark_it(tmp_path: Path) -> None:
    assert write("XL", tmp_path / "x", survey=Survey(tables=survey(case("a", country="XL")))).is_fictional


def test_a_published_report_leaves_out_what_could_point_at_a_person(tmp_path: Path) -> None:
    runs = [f"20240301T101112Z_IR_4199999999_{number}" for number in range(6)]
    asns = [4_199_999_999 - number % 2 for number in range(6)]
    told = {"reason": "secret words"}
    cases = [
        case(run, f"site-{run[-1]}.example", "blocked", run=run, asn=asn, **told)
        for run, asn in zip(runs, asns, strict=True)
    ]
    rejects = [{"path": "/home/somebody/x.jsonl", "line": 1, "reason": "bad /home/somebody"}]
    folder = _report(tmp_path, survey(*cases, rejects=rejects), publish=True)
    assert not (folder / "records").exists()
    assert not list((folder / "evidence").glob("m-*"))
    everything = "\n".join(path.read_text(encoding="utf-8") for path in _files(folder) if path.suffix != ".png")
    hashes = (SOURCE[:16], *(measurement_id(run)[:16] for run in runs))
    for secret in (*hashes, "4199999999", "10:11", "T1011", "runs.jsonl", "secret words", "somebody", "192.0.2.1"):
        assert secret not in everything, secret
    text = Page(folder / "index.html").text
    assert "other networks" in text
    assert "Networks with fewer than 5 distinct runs are shown together" in text
    assert "on networks too small to be named, on 2024-03-01" in text
    assert "0 of 0" not in everything
    assert "2\xa0networks too small to be named: shown together" in text
    assert json.loads((folder / "report.json").read_bytes())["is_published"] is True


def test_networks_that_are_few_even_together_are_withheld_and_counted(tmp_path: Path) -> None:
    big = [case(f"b{number}", asn=1, run=f"big {number}") for number in range(5)]
    small = [case(f"s{number}", "secret.example", "blocked", 4_199_999_999, run=f"s{number}") for number in range(2)]
    folder = _report(tmp_path, survey(*big, *small), publish=True)
    everything = "\n".join(path.read_text(encoding="utf-8") for path in _files(folder) if path.suffix != ".png")
    assert "secret.example" not in everything
    text = Page(folder / "index.html").text
    assert "1\xa0network too small to be named: 2\xa0measurements withheld." in text
    assert "2 measurements were withheld wholly" in text


def test_a_country_of_which_nothing_can_be_published_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CountryError, match="nothing of IR can be published"):
        _report(tmp_path, survey(case("a")), publish=True)
    assert list(tmp_path.iterdir()) == []


def test_signs_on_networks_that_are_not_known_are_not_given_as_none_of_none(tmp_path: Path) -> None:
    text = Page(_report(tmp_path, survey(case("a", state="blocked", asn=None))) / "index.html").text
    assert "on networks that are not known, on 2024-03-01" in text
    assert "0 of 0" not in text


def test_what_the_same_bytes_need_and_the_rules_are_told(tmp_path: Path) -> None:
    folder = _report(tmp_path, survey(case("a")))
    readme = (folder / "data" / "README.txt").read_text(encoding="utf-8")
    assert "Rules version: 1\n" in readme
    for text in (readme, Page(folder / "index.html").text):
        assert "same sources under the same paths, with the same versions and reference files, give" in text


def test_one_is_no_plural(tmp_path: Path) -> None:
    text = Page(_report(tmp_path, survey(case("a", state="blocked"))) / "index.html").text
    assert not re.findall(r"(?<![\d.])1[ \xa0](?:targets|networks|days|signs|verdicts|measurements|runs)\b", text)


def test_categories_of_a_file_stand_in_the_table_and_its_hash_in_the_method(tmp_path: Path) -> None:
    path = tmp_path / "categories.csv"
    path.write_text(CATEGORIES, encoding="utf-8")
    folder = _report(tmp_path, realistic(), "XL", categories=path)
    assert "NEWS" in {row["category"] for row in _read(folder / "data" / "blocked_targets.csv")}
    assert hashlib.sha256(path.read_bytes()).hexdigest() in Page(folder / "index.html").text


def test_words_never_say_more_than_the_evidence(tmp_path: Path) -> None:
    one = Page(_report(tmp_path / "one", survey(case("a", "x.example", "blocked"))) / "index.html").text
    assert "All of them come from 1 run: an anomaly" in one
    assert "x.example: from one run, an anomaly" in one
    more = survey(*(case(name, "x.example", "blocked", run=name, asn=len(name)) for name in ("a", "bb")))
    text = Page(_report(tmp_path / "more", more) / "index.html").text
    assert "signs of blocking on 2 of 2 measured networks" in text
    assert not re.search(r"Iran (?:censors|blocks)|confirmed|censored by", one + text)


def test_nothing_seen_is_not_called_open(tmp_path: Path) -> None:
    text = Page(_report(tmp_path, survey(case("a"))) / "index.html").text
    assert "No signs of blocking were seen in 1\xa0verdict" in text
    assert "not evidence that nothing is blocked" in text


def test_measurements_without_verdicts_say_that_nothing_can_be_said(tmp_path: Path) -> None:
    held = survey(case("a"))
    held.frames["verdicts"] = held.frames["verdicts"].head(0)
    assert "no verdict: nothing can be said about blocking" in Page(_report(tmp_path, held) / "index.html").text


def test_a_cap_on_records_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST_RECORDS", 1)
    monkeypatch.setattr(measured, "MOST_RECORDS", 1)
    folder = _report(tmp_path, survey(case("a", state="down"), case("b", state="blocked")))
    text = Page(folder / "index.html").text
    assert "Raw records are copied, each with a page, for 1 of 2 measurements: signs of blocking first, then" in text
    assert len(list((folder / "records").iterdir())) == 1


def test_rejects_are_named_with_their_reasons(tmp_path: Path) -> None:
    rejects = [{"path": "bad.jsonl", "line": 88, "reason": "the line is cut off"}]
    text = Page(_report(tmp_path, survey(case("a"), rejects=rejects)) / "index.html").text
    assert "bad.jsonl" in text
    assert "the line is cut off" in text


def test_what_is_not_a_country_writes_nothing(tmp_path: Path) -> None:
    for code, words in (("ZZ", "is not a country code"), ("KE", "no measurements of KE; it has IR")):
        with pytest.raises(CountryError, match=words):
            write(code, tmp_path / "x", survey=Survey(tables=survey(case("a"))))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="something else than a report"):
        write("IR", tmp_path, survey=Survey(tables=survey(case("a"))))


def test_hostile_text_in_every_field_stays_text(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>\u202e\"'"
    held = survey(
        case("a", hostile, "blocked", mechanisms="tls.reset", rules=hostile, reason=hostile),
        case("b", hostile, "insufficient", explanations="<b>x</b>", reason=hostile),
        rejects=[{"path": hostile, "member": hostile, "line": 1, "reason": hostile}],
    )
    for path in _report(tmp_path, held).rglob("*.html"):
        assert not Page(path).tags & {"script", "img"}, path
        assert "\u202e" not in path.read_text(encoding="utf-8")


def test_a_page_tells_signs_as_undecided_and_counts_none_and_a_service_once(tmp_path: Path) -> None:
    parts = {"parts": "telegram/chat telegram/web"}
    held = survey(
        case("a", "telegram/web", "insufficient", mechanisms="tcp.timeout", explanations="network.flaky"),
        case("a", "telegram", "insufficient", mechanisms="tcp.timeout", **parts),
    )
    folder = _report(tmp_path, held)
    rows_page = " ".join(Page(folder / "evidence" / "state-insufficient.html").text.split())
    assert "signs of tcp.timeout, undecided; network.flaky" in rows_page
    own_page = Page(folder / "evidence" / f"m-{measurement_id('a')}.html").text
    assert own_page.count("Signs of, undecidedtcp.timeout") == 2
    index = Page(folder / "index.html")
    assert index.figures["blocking.targets"] == "0"
    assert index.figures["verdicts.all"] == "1"
    assert "evidence/service-telegram.html#insufficient" in index.links
    assert not (folder / "evidence" / "mechanism-tcp.timeout.html").exists()
