"""Sockets with a path that the machine has in /run are not there for programs in the lab."""

from __future__ import annotations

import socket
import tempfile
from pathlib import Path

import pytest

from tests.lab.fabrics.kernel.inside import run_inside
from trigpoint.lab.fabrics.kernel import covers, syscalls

RUN = Path("/run")


def _look(_machine: int, ours: str, kept: str) -> None:
    syscalls.unshare(syscalls.NEW_MOUNTS)
    covers._cover(Path(ours), {Path(kept)})
    assert sorted(path.name for path in Path(ours).iterdir()) == ["lab", "link"]
    assert (Path(ours) / "link").readlink() == Path("/usr")
    assert (Path(kept) / "file").read_text() == "x"


def test_links_and_the_labs_folder_stay(namespaces: object, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/usr")
    kept = tmp_path / "lab" / "places"
    kept.mkdir(parents=True)
    (kept / "file").write_text("x")
    (tmp_path / "engine.sock").touch()
    run_inside(_look, str(tmp_path), str(kept))


def _resolve(_machine: int, folder: str) -> None:
    syscalls.unshare(syscalls.NEW_MOUNTS)
    run, link = Path(folder, "run"), Path(folder, "resolv.conf")
    covers._FOLDERS = (str(run), str(Path(folder, "none")))
    covers.cover_sockets({str(link): str(Path(folder, "ours"))})
    syscalls.bind_over(str(Path(folder, "ours")), str(link))
    assert link.read_text() == "nameserver 192.0.2.53\n"
    assert [path.name for path in run.iterdir()] == ["resolve"]


def test_a_file_whose_link_leads_into_a_covered_folder_is_still_laid_over(namespaces: object, tmp_path: Path) -> None:
    target = tmp_path / "run" / "resolve" / "stub.conf"
    target.parent.mkdir(parents=True)
    target.write_text("nameserver 127.0.0.53\n")
    (tmp_path / "run" / "bus").touch()
    (tmp_path / "resolv.conf").symlink_to(target)
    (tmp_path / "ours").write_text("nameserver 192.0.2.53\n")
    run_inside(_resolve, str(tmp_path))


def _visit(_machine: int, path: str) -> None:
    syscalls.unshare(syscalls.NEW_MOUNTS)
    covers.cover_sockets({})
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(path)
        except FileNotFoundError:
            return
    message = "the socket of the machine is reachable"
    raise AssertionError(message)


def test_a_socket_of_the_machine_is_not_reachable(namespaces: object) -> None:
    try:
        folder = tempfile.TemporaryDirectory(dir=RUN)
    except OSError as error:
        pytest.skip(f"nothing can be made in /run: {error.strerror}")
    with folder as name, socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{name}/engine.sock")
        server.listen()
        run_inside(_visit, f"{name}/engine.sock")
