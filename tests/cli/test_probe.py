"""The verb ``trigpoint probe``: in the field, which here is the loopback, and in the lab."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import signal
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.small_internet import SmallInternet, closed_port, confine
from tests.probe.diaries import diary_of
from trigpoint.net.dial.dns import ask
from trigpoint.probe import record
from trigpoint.probe.consent import VERSION, store
from trigpoint.probe.record import Envelope, line_of
from trigpoint.probe.residue import Residue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli.commands import Said

SECONDS = 60  # until a test is given up; none waits for it


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody has agreed to anything yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallInternet]:
    """An Internet of this test's own, the only one that the probe knows."""
    made = SmallInternet()
    confine(made.web_port, made.dns_port, monkeypatch.setattr)
    yield made
    made.close()


def records(path: Path) -> list[dict[str, Any]]:
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in text.splitlines()]


def names(path: Path) -> list[tuple[str, str | None]]:
    return [(record["test_name"], record["input"]) for record in records(path)]


def test_without_consent_nothing_is_sent_and_nothing_written(
    trigpoint: Callable[..., Said], internet: SmallInternet, tmp_path: Path
) -> None:
    said = trigpoint("probe", internet.url("/a"), "--to", tmp_path / "a.jsonl")
    assert said.status == 2
    assert "nobody has agreed" in said.sentence
    said = trigpoint("probe", internet.url("/a"), "--to", tmp_path / "a.jsonl", "--consent", "2020-01-01-00000000")
    assert said.status == 2
    assert "another text" in said.sentence
    assert internet.asked == []
    assert not (tmp_path / "a.jsonl").exists()


def test_the_own_network_is_looked_at_first_and_then_each_url_once(
    trigpoint: Callable[..., Said], internet: SmallInternet, tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl.gz"
    urls = [internet.url("/a"), internet.url("/b"), internet.url("/a")]
    said = trigpoint("probe", *urls, "--to", path, "--consent", VERSION)
    assert said.status == 0, said.err
    assert names(path)[0] == ("sanity", None)
    assert sorted(names(path)[1:]) == [("web_connectivity", urls[0]), ("web_connectivity", urls[1])]
    assert internet.asked[0] == "/generate_204"
    first, *others = records(path)
    keys = first["test_keys"]
    assert (keys["captive_portal"], keys["ipv4"], keys["nxdomain_rewrite"]) == (False, True, False)
    assert abs(keys["clock_offset_seconds"]) < 2
    assert {record["annotations"]["consent"] for record in (first, *others)} == {VERSION}
    (run,) = {record["report_id"] for record in (first, *others)}
    assert re.fullmatch(r"[0-9a-f]{32}", run)
    assert "without a look from outside" in said.err


def test_a_login_page_ends_the_run_in_one_sentence_and_its_record_stays(
    trigpoint: Callable[..., Said], internet: SmallInternet, tmp_path: Path
) -> None:
    internet.is_captive = True
    path = tmp_path / "a.jsonl"
    said = trigpoint("probe", internet.url("/a"), "--to", path, "--consent", VERSION, "--quiet")
    assert said.status == 2
    assert said.sentence.startswith("a login page stands between")
    assert names(path) == [("sanity", None)]
    assert internet.asked == ["/generate_204"]


def test_no_network_is_one_sentence(
    trigpoint: Callable[..., Said],
    internet: SmallInternet,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    internet.close()
    monkeypatch.setattr("trigpoint.probe.field.PORTAL_CHECKS", ())
    path = tmp_path / "a.jsonl"
    said = trigpoint("probe", internet.url("/a"), "--to", path, "--consent", VERSION, "--quiet")
    assert said.status == 2
    assert said.sentence.startswith("nothing answers")
    assert records(path)[0]["test_keys"]["answers"] is False


def test_in_an_empty_namespace_as_well(tmp_path: Path) -> None:
    """There, nothing is patched: the probe looks for the real Internet and finds none."""
    apart = ("unshare", "--user", "--map-root-user", "--net")
    if shutil.which(apart[0]) is None or subprocess.run([*apart, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody make a namespace")
    path = tmp_path / "a.jsonl"
    asked = (
        "probe",
        "https://site.example/",
        "--helper",
        "https://helper.example/",
        "--to",
        path,
        "--consent",
        VERSION,
    )
    command = [*apart, sys.executable, "-m", "trigpoint", *map(str, asked), "--quiet"]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=SECONDS)
    assert ended.returncode == 2
    assert ended.stderr.startswith("trigpoint: nothing answers")
    assert ended.stderr.count("\n") == 1
    assert names(path) == [("sanity", None)]


def test_a_helper_that_cannot_be_reached_is_said_once_and_the_run_goes_on(
    trigpoint: Callable[..., Said], internet: SmallInternet, tmp_path: Path
) -> None:
    helper = f"http://127.0.0.1:{closed_port()}/"
    path = tmp_path / "a.jsonl"
    urls = [internet.url("/a"), internet.url("/b")]
    said = trigpoint("probe", *urls, "--to", path, "--consent", VERSION, "--helper", helper)
    assert said.status == 0
    assert said.err.count(helper) == 1
    assert "connection_refused" in said.err
    assert [record["test_keys"].get("control_failure") for record in records(path)[1:]] == ["connection_refused"] * 2


@pytest.fixture
def helper() -> Iterator[dict[str, str]]:
    """A control server with everything, by what it serves."""
    kinds = ("listen", "https", "quic", "echo", "silent", "dns")
    places = [word for kind in kinds for word in (f"--{kind}", "127.0.0.1:0")]
    command = [sys.executable, "-m", "trigpoint", "control", *places, "--whoami", "who.example", "--rate", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            yield dict(re.findall(r"(\w+) (127\.0\.0\.1:\d+)", process.stderr.readline()))
        finally:
            process.kill()


@pytest.mark.waits
def test_what_a_helper_offers_is_found_and_used(
    trigpoint: Callable[..., Said],
    internet: SmallInternet,
    tmp_path: Path,
    helper: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("trigpoint.probe.field.Residue", lambda: Residue(0.0))  # else two arms are six minutes apart
    monkeypatch.setattr("trigpoint.probe.nettests.dnscheck._WINDOW_SECONDS", 0.2)
    monkeypatch.setattr("trigpoint.probe.nettests.dnscheck.ask", partial(ask, timeout=0.5))  # where nobody answers
    url = internet.url("/a")
    runs = {
        "quic": (url,),
        "sni_blocking": ("site.example",),
        "dnscheck": ("site.example",),
        "http_invalid_request_line": (),
        "http_header_field_manipulation": (),
    }
    keys = {}
    for nettest, inputs in runs.items():
        path = tmp_path / f"{nettest}.jsonl"
        asked = ("--nettest", nettest, "--tier", "3", "--consent", VERSION, "--helper", f"http://{helper['http']}/")
        said = trigpoint("probe", *inputs, *asked, "--to", path, "--resolver", f"udp://{helper['dns']}")
        assert said.status == 0, said.err
        assert "No helper offers" not in said.err
        keys[nettest] = records(path)[1]["test_keys"]
    ladder = keys["quic"]["x_tally"]
    assert all(set(ladder[arm]) == {"ok"} for arm in ("target", "control", "after", "version", "echo", "echo_small"))
    assert keys["sni_blocking"]["result"] == "success.got_server_hello"
    assert keys["sni_blocking"]["control"]["th_address"] == helper["https"]
    assert {count for counts in keys["dnscheck"]["x_replies_of_nobody"].values() for count in counts} == {0}
    assert keys["dnscheck"]["x_identities"][f"udp://{helper['dns']}"] is not None
    assert keys["http_invalid_request_line"]["failure_list"] == [None] * 5
    assert keys["http_invalid_request_line"]["tampering"] is False
    assert keys["http_header_field_manipulation"]["failure"] is None


def test_the_address_that_a_helper_sees_stands_in_no_record(
    trigpoint: Callable[..., Said], internet: SmallInternet, tmp_path: Path
) -> None:
    path, client = tmp_path / "a.jsonl", "8.8.4.4"
    internet.health = json.dumps({"software": "x", "version": "1", "client": client})
    asked = ("--consent", VERSION, "--helper", internet.url("/"), "--to", path)
    assert trigpoint("probe", internet.url("/a"), *asked).status == 0
    assert "/health" in internet.asked
    assert client not in path.read_text(), "also not in the first record, which has the helper's answer in it"
    assert records(path)[0]["test_keys"]["helpers"][0]["offers"]["client"] == "[scrubbed]"


def test_what_no_helper_offers_is_said_before_it_is_missed(
    trigpoint: Callable[..., Said], internet: SmallInternet, tmp_path: Path
) -> None:
    path, bare = tmp_path / "a.jsonl", internet.url("/")
    asked = ("--consent", VERSION, "--tier", "2", "--to", path)
    said = trigpoint("probe", "--nettest", "http_invalid_request_line", *asked, "--helper", bare)
    assert said.status == 0, said.err
    assert (
        said.err.count("No helper offers an echo server, so http_invalid_request_line will tell less, or nothing") == 1
    )
    path.unlink()
    said = trigpoint("probe", internet.url("/a"), *asked, "--helper", bare)
    assert "No helper offers a large object over TLS, so throttling will tell" in said.err
    assert "dnscheck" in said.err
    path.unlink()
    said = trigpoint("probe", internet.url("/a"), *asked)
    assert "No helper offers" not in said.err, "that there is none at all was said"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("not a name",), "a blank"),
        (("https://-/",), "no host name"),
        (("https://me:secret@site.example/",), "user name or password"),
        (("ftp://site.example/",), "only http and https"),
        (
            (
                "--nettest",
                "sni_blocking",
                "--tier",
                "2",
                "no..name",
            ),
            "no host name",
        ),
        (("--nettest", "dnscheck", "dot://not a server/"), "is no resolver"),
        (("--nettest", "sni_blocking", "site.example"), "--tier 2"),
        (("--nettest", "everything"), "there is no nettest"),
        ((), "nothing to measure"),
        (("--list", "missing.csv"), "missing.csv"),
        (("https://site.example/", "--helper", "helper.example"), "--helper"),
        (("https://site.example/", "--resolver", "8.8.8.8"), "no resolver"),
        (("https://site.example/", "--resume"), "--to"),
        (("https://site.example/", "--to", "a.txt"), ".jsonl"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_nothing_is_sent(
    trigpoint: Callable[..., Said],
    internet: SmallInternet,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    why: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    said = trigpoint("probe", *arguments, "--consent", VERSION, "--quiet")
    assert said.status == 2
    assert why in said.sentence
    assert "secret" not in said.err
    assert internet.asked == []


def test_broken_lines_of_a_list_are_named_and_the_others_measured(
    trigpoint: Callable[..., Said], internet: SmallInternet, tmp_path: Path
) -> None:
    listed = tmp_path / "mine.csv"
    header = "url,category_code,category_description,date_added,source,notes"
    lines = [header, f"{internet.url('/a')},NEWS,,,,", "http://a b/,NEWS,,,,", "nonsense"]
    listed.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path = tmp_path / "a.jsonl"
    said = trigpoint("probe", "--list", listed, "--to", path, "--consent", VERSION)
    assert said.status == 0, said.err
    assert "line 3 is left out" in said.err
    assert "line 4 is left out" in said.err
    assert names(path)[1:] == [("web_connectivity", internet.url("/a"))]
    assert records(path)[1]["annotations"]["category"] == "NEWS"


def test_where_the_law_is_harsh_categories_are_left_out_at_once(
    trigpoint: Callable[..., Said], internet: SmallInternet, tmp_path: Path
) -> None:
    listed, path = tmp_path / "mine.csv", tmp_path / "a.jsonl"
    codes = ("NEWS", "PORN", "anon", "LGBT", "MILX", "ALDR", "HUMR", "POLR")
    rows = [f"{internet.url('/' + code)},{code},,,," for code in codes]
    listed.write_text("\n".join(["url,category_code,category_description,date_added,source,notes", *rows]) + "\n")
    typed = internet.url("/PORN2")
    asked = ("--list", listed, "--harsh-law", "--without-category", "POLR", "--to", path, "--consent", VERSION)
    assert trigpoint("probe", typed, *asked).status == 0
    assert {url for _, url in names(path)[1:]} == {typed, internet.url("/NEWS"), internet.url("/HUMR")}


def test_consent_is_taken_back_and_nothing_measured(
    trigpoint: Callable[..., Said], internet: SmallInternet, tmp_path: Path
) -> None:
    location = tmp_path / "config" / "trigpoint" / "consent.json"
    store(location)
    path = tmp_path / "a.jsonl"
    said = trigpoint("probe", internet.url("/a"), "--withdraw-consent", "--to", path)
    assert said.status == 0
    assert "taken back" in said.sentence
    assert not location.exists()
    assert internet.asked == []
    assert not path.exists()
    said = trigpoint("probe", "--withdraw-consent")
    assert (said.status, said.sentence.startswith("There is no agreement")) == (0, True)
    assert trigpoint("probe", internet.url("/a"), "--to", path).status == 2, "without it, nothing is measured"
    location.mkdir()
    said = trigpoint("probe", "--withdraw-consent")
    assert (said.status, "cannot be taken back" in said.sentence) == (2, True)


def test_two_runs_do_not_write_to_one_file_and_none_writes_over_another(
    trigpoint: Callable[..., Said], internet: SmallInternet, tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    with started(internet, path, "/hold") as process:
        try:
            assert internet.held.wait(SECONDS)
            said = trigpoint("probe", internet.url("/b"), "--to", path, "--resume", "--consent", VERSION, "--quiet")
            assert said.status == 2
            assert "another run is writing" in said.sentence
        finally:
            internet.free.set()
        assert process.wait(SECONDS) == 0
    said = trigpoint("probe", internet.url("/b"), "--to", path, "--consent", VERSION, "--quiet")
    assert said.status == 2
    assert "is there already" in said.sentence


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_what_was_measured_survives_its_end_and_resume_goes_on(
    trigpoint: Callable[..., Said], internet: SmallInternet, tmp_path: Path, ending: signal.Signals
) -> None:
    path = tmp_path / "a.jsonl.gz"
    paths = ("/a", "/b", "/hold", "/c")
    with started(internet, path, *paths) as process:
        try:
            assert internet.held.wait(SECONDS)
            process.send_signal(ending)
            assert process.wait(SECONDS) == (130 if ending is signal.SIGINT else -signal.SIGKILL)
        finally:
            process.kill()
            internet.free.set()
    measured = [("web_connectivity", internet.url(path)) for path in paths]
    assert names(path) == [("sanity", None), *measured[:2]]
    urls = map(internet.url, paths)
    said = trigpoint("probe", *urls, "--to", path, "--resume", "--consent", VERSION, "--parallel", 1)
    assert said.status == 0, said.err
    assert "2 of 4 are done already" in said.err
    assert names(path) == [("sanity", None), *measured[:2], ("sanity", None), *measured[2:]]
    runs = [record["report_id"] for record in records(path)]
    assert (len({*runs[:3]}), len({*runs[3:]}), len({*runs})) == (1, 1, 2)
    before = list(internet.asked)
    urls = map(internet.url, paths)
    assert trigpoint("probe", *urls, "--to", path, "--resume", "--consent", VERSION).status == 0
    assert internet.asked == before, "where nothing is left, nothing is sent"


def started(internet: SmallInternet, path: Path, *paths: str) -> subprocess.Popen[bytes]:
    """Begin a run in a process of its own, that knows this Internet alone."""
    ports = (str(internet.web_port), str(internet.dns_port))
    asked = ("probe", *map(internet.url, paths), "--to", str(path), "--consent", VERSION, "--parallel", "1", "--quiet")
    return subprocess.Popen([sys.executable, "-m", "tests.cli.small_internet", *ports, *asked])


def test_in_the_lab_nobody_is_asked_and_the_own_network_comes_first_too(
    trigpoint: Callable[..., Said], tmp_path: Path
) -> None:
    said = trigpoint("probe", "https://news.example/", "--world", "open", "--network", "a1", "--to", tmp_path)
    assert said.status == 0, said.err
    path = tmp_path / "open.a1.jsonl.gz"
    assert names(path) == [("sanity", None), ("web_connectivity", "https://news.example/")]
    assert all(record["annotations"]["lab_world"] == "open" for record in records(path))
    (run,) = {record["report_id"] for record in records(path)}
    trigpoint("probe", "https://news.example/", "--world", "open", "--network", "a2", "--to", tmp_path)
    assert {record["report_id"] for record in records(tmp_path / "open.a2.jsonl.gz")}.isdisjoint({run, ""})


@pytest.mark.usefixtures("kernel")
def test_in_the_lab_it_measures_among_real_sockets_too(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    asked = ("--world", "open", "--network", "a1", "--fabric", "kernel", "--to", tmp_path)
    said = trigpoint("probe", "https://news.example/", *asked)
    assert said.status == 0, said.err
    assert names(tmp_path / "open.a1.jsonl.gz") == [("sanity", None), ("web_connectivity", "https://news.example/")]


def test_a_nettest_that_takes_nothing_is_measured_in_the_lab_instead_of_its_sites(
    trigpoint: Callable[..., Said], tmp_path: Path
) -> None:
    said = trigpoint("probe", "--nettest", "telegram", "--world", "open", "--network", "a1", "--to", tmp_path)
    assert said.status == 0, said.err
    assert names(tmp_path / "open.a1.jsonl.gz") == [("sanity", None), ("telegram", None)]


@pytest.mark.parametrize(
    ("typed", "measured"),
    [
        ("https://dns-two.example/dns-query", "https://dns-two.example/dns-query"),
        ("dot://dns-two.example/", "dot://dns-two.example/"),
        ("News.example", "news.example"),
        ("http://news.example/page", "news.example"),
    ],
)
def test_a_nettest_of_names_takes_the_name_of_a_page_and_one_of_servers_their_urls(
    trigpoint: Callable[..., Said], tmp_path: Path, typed: str, measured: str
) -> None:
    said = trigpoint("probe", typed, "--nettest", "dnscheck", "--world", "open", "--network", "a1", "--to", tmp_path)
    assert said.status == 0, said.err
    assert names(tmp_path / "open.a1.jsonl.gz")[1:] == [("dnscheck", measured)]


def left_behind(path: Path, url: str, name: str = "web_connectivity of before") -> None:
    """Write a visit whose follow-ups nobody made."""
    envelope = Envelope(
        nettest="web_connectivity",
        version="1",
        input=url,
        started_at=1_700_000_000.0,
        runtime_seconds=1.0,
        annotations={"measurement": name, "category": "NEWS"},
    )
    wanted = [
        {"nettest": "web_connectivity", "input": url, "options": {}, "why": "again"},
        {"nettest": "sni_blocking", "input": "site.example", "options": {}, "why": "of tier 2, not agreed to"},
    ]
    path.write_bytes(line_of(diary_of(), envelope, {"x_follow_ups": wanted}))


def test_going_on_makes_the_follow_ups_that_are_missing(
    trigpoint: Callable[..., Said], internet: SmallInternet, tmp_path: Path
) -> None:
    path, url, name = tmp_path / "a.jsonl", internet.url("/a"), "web_connectivity of before"
    left_behind(path, url, name)
    command = ("probe", url, "--to", path, "--consent", VERSION, "--resume")
    assert trigpoint(*command).status == 0
    first, look, again = records(path)
    assert look["test_name"] == "sanity"
    assert (again["test_name"], again["input"]) == ("web_connectivity", url)
    assert again["annotations"]["follow_up_of"] == first["annotations"]["measurement"] == name
    assert (again["annotations"]["category"], again["annotations"]["why"]) == ("NEWS", "again")
    assert trigpoint(*command).status == 0
    assert len(records(path)) == 3, "nothing is left that was agreed to, so nothing is sent"


def test_when_the_data_volume_is_used_up_nothing_further_is_begun_follow_ups_neither(
    trigpoint: Callable[..., Said], internet: SmallInternet, tmp_path: Path
) -> None:
    path, url = tmp_path / "a.jsonl", internet.url("/a")
    pages = [internet.url(f"/large{number}") for number in range(9)]
    left_behind(path, url)
    said = trigpoint(
        "probe", *pages, "--to", path, "--consent", VERSION, "--resume", "--most-megabytes", "1", "--parallel", "1"
    )
    assert said.status == 0, said.err
    assert "The data volume is used up" in said.err
    before, look, *made = names(path)
    assert (before, look) == (("web_connectivity", url), ("sanity", None))
    assert made == [("web_connectivity", page) for page in pages[: len(made)]]
    assert 0 < len(made) < len(pages)
    said = trigpoint("probe", *pages, "--to", path, "--consent", VERSION, "--resume", "--quiet")
    assert said.status == 0, said.err
    assert names(path)[-1] == ("web_connectivity", url), "with more to spend, what was left is made"


def test_a_measurement_too_large_to_be_written_is_named_and_counted_and_the_run_goes_on(
    trigpoint: Callable[..., Said], internet: SmallInternet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, large, small = tmp_path / "a.jsonl", internet.url("/large"), internet.url("/a")
    command = ("probe", large, small, "--to", path, "--consent", VERSION, "--parallel", "1")
    with monkeypatch.context() as patched:
        patched.setattr(record, "_is_too_large", lambda line: b"/large" in line)
        said = trigpoint(*command)
        assert trigpoint(*command, "--resume", "--quiet").err.count("lost: ") == 1, "it is said to whom nothing is"
    assert said.status == 0, said.err
    assert f"lost: web_connectivity {large} " in said.err
    assert "too large to be written" in said.err
    assert " 1 lost" in said.err
    assert ("web_connectivity", small) in names(path)
    assert ("web_connectivity", large) not in names(path)
    assert trigpoint(*command, "--resume").status == 0
    assert ("web_connectivity", large) in names(path), "what was lost is not done"
