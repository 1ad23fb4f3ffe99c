"""Python modules on the virtual loop."""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.lab.fabrics.worlds import WEB, world
from trigpoint.errors import InputError
from trigpoint.lab.fabrics.virtual.hosted import HostedFabric
from trigpoint.lab.fabrics.virtual.module import module_of, run_module

if TYPE_CHECKING:
    from pathlib import Path

FETCH = """
import asyncio, ssl, sys

async def main(name):
    reader, writer = await asyncio.open_connection(name, 443, ssl=ssl.create_default_context())
    writer.write(b"GET / HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n" % name.encode())
    print((await reader.readline()).decode().split()[1])
    writer.close()
    await writer.wait_closed()

for _ in range(2):
    asyncio.run(main(sys.argv[1]))
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder in which modules can be written."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_module_runs_in_the_world_and_its_second_loop_too(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (module / "fetching.py").write_text(FETCH)
    assert run_module(HostedFabric(world()), ["python", "-m", "fetching", "free.example"]) == 0
    assert capsys.readouterr().out.split() == ["200", "200"]


@pytest.mark.parametrize(
    ("source", "status"),
    [("", 0), ("raise SystemExit(7)", 7), ("raise SystemExit", 0), ("raise SystemExit('no')", 1), ("1 / 0", 1)],
)
def test_the_status_is_the_interpreters(module: Path, source: str, status: int) -> None:
    (module / f"status{status}_{len(source)}.py").write_text(source)
    assert run_module(HostedFabric(world()), ["python3.11", "-m", f"status{status}_{len(source)}"]) == status


@pytest.mark.parametrize("name", ["no_such_module", "no_such_package.part", "json.no_such_part", "email", ".x"])
def test_a_module_that_cannot_be_run_is_named_in_one_sentence(module: Path, name: str) -> None:
    with pytest.raises(InputError, match=f"^there is no module '{re.escape(name)}(.__main__)?'"):
        run_module(HostedFabric(world()), ["python", "-m", name])
    (module / "late.py").write_text("import no_such_module")
    assert run_module(HostedFabric(world()), ["python", "-m", "late"]) == 1  # a fault of the program's own


ASTRAY = [
    f"socket.create_connection(('{WEB}', 443), 1)",
    "socket.gethostbyname('free.example')",
    f"socket.gethostbyaddr('{WEB}')",
    f"socket.getnameinfo(('{WEB}', 443), 0)",
    "socket.getaddrinfo('free.example', 443)",
    f"socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('{WEB}', 9))",
    "socket.socket().bind(('127.0.0.1', 0))",
    "subprocess.run(['true'])",
    "os.system('true')",
    "os.fork()",
    "os.execv('/bin/true', ['true'])",
]
WATCH = f"""
import os, socket, subprocess, sys
missed = []
for line in {ASTRAY!r}:
    try:
        eval(line)
    except PermissionError as error:
        assert 'virtual fabric' in str(error), error
    else:
        missed.append(line)
left, right = socket.socketpair()
left.send(b'x')
sys.exit(str(missed) if missed else 0)
"""


def test_what_is_not_asyncio_does_not_leave_the_lab(module: Path) -> None:
    (module / "astray.py").write_text(WATCH)
    code = (
        "from tests.lab.fabrics.worlds import world\n"
        "from trigpoint.lab.fabrics.virtual.hosted import HostedFabric\n"
        "from trigpoint.lab.fabrics.virtual.module import run_module\n"
        "raise SystemExit(run_module(HostedFabric(world()), ['python', '-m', 'astray']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=_environment(), cwd=module
    )
    assert (done.returncode, done.stderr) == (0, "")


def _environment() -> dict[str, str]:
    import os  # noqa: PLC0415 - for one line

    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def test_outside_of_a_run_nothing_is_refused() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.connect(("127.0.0.1", 9))
        assert made.getpeername() == ("127.0.0.1", 9)
    loop = asyncio.new_event_loop()
    loop.close()
    assert loop.is_closed()


@pytest.mark.parametrize("command", [[], ["curl", "x"], ["pythonista", "-m", "x"]])
def test_other_programs_are_refused_in_one_sentence(command: list[str]) -> None:
    with pytest.raises(InputError, match="no kernel sockets"):
        module_of(command)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["python", "x.py", "1"], "write `-- python -m x` instead"),
        (["python3.12", "-u", "tools/x.py"], "write `-- python -m x` in the folder 'tools' instead"),
        (["python", "-m"], "as `-- python -m MODULE ARGS`, no other way"),
        (["python", "-c", "print()"], "as `-- python -m MODULE ARGS`, no other way"),
    ],
)
def test_for_python_in_another_way_it_says_what_to_write(command: list[str], said: str) -> None:
    with pytest.raises(InputError, match=f"{re.escape(said)}$"):
        module_of(command)


@pytest.mark.parametrize("step", ["start", "close"])
def test_the_loop_is_closed_also_where_the_fabric_cannot_begin_or_end(
    module: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    (module / "nothing.py").write_text("")
    fabric = HostedFabric(world())
    whole = getattr(fabric, step)

    async def failing() -> None:
        await whole()
        raise OSError(step)

    monkeypatch.setattr(fabric, step, failing)
    with pytest.raises(OSError, match=step):
        run_module(fabric, ["python", "-m", "nothing"])
    assert fabric.loop().is_closed()
