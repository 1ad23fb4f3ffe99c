"""Sockets with a path that the machine has in /run are not there for programs in the lab."""

from __future__ import annotations

import socket
import tempfile
from pathlib import Path

import pytest

from tests.lab.fabrics.kernel.inside import failure, seen_inside
from trigpoint.lab.fabrics.kernel import covers, syscalls

RUN = Path("/run")


def _cover(_machine: int, folder: str, kept: str) -> tuple[list[str], str, str]:
    """Cover a folder; say what is in it, where its link leads, and what a file that was to be kept says."""
    syscalls.unshare(syscalls.NEW_MOUNTS)
    covers._cover(Path(folder), {Path(kept)})
    names = sorted(path.name for path in Path(folder).iterdir())
    return names, str((Path(folder) / "link").readlink()), (Path(kept) / "file").read_text()


def test_links_and_the_labs_folder_stay(namespaces: object, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/usr")
    kept = tmp_path / "lab" / "places"
    kept.mkdir(parents=True)
    (kept / "file").write_text("x")
    (tmp_path / "engine.sock").touch()
    assert seen_inside(_cover, str(tmp_path), str(kept)) == (["lab", "link"], "/usr", "x")


def _resolve(_machine: int, folder: str) -> tuple[str, list[str]]:
    """Lay a file over a link that leads into a covered folder; say what is read by the link, and what is there."""
    syscalls.unshare(syscalls.NEW_MOUNTS)
    run, link = Path(folder, "run"), Path(folder, "resolv.conf")
    covers._FOLDERS = (str(run), str(Path(folder, "none")))
    covers.cover_sockets({str(link): str(Path(folder, "ours"))})
    syscalls.bind_over(str(Path(folder, "ours")), str(link))
    return link.read_text(), [path.name for path in run.iterdir()]


def test_a_file_whose_link_leads_into_a_covered_folder_is_still_laid_over(namespaces: object, tmp_path: Path) -> None:
    target = tmp_path / "run" / "resolve" / "stub.conf"
    target.parent.mkdir(parents=True)
    target.write_text("nameserver 127.0.0.53\n")
    (tmp_path / "run" / "bus").touch()
    (tmp_path / "resolv.conf").symlink_to(target)
    (tmp_path / "ours").write_text("nameserver 192.0.2.53\n")
    assert seen_inside(_resolve, str(tmp_path)) == ("nameserver 192.0.2.53\n", ["resolve"])


def _visit(_machine: int, path: str) -> tuple[str, str]:
    """Say how a connection to a socket with a path fails, before and after such sockets are covered."""
    syscalls.unshare(syscalls.NEW_MOUNTS)
    with socket.socket(socket.AF_UNIX) as before, socket.socket(socket.AF_UNIX) as after:
        uncovered = failure(before.connect, path)
        covers.cover_sockets({})
        return uncovered, failure(after.connect, path)


def test_a_socket_of_the_machine_is_not_reachable(namespaces: object) -> None:
    try:
        folder = tempfile.TemporaryDirectory(dir=RUN)
    except OSError as error:
        pytest.skip(f"nothing can be made in /run: {error.strerror}")
    with folder as name, socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{name}/engine.sock")
        server.listen()
        assert seen_inside(_visit, f"{name}/engine.sock") == ("", "[Errno 2] No such file or directory")
