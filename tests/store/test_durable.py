from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from trigpoint.errors import SurveyError
from trigpoint.store import durable

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("size", [0, 1, 3 * 2**20 + 7])
def test_a_file_is_hashed_with_its_size(tmp_path: Path, size: int) -> None:
    content = b"x" * size
    (tmp_path / "a").write_bytes(content)
    assert durable.sha256_of(tmp_path / "a") == (hashlib.sha256(content).hexdigest(), size)


def test_hashing_ends_early_when_told(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 2**21)
    stop = threading.Event()
    stop.set()
    assert durable.sha256_of(tmp_path / "a", stop)[1] == 0


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    durable.write_whole(tmp_path / "a", b"old")
    durable.write_whole(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_a_write_that_fails_leaves_the_old_content_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    durable.write_whole(tmp_path / "a", b"old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        durable.write_whole(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_a_second_writer_gets_one_sentence_and_the_first_goes_on(tmp_path: Path) -> None:
    with (
        durable.exclusive(tmp_path),
        pytest.raises(SurveyError, match="another run is writing to this survey"),
        durable.exclusive(tmp_path),
    ):
        pass
    with durable.exclusive(tmp_path):
        assert list(tmp_path.iterdir()) == []


def test_the_lock_holds_between_processes_and_ends_with_its_process(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from trigpoint.store import durable\n"
        "with durable.exclusive(pathlib.Path(sys.argv[1])):\n"
        "    print('held', flush=True); sys.stdin.readline()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(SurveyError, match="another run"), durable.exclusive(tmp_path):
            pass
        other.kill()
    with durable.exclusive(tmp_path):
        pass


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_one_sentence(tmp_path: Path, code: int) -> None:
    with pytest.raises(SurveyError, match="no space left"), durable.space_for(tmp_path):
        raise OSError(code, os.strerror(code))


def test_another_error_of_the_system_is_not_called_a_full_disk(tmp_path: Path) -> None:
    with pytest.raises(PermissionError), durable.space_for(tmp_path):
        raise PermissionError(errno.EACCES, "no")
