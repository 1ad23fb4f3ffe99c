"""A file of measurements is whole whatever happens, and is gone on with."""

from __future__ import annotations

import gzip
import json
import os
import resource
import signal
import stat
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from tests.probe.diaries import diary_of
from trigpoint.archive import read
from trigpoint.errors import InputError
from trigpoint.model.measurement import Measurement
from trigpoint.probe.record import Envelope, line_of
from trigpoint.probe.writer import Writer

NAMES = ("m.jsonl", "m.jsonl.gz")
names = pytest.mark.parametrize("name", NAMES)


def line(number: int) -> bytes:
    envelope = Envelope(
        nettest="web_connectivity",
        version="1",
        input=f"http://{number}.example/",
        started_at=1_700_000_000.0 + number,
        runtime_seconds=1.0,
    )
    return line_of(diary_of(), envelope, {"x_filler": "abc" * number})


def begin(path: Path, *numbers: int) -> bytes:
    with Writer(path) as writer:
        for number in numbers:
            writer.write(line(number))
    return path.read_bytes()


def inputs(path: Path) -> list[str]:
    """Give the inputs of a file that must be read without a reject."""
    found = list(read(path))
    assert [item for item in found if not isinstance(item, Measurement)] == []
    return [item.input for item in found]


@names
def test_lines_are_there_as_soon_as_they_are_written(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with Writer(path) as writer:
        for number in range(3):
            writer.write(line(number))
            assert inputs(path) == [f"http://{done}.example/" for done in range(number + 1)]


def test_other_tools_read_the_file(tmp_path: Path) -> None:
    begin(tmp_path / "m.jsonl.gz", 1, 2)
    with gzip.open(tmp_path / "m.jsonl.gz", "rt", encoding="utf-8") as file:
        assert [json.loads(text)["input"] for text in file] == ["http://1.example/", "http://2.example/"]


@names
def test_a_file_that_is_there_is_not_written_over(tmp_path: Path, name: str) -> None:
    before = begin(tmp_path / name, 1)
    with pytest.raises(InputError, match="--resume goes on"):
        Writer(tmp_path / name)
    assert (tmp_path / name).read_bytes() == before


def test_each_line_is_brought_to_disk_unless_it_can_be_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    for is_durable in (True, False):
        with Writer(tmp_path / f"{is_durable}.jsonl", is_durable=is_durable) as writer:
            writer.write(line(1))
            writer.write(line(2))
        assert len(synced) == 2, "by the durable one alone"


@names
def test_a_run_goes_on_where_another_ended(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    begin(path, 1, 2)
    with Writer(path, is_resumed=True) as writer:
        assert writer.done.inputs == {
            ("web_connectivity", "http://1.example/"): 1,
            ("web_connectivity", "http://2.example/"): 1,
        }
        writer.write(line(3))
    assert inputs(path) == [f"http://{number}.example/" for number in (1, 2, 3)]


@names
def test_going_on_with_nothing_is_beginning(tmp_path: Path, name: str) -> None:
    with Writer(tmp_path / name, is_resumed=True) as writer:
        assert writer.done.inputs == {}
        writer.write(line(1))
    assert inputs(tmp_path / name) == ["http://1.example/"]


@names
def test_wherever_the_last_line_was_torn_the_rest_is_kept(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    first = len(begin(tmp_path / f"one.{name}", 1))
    whole = begin(path, 1, 2)
    for cut in range(first, len(whole)):
        path.write_bytes(whole[:cut])
        with Writer(path, is_resumed=True) as writer:
            assert sum(writer.done.inputs.values()) == 1
            writer.write(line(3))
        assert inputs(path) == ["http://1.example/", "http://3.example/"]


@names
@pytest.mark.parametrize("zeros", [1, 5_000, 600_000])
def test_space_that_a_crash_left_empty_is_cut_off(tmp_path: Path, name: str, zeros: int) -> None:
    path = tmp_path / name
    whole = begin(path, 1)
    path.write_bytes(whole + bytes(zeros))
    with Writer(path, is_resumed=True) as writer:
        assert sum(writer.done.inputs.values()) == 1
    assert path.read_bytes() == whole


FOREIGN = {
    "a letter": b"Dear Sir,\n",
    "somebody's measurements": b'{"software_name": "ooniprobe", "test_name": "web_connectivity"}\n',
    "JSON without a name": b'{"a": 1}\n',
    "bytes": bytes(range(256)) + b"\n",
    "no object": b"[]\n",
}


@pytest.mark.parametrize("what", sorted(FOREIGN))
@names
def test_a_file_that_is_not_its_own_is_left_alone(tmp_path: Path, name: str, what: str) -> None:
    content = gzip.compress(FOREIGN[what]) if name.endswith(".gz") else FOREIGN[what]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match="did not write"):
        Writer(tmp_path / name, is_resumed=True)
    assert (tmp_path / name).read_bytes() == content


@names
def test_foreign_content_after_its_own_is_left_alone_too(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    ours = begin(path, 1)
    foreign = FOREIGN["a letter"]
    path.write_bytes(ours + (gzip.compress(foreign) if name.endswith(".gz") else foreign))
    before = path.read_bytes()
    with pytest.raises(InputError, match="did not write"):
        Writer(path, is_resumed=True)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content",
    [
        b"plain text\n",
        gzip.compress(b"x" * 20_000_000),
        gzip.compress(line(1) + line(2)),
        gzip.compress(line(1)) + b"tail",
    ],
    ids=["plain", "bomb", "two lines in one member", "plain tail"],
)
def test_packed_content_of_another_make_is_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.jsonl.gz").write_bytes(content)
    with pytest.raises(InputError, match="did not write"):
        Writer(tmp_path / "m.jsonl.gz", is_resumed=True)
    assert (tmp_path / "m.jsonl.gz").read_bytes() == content


def test_a_line_without_end_is_not_held_in_memory(tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_bytes(b"x" * 20_000_000)
    with pytest.raises(InputError, match="did not write"):
        Writer(tmp_path / "m.jsonl", is_resumed=True)


@names
def test_two_runs_do_not_write_to_one_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with Writer(path) as writer:
        writer.write(line(1))
        before = path.read_bytes()
        for is_resumed in (False, True):
            with pytest.raises(InputError, match="another run is writing"):
                Writer(path, is_resumed=is_resumed)
        assert path.read_bytes() == before
    Writer(path, is_resumed=True).close()


@pytest.mark.parametrize("name", ["m.json", "m.gz", "m", "m.jsonl.zst"])
def test_another_ending_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="ends in"):
        Writer(tmp_path / name)
    assert not (tmp_path / name).exists()


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    for path in (tmp_path / "missing" / "m.jsonl", tmp_path / "folder.jsonl"):
        with pytest.raises(InputError, match="cannot be written"):
            Writer(path)


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    begin(tmp_path / "m.jsonl", 1)
    assert stat.S_IMODE((tmp_path / "m.jsonl").stat().st_mode) == 0o600


@names
def test_a_full_disk_loses_nothing_that_was_written(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    former = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with Writer(path) as writer:
        writer.write(line(1))
        before = path.read_bytes()
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 100, hard))
        try:
            with pytest.raises(InputError, match="the lines before are whole"):
                writer.write(line(2))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, former)
        assert path.read_bytes() == before
        writer.write(line(3))
    assert inputs(path) == ["http://1.example/", "http://3.example/"]


ENDLESS = """
import sys
from pathlib import Path
from tests.probe.test_writer import line
from trigpoint.probe.writer import Writer
lines = [line(number) for number in range(40)]
with Writer(Path(sys.argv[1]), is_resumed=True) as writer:
    print(sum(writer.done.inputs.values()), flush=True)
    while True:
        for content in lines:
            writer.write(content)
            print("written", flush=True)
"""


def killed(path: Path) -> tuple[int, int]:
    """Start a run that writes without end, kill it in the midst, and give what it found and what it said it wrote."""
    root = Path(__file__).resolve().parents[2]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(root / "src"), str(root)))}
    command = [sys.executable, "-c", ENDLESS, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=root) as process:
        assert process.stdout is not None
        found = int(process.stdout.readline())
        for _ in range(100):
            assert process.stdout.readline() == "written\n"
        process.send_signal(signal.SIGKILL)
        return found, 100 + sum(text == "written\n" for text in process.stdout)


@names
def test_a_run_that_is_killed_loses_at_most_the_line_in_flight(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    _, wrote = killed(path)
    whole = [item for item in read(path) if isinstance(item, Measurement)]
    assert len(whole) in {wrote, wrote + 1}  # it may die between the line and the word about it
    found, more = killed(path)  # the lock died with it
    assert found == len(whole)
    Writer(path, is_resumed=True).close()
    assert len(inputs(path)) in {found + more, found + more + 1}


def test_members_are_gzip_as_the_standard_has_it(tmp_path: Path) -> None:
    content = begin(tmp_path / "m.jsonl.gz", 1, 2)
    inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert inflate.decompress(content) == line(1)
    assert inflate.unused_data[:2] == b"\x1f\x8b"
