"""The verbs of ``trigpoint lab``."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from trigpoint.lab.fabrics import acts
from trigpoint.lab.fabrics.kernel.doctor import why_not
from trigpoint.lab.world.load import load, names

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.commands import Said

OBSTACLE = why_not()
needs_kernel = pytest.mark.skipif(OBSTACLE is not None, reason=f"no kernel fabric here: {OBSTACLE}")
VIRTUAL = ("lab", "run", "turkmenistan", "--fabric", "virtual")
ASK = """
import asyncio, socket, sys

async def main():
    loop = asyncio.get_running_loop()
    print(sorted({entry[4][0] for entry in await loop.getaddrinfo(sys.argv[1], 80, type=socket.SOCK_STREAM)}))

asyncio.run(main())
"""


@pytest.fixture
def asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with a module that asks for a name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "asking.py").write_text(ASK)
    return tmp_path


def test_all_worlds_and_variants_are_listed(trigpoint: Callable[..., Said]) -> None:
    lines = trigpoint("lab", "list").out.splitlines()
    assert [line.split()[0] for line in lines] == list(names())


@pytest.mark.parametrize("name", names())
def test_a_world_is_shown_to_people_and_to_programs(trigpoint: Callable[..., Said], name: str) -> None:
    world = load(name)
    text = trigpoint("lab", "show", name).out
    assert all(host.name in text for host in world.hosts)
    assert all(entry["id"] in text for entry in world.censors)
    assert all(row.address in text for row in world.truth)
    plain = json.loads(trigpoint("lab", "show", name, "--json").out)
    assert len(plain["truth"]) == len(world.truth)


def test_a_module_runs_and_what_was_done_to_it_is_told(trigpoint: Callable[..., Said], asking: Path) -> None:
    events = asking / "acts.jsonl"
    command = ("lab", "run", "turkmenistan", "--fabric", "virtual", "--events", events)
    said = trigpoint(*command, "--pcap", asking / "c.pcap", "--", "python", "-m", "asking", "twitter.example")
    assert said.status == 0
    assert said.out.strip() == "['127.0.0.1']"
    assert "dns.injection.bogon" in said.err
    assert (asking / "c.pcap").stat().st_size > 100
    assert {json.loads(line)["cause"] for line in events.read_text().splitlines()} == {"dns.injection.bogon"}
    compared = trigpoint("lab", "truth", "turkmenistan", "--events", events)
    assert compared.status == 0
    assert re.search(r"https://twitter.example/ +blocked +(confirmed|partly)", compared.out)
    assert json.loads(trigpoint("lab", "truth", "turkmenistan", "--events", events, "--json").out)["holds"] is True


def test_what_no_truth_foresees_is_an_exit_status(trigpoint: Callable[..., Said], asking: Path) -> None:
    events = asking / "acts.jsonl"
    command = ("lab", "run", "turkmenistan", "--fabric", "virtual", "--quiet", "--events", events)
    said = trigpoint(*command, "--", "python", "-m", "asking", "twitter.example")
    assert said.err == ""
    with events.open("a") as file:
        file.write("broken\n")
    compared = trigpoint("lab", "truth", "open", "--events", events)
    assert compared.status == 1
    assert "unforeseen" in compared.out
    assert re.search(r"acts.jsonl:\d+: not an act", compared.err)


def test_where_nothing_is_done_that_is_said(trigpoint: Callable[..., Said], asking: Path) -> None:
    said = trigpoint("lab", "run", "open", "--fabric", "virtual", "--", "python", "-m", "asking", "news.example")
    assert said.err.splitlines() == ["the virtual fabric, as asked for", "The censors did nothing."]


@pytest.mark.parametrize(
    ("place", "answer"), [("client", "127.0.0.1"), ("control", "203.0.113."), ("outside", "203.0.113.")]
)
def test_a_program_runs_behind_the_filter_or_past_it(
    trigpoint: Callable[..., Said], asking: Path, place: str, answer: str
) -> None:
    command = ("lab", "run", "turkmenistan", "--fabric", "virtual", "--at", place)
    said = trigpoint(*command, "--", "python", "-m", "asking", "twitter.example")
    assert answer in said.out


@needs_kernel
@pytest.mark.parametrize("place", ["client", "control", "outside"])
def test_a_program_on_real_sockets_runs_there_too(place: str) -> None:
    program = [sys.executable, "-m", "trigpoint", "lab", "run", "turkmenistan", "--fabric", "kernel", "--at", place]
    ask = "import socket; print(socket.gethostbyname('twitter.example'))"
    done = subprocess.run([*program, "--", sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith("127.0.0.1" if place == "client" else "203.0.113.")


def test_the_programs_status_is_ours(trigpoint: Callable[..., Said], asking: Path) -> None:
    (asking / "seven.py").write_text("raise SystemExit(7)")
    said = trigpoint("lab", "run", "open", "--fabric", "virtual", "--", "python", "-m", "seven")
    assert said.status == 7


def test_a_log_of_garbage_only_is_a_mistake_and_an_empty_one_is_not(
    trigpoint: Callable[..., Said], tmp_path: Path
) -> None:
    events = tmp_path / "acts.jsonl"
    events.write_bytes(b"garbage\n\x1b[2J\n")
    said = trigpoint("lab", "truth", "open", "--events", str(events))
    assert said.status == 2
    assert "none of 2 lines can be read; line 1 is not an act" in said.sentence
    events.write_bytes(b"")
    assert trigpoint("lab", "truth", "open", "--events", str(events)).status == 0


def test_what_a_network_would_announce_of_its_portal_is_shown(trigpoint: Callable[..., Said]) -> None:
    hosts = [
        line for line in trigpoint("lab", "show", "captive-portal").out.splitlines() if "/captive-portal/api" in line
    ]
    assert [line.split()[0] for line in hosts] == ["hotel", "train"]


def test_rows_of_two_families_are_shown_apart(trigpoint: Callable[..., Said]) -> None:
    rows = [line for line in trigpoint("lab", "show", "italy-dns").out.splitlines() if "https://shop.example/" in line]
    assert len(set(rows)) == len(rows)
    assert "alone insufficient" in trigpoint("lab", "show", "shutdown").out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("lab", "run", "nowhere", "--", "true"), "there is no world 'nowhere'"),
        (("lab", "run", "open"), "lab run needs a program"),
        (("lab", "run", "open", "--fabric", "cloud", "--", "true"), "'cloud'"),
        (("lab", "run", "open", "--network", "a9", "--", "true"), "no network 'a9'"),
        (("lab", "run", "open", "--fabric", "virtual", "--", "curl", "x"), "no kernel sockets"),
        (("lab", "run", "open", "--fabric", "virtual", "--", "python", "x.py"), "runs Python by modules alone"),
        (("lab", "show", "/nowhere/x.toml"), "/nowhere/x.toml"),
        (("lab", "truth", "open", "--events", "/nowhere/x"), "/nowhere/x"),
    ],
)
def test_a_mistake_is_one_sentence(trigpoint: Callable[..., Said], arguments: tuple[str, ...], sentence: str) -> None:
    said = trigpoint(*arguments)
    assert said.status == 2
    assert sentence in said.sentence


@needs_kernel
@pytest.mark.parametrize(("script", "status"), [("exit 5", 5), ("kill -9 $$", 137)])
def test_a_program_runs_on_real_sockets_with_its_status(script: str, status: int) -> None:
    command = [sys.executable, "-m", "trigpoint", "lab", "run", "open", "--fabric", "kernel", "--", "sh", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert "The censors did nothing." in done.stderr


@needs_kernel
def test_a_program_that_is_not_there_is_one_sentence() -> None:
    command = [sys.executable, "-m", "trigpoint", "lab", "run", "open", "--quiet", "--", "no-such-program"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no-such-program" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_name_of_the_program_is_not_empty(trigpoint: Callable[..., Said]) -> None:
    assert trigpoint("lab", "run", "open", "--", "").sentence == "the name of the program is empty"


def test_a_file_that_cannot_be_is_told_before_the_program_starts(trigpoint: Callable[..., Said], asking: Path) -> None:
    (asking / "mark.py").write_text("open('ran', 'w').close()")
    for path in (asking, asking / "none" / "acts.jsonl"):
        said = trigpoint(*VIRTUAL, "--quiet", "--events", path, "--", "python", "-m", "mark")
        assert said.status == 2
        assert said.sentence.startswith(f"{path}: ")
    assert not (asking / "ran").exists()


@pytest.mark.parametrize("option", ["--events", "--pcap"])
def test_a_full_disk_takes_no_act_from_what_is_said(trigpoint: Callable[..., Said], asking: Path, option: str) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full, which is always full")
    said = trigpoint(*VIRTUAL, option, "/dev/full", "--", "python", "-m", "asking", "twitter.example")
    assert said.status == 2
    assert "dns.injection.bogon" in said.err
    assert said.err.splitlines()[-1] == "trigpoint: /dev/full: No space left on device"


def test_acts_that_memory_does_not_hold_are_counted(
    trigpoint: Callable[..., Said], asking: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "MOST_ACTS", 0)
    said = trigpoint(*VIRTUAL, "--quiet", "--", "python", "-m", "asking", "twitter.example")
    assert re.fullmatch(r"\d+ further acts are not known: there were more than memory holds.", said.err.strip())


def test_an_interrupted_module_leaves_its_acts(trigpoint: Callable[..., Said], asking: Path) -> None:
    (asking / "broken_off.py").write_text(ASK + "\nraise KeyboardInterrupt\n")
    events = asking / "acts.jsonl"
    said = trigpoint(*VIRTUAL, "--events", events, "--", "python", "-m", "broken_off", "twitter.example")
    assert said.status == 130
    assert "Interrupted.\nWhat the censors did:" in said.err
    assert "dns.injection.bogon" in events.read_text()


def _interrupted(tmp_path: Path, script: str, *, times: int) -> tuple[int, str, str]:
    """Run a shell script in the lab, and press Ctrl-C when it says that it is ready."""
    command = ["lab", "run", "turkmenistan", "--fabric", "kernel", "--events", str(tmp_path / "acts.jsonl"), "--"]
    running = subprocess.Popen(
        [sys.executable, "-m", "trigpoint", *command, "sh", "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # so that it is a process group of its own
    )
    with running:
        assert running.stdout.readline() == "ready\n"
        for _ in range(times):
            os.killpg(running.pid, signal.SIGINT)
            time.sleep(0.2)
        out, err = running.communicate(timeout=20)
    return running.returncode, out, err


_ASK_SHELL = "getent ahostsv4 twitter.example > /dev/null; "


@needs_kernel
def test_a_program_that_handles_an_interrupt_ends_as_it_likes(tmp_path: Path) -> None:
    script = _ASK_SHELL + "trap 'echo bye; exit 3' INT; echo ready; while :; do sleep 0.05; done"
    status, out, err = _interrupted(tmp_path, script, times=1)
    assert (status, out) == (3, "bye\n")
    assert "What the censors did:" in err
    assert "dns.injection.bogon" in (tmp_path / "acts.jsonl").read_text()


@needs_kernel
def test_a_program_that_ignores_an_interrupt_is_killed_by_the_second(tmp_path: Path) -> None:
    began = time.monotonic()
    status, _, err = _interrupted(tmp_path, _ASK_SHELL + "trap '' INT; echo ready; sleep 60; sleep 60", times=2)
    assert status == 128 + signal.SIGKILL
    assert time.monotonic() - began < 10
    assert "What the censors did:" in err
    assert "Traceback" not in err
    assert "dns.injection.bogon" in (tmp_path / "acts.jsonl").read_text()


def _terminated(tmp_path: Path, fabric: str, *command: str, ignoring: bool = False) -> tuple[int, str]:
    """Run a program in the lab, and send SIGTERM to the lab alone when the program says that it is ready."""
    lab = ["-m", "trigpoint", "lab", "run", "turkmenistan", "--fabric", fabric]
    events = ["--events", str(tmp_path / "acts.jsonl"), "--"]
    background = ["sh", "-c", "trap '' INT; exec \"$@\"", "sh"] if ignoring else []
    running = subprocess.Popen(
        [*background, sys.executable, *lab, *events, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    with running:
        try:
            assert "ready\n" in iter(running.stdout.readline, "")
            running.terminate()
            _, err = running.communicate(timeout=20)
        finally:
            running.kill()
    return running.returncode, err


def _runs(word: str) -> bool:
    """Tell whether a process has a word among its arguments."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if word.encode() in (folder / "cmdline").read_bytes():
                return True
    return False


@needs_kernel
@pytest.mark.parametrize("ignoring", [False, True])
def test_sigterm_ends_the_program_and_the_lab_and_leaves_the_acts(tmp_path: Path, ignoring: bool) -> None:
    word = f"sleeper-{os.getpid()}"
    script = _ASK_SHELL + "trap '' TERM INT; echo ready; sleep 60; sleep 60"
    status, err = _terminated(tmp_path, "kernel", "sh", "-c", script, word, ignoring=ignoring)
    assert status == 128 + signal.SIGTERM
    assert "What the censors did:" in err
    assert "Traceback" not in err
    assert "dns.injection.bogon" in (tmp_path / "acts.jsonl").read_text()
    assert not _runs(word)  # the namespaces go with the last process in them


@pytest.mark.parametrize("ignoring", [False, True])
def test_sigterm_ends_a_module_and_leaves_the_acts(tmp_path: Path, ignoring: bool) -> None:
    endless = "\nprint('ready', flush=True)\nwhile True:\n    asyncio.run(asyncio.sleep(1))\n"
    (tmp_path / "endless.py").write_text(ASK + endless)
    status, err = _terminated(tmp_path, "virtual", "python", "-m", "endless", "twitter.example", ignoring=ignoring)
    assert status == 128 + signal.SIGTERM, err
    assert "What the censors did:" in err
    assert "dns.injection.bogon" in (tmp_path / "acts.jsonl").read_text()


@needs_kernel
def test_a_capture_that_cannot_be_written_is_one_sentence_after_the_acts() -> None:
    command = ["lab", "run", "turkmenistan", "--fabric", "kernel", "--pcap", "/dev/full", "--", "sh", "-c", _ASK_SHELL]
    done = subprocess.run([sys.executable, "-m", "trigpoint", *command], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "dns.injection.bogon" in done.stderr
    assert done.stderr.splitlines()[-1] == "trigpoint: /dev/full: No space left on device"


@needs_kernel
def test_a_program_gets_nothing_of_the_lab_in_place_of_a_closed_stream() -> None:
    run = 'exec "$0" -m trigpoint lab run open -q -- readlink /proc/self/fd/0 <&-'
    done = subprocess.run(["sh", "-c", run, sys.executable], capture_output=True, text=True, check=True)
    assert done.stdout == "/dev/null\n"


@pytest.mark.parametrize("verb", [("lab",), ("lab", "run")], ids=" ".join)
def test_the_examples_of_the_help_name_targets_that_are_listed_in_their_world(
    trigpoint: Callable[..., Said], verb: tuple[str, ...]
) -> None:
    examples = re.findall(
        r"trigpoint lab run .*?([\w-]+)(?: --at \w+)? -- \S+ (?:https://)?([\w.]+\.example)",
        trigpoint(*verb, "--help").out,
    )
    assert examples
    for name, target in examples:
        assert target in {row.target for row in load(name).truth if row.state == "blocked"}


def test_packets_and_acts_do_not_share_a_file(trigpoint: Callable[..., Said], asking: Path) -> None:
    said = trigpoint(
        *VIRTUAL, "--pcap", "both", "--events", asking / "both", "--", "python", "-m", "asking", "a.example"
    )
    assert (said.status, said.sentence) == (2, "both: packets and acts need a file each")
    assert not (asking / "both").exists()


def test_a_folder_that_is_gone_is_one_sentence(trigpoint: Callable[..., Said], asking: Path) -> None:
    (asking / "asking.py").unlink()
    asking.rmdir()
    said = trigpoint(*VIRTUAL, "--", "python", "-m", "this")
    assert (said.status, said.sentence) == (2, "the folder in which this was started is not there any more")
