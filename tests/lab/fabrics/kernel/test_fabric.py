"""A world on kernel sockets stands, is used by any program, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.lab.fabrics.kernel.conftest import ROOT
from tests.lab.fabrics.kernel.servers import PAGE
from tests.lab.fabrics.kernel.test_stack import FAST, _Asker
from tests.lab.fabrics.worlds import AUTHORITY, WEB, WEB6, world
from trigpoint.errors import InputError, LabError
from trigpoint.lab.fabrics.kernel import messages
from trigpoint.lab.fabrics.kernel.fabric import KernelFabric
from trigpoint.lab.fabrics.kernel.interpreter import surroundings
from trigpoint.lab.fabrics.kernel.programs import authority_files

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from trigpoint.lab.fabrics.kernel.place import Wiring

SERVERS = "tests.lab.fabrics.kernel.servers:start"
RESET = {
    "behaviour": "http_reset",
    "match": {"exact": ["blocked.example"]},
    "placement": {"hop": 3},
}


def _in_lab(use: Callable[[KernelFabric], Coroutine[Any, Any, None]], *censors: dict[str, Any], **values: Any) -> None:
    async def run() -> None:
        async with KernelFabric(world(*censors, network=FAST), **{"services": SERVERS} | values) as fabric:
            await use(fabric)

    asyncio.run(run())


async def _output(fabric: KernelFabric, *command: str, place: str = "", code: int = 0, **values: Any) -> str:
    with tempfile.TemporaryFile() as out:
        found = await fabric.run(place, command, streams=(None, out.fileno(), out.fileno()), **values)
        out.seek(0)
        text = out.read().decode()
    assert found == code, text
    return text


def _needs(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"no {program} on the PATH")


def test_curl_resolves_names_and_fetches_pages(wiring: Wiring) -> None:
    _needs("curl")

    async def use(fabric: KernelFabric) -> None:
        assert await _output(fabric, "curl", "-sS", "http://free.example/") == PAGE.decode()
        assert await _output(fabric, "curl", "-sS", f"http://[{WEB6}]/") == PAGE.decode()
        assert "reset" in await _output(fabric, "curl", "-sS", "http://blocked.example/", code=56)
        ((network, event),) = fabric.events()
        assert (network, event.behaviour, event.name) == ("a1", "http_reset", "blocked.example")

    _in_lab(use, RESET, wiring=wiring)


def test_dig_asks_the_resolver_of_the_network(namespaces: object) -> None:
    _needs("dig")

    async def use(fabric: KernelFabric) -> None:
        assert (await _output(fabric, "dig", "+short", "+timeout=2", "free.example")).strip() == WEB

    _in_lab(use)


@pytest.mark.parametrize("address", [WEB, WEB6])
def test_traceroute_sees_every_router(namespaces: object, address: str) -> None:
    _needs("traceroute")

    async def use(fabric: KernelFabric) -> None:
        lines = (await _output(fabric, "traceroute", "-n", "-q1", "-w1", address)).splitlines()[1:]
        assert len(lines) == 9
        assert "*" not in "".join(lines)
        assert lines[-1].split()[1] == address

    _in_lab(use)


_ROUTE = """
import asyncio, sys
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.route import FULL, route
async def main():
    hops = await route(Diary().trace(), sys.argv[1])
    print(*(hop.failure for hop in hops if hop.ttl != FULL))
asyncio.run(main())
"""


@pytest.mark.parametrize("address", [WEB, WEB6])
def test_a_route_has_the_routers_that_traceroute_sees(namespaces: object, address: str) -> None:
    _needs("traceroute")

    async def use(fabric: KernelFabric) -> None:
        lines = (await _output(fabric, "traceroute", "-n", "-q1", "-w1", address)).splitlines()[1:]
        shown = (await _output(fabric, sys.executable, "-c", _ROUTE, address)).split()
        routers = sum(line.split()[1] != address for line in lines)
        assert shown[:routers] == ["host_unreachable"] * routers
        assert set(shown[routers:]) == {"connection_refused"}

    _in_lab(use)


@pytest.mark.parametrize("address", [WEB, WEB6])
def test_hosts_answer_to_ping(namespaces: object, address: str) -> None:
    _needs("ping")

    async def use(fabric: KernelFabric) -> None:
        assert " 0% packet loss" in await _output(fabric, "ping", "-c2", "-i0.1", address)

    _in_lab(use)


def test_openssl_speaks_through_it(namespaces: object) -> None:
    _needs("openssl")

    async def use(fabric: KernelFabric) -> None:
        text = await _output(fabric, "openssl", "s_client", "-connect", f"{WEB}:7", code=1)
        assert "CONNECTED" in text

    _in_lab(use)


def test_a_program_sees_the_place_and_nothing_else(namespaces: object, monkeypatch: pytest.MonkeyPatch) -> None:
    async def use(fabric: KernelFabric) -> None:
        # It is the second process of its namespace.
        command = "echo $$ $A $HTTPS_PROXY; pwd"
        text = await _output(fabric, "sh", "-c", command, variables={"A": "b"}, folder=Path("/usr"))
        assert text == "2 b\n/usr\n"
        read = ("cat", "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf")
        text = await _output(fabric, *read)
        assert "nameserver 192.0.2.53\nnameserver 2001:db8:a1::53\n127.0.0.1 localhost" in text
        assert "hosts: files dns" in text
        assert "nameserver" not in await _output(fabric, *read, place="control")
        trusted = "cat $SSL_CERT_FILE $CURL_CA_BUNDLE"
        assert await _output(fabric, "sh", "-c", trusted) == "trusted in a1\n" * 2
        assert await _output(fabric, "sh", "-c", trusted, place="control") == "trusted in \n" * 2
        links = (await _output(fabric, "cat", "/proc/net/dev")).splitlines()[2:]
        assert [line.split(":")[0].strip() for line in links] == ["lo", "lab0"]
        assert await _output(fabric, "sh", "-c", "ls $SSL_CERT_DIR") == ""
        for path in authority_files(""):
            assert await _output(fabric, "cat", path) == "trusted in a1\n"

    monkeypatch.setenv("HTTPS_PROXY", "http://198.51.100.9")
    _in_lab(use)


def test_a_program_is_given_its_words_byte_by_byte_whether_they_are_utf_8_or_not(
    namespaces: object, tmp_path: Path
) -> None:
    odd = "\udcff"  # how Python writes a byte that is no UTF-8: PEP 383
    (tmp_path / odd).mkdir()

    async def use(fabric: KernelFabric) -> None:
        with tempfile.TemporaryFile() as out:
            command = ["sh", "-c", 'printf %s "$0" "$ODD" "${PWD##*/}"', odd]
            streams = (None, out.fileno(), None)
            assert await fabric.run("", command, variables={"ODD": odd}, folder=tmp_path / odd, streams=streams) == 0
            out.seek(0)
            assert out.read() == b"\xff" * 3
        with pytest.raises(FileNotFoundError) as raised:
            await fabric.run("", [odd])
        assert raised.value.filename == odd

    _in_lab(use)


def test_the_kernel_of_a_client_speaks_as_its_network_says(namespaces: object) -> None:
    async def run() -> None:
        async with KernelFabric(world(network={"timestamps": False}), services="") as fabric:
            path = "/proc/sys/net/ipv4/tcp_timestamps"
            assert (await _output(fabric, "cat", path)).strip() == "0"
            assert (await _output(fabric, "cat", path, place="a2/client")).strip() == "1"

    asyncio.run(run())


def test_exit_codes_and_signals_are_passed_on(namespaces: object) -> None:
    async def use(fabric: KernelFabric) -> None:
        assert await fabric.run("", ["sh", "-c", "exit 7"]) == 7
        assert await fabric.run("", ["sh", "-c", "kill -9 $$"]) == -9
        program = await fabric.program("", ["sleep", "60"])
        await program.signal(signal.SIGINT)
        assert await program.wait() == -signal.SIGINT
        await program.signal(signal.SIGTERM)
        ended = asyncio.ensure_future(fabric.run("", ["sleep", "60"]))
        await asyncio.sleep(0.1)
        ended.cancel()
        with pytest.raises(asyncio.CancelledError):
            await ended
        with pytest.raises(FileNotFoundError, match="no-such-program"):
            await fabric.run("", ["no-such-program"])
        with pytest.raises(LabError, match="there is no place 'moon'; there are a1/client"):
            await fabric.run("moon", ["true"])
        with pytest.raises(LabError, match="needs a name"):
            await fabric.run("", [])
        with pytest.raises(LabError, match="of which the lab takes"):
            await fabric.run("", ["true", "x" * 300_000])

    _in_lab(use)


def test_acts_are_told_in_order_once_and_soon(namespaces: object) -> None:
    told: list[str] = []

    async def use(fabric: KernelFabric) -> None:
        transport, asker = await fabric.stack().datagrams(_Asker, (WEB, 9))
        transport.sendto(b"600")
        await asker.got.get()
        for _ in range(100):
            if len(told) == 600:
                break
            await asyncio.sleep(0.01)
        assert told == [str(number) for number in range(600)]
        transport.sendto(b"300")
        await asker.got.get()
        assert len(fabric.events()) == 900
        times = [event.time for _, event in fabric.events()]
        assert times == sorted(times)
        assert 0 < times[0] < 30
        transport.sendto(b"1")
        await asker.got.get()
        transport.close()

    _in_lab(use, log=lambda _network, event: told.append(event.name))
    assert len(told) == 901


def test_the_capture_shows_the_clients_edge(namespaces: object, tmp_path: Path) -> None:
    path = tmp_path / "edge.pcap"

    async def use(fabric: KernelFabric) -> None:
        transport, asker = await fabric.stack().datagrams(_Asker, (WEB, 7))
        other, _ = await fabric.stack("a2/client").datagrams(_Asker, (WEB, 7))
        other.sendto(b"not this one")
        transport.sendto(b"hello")
        await asker.got.get()
        transport.close()
        other.close()

    _in_lab(use, capture=path)
    data = path.read_bytes()
    assert data.count(b"hello") == 2
    assert b"not this one" not in data
    assert abs(int.from_bytes(data[24:28], "little") - time.time()) < 60


def test_a_capture_that_cannot_be_written_is_told_at_the_end(namespaces: object) -> None:
    async def use(fabric: KernelFabric) -> None:
        transport, asker = await fabric.stack().datagrams(_Asker, (WEB, 7))
        transport.sendto(b"hello")
        await asker.got.get()
        transport.close()

    with pytest.raises(OSError, match="No space left on device: '/dev/full'"):
        _in_lab(use, capture=Path("/dev/full"))


def test_what_cannot_be_built_is_one_sentence(namespaces: object, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no network 'moon'"):
        KernelFabric(world(), network="moon")
    with pytest.raises(FileNotFoundError, match=r"No such file or directory: '/.*/edge\.pcap'"):
        _in_lab(None, capture=tmp_path / "none" / "edge.pcap")
    with pytest.raises(LabError, match="no server today"):
        _in_lab(None, services="tests.lab.fabrics.kernel.servers:fail")
    with pytest.raises(LabError, match="the lab ended before it stood: RuntimeError: a mistake"):
        _in_lab(None, services="tests.lab.fabrics.kernel.servers:crash")


def test_without_a_start_nothing_works_and_a_second_close_does_nothing(namespaces: object) -> None:
    async def run() -> None:
        fabric = KernelFabric(world(), services="")
        with pytest.raises(LabError, match="has not been started"):
            await fabric.run("", ["true"])
        assert fabric.events() == ()
        await fabric.close()
        await fabric.start()
        await fabric.close()
        await fabric.close()

    asyncio.run(run())


def test_a_lab_that_was_killed_is_noticed(namespaces: object) -> None:
    async def use(fabric: KernelFabric) -> None:
        program = await fabric.program("", ["sleep", "60"])
        fabric._launch._process.kill()
        with pytest.raises(LabError, match="the lab has ended, and the program with it"):
            await program.wait()
        with pytest.raises(LabError, match="the lab has ended"):
            await fabric.stack().connect(_Asker, (AUTHORITY, 80))
        assert fabric.events() == ()

    _in_lab(use)


@pytest.mark.usefixtures("uncovered")
def test_twenty_labs_in_a_row_leave_no_descriptor_and_no_folder(namespaces: object) -> None:
    async def run() -> None:
        for number in range(20):
            async with KernelFabric(world(), services=""):
                pass
            if number == 1:
                before.extend((_descriptors(), _folders()))
        assert [_descriptors(), _folders()] == before

    before: list[object] = []
    asyncio.run(run())


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _folders() -> list[str]:
    return sorted(path.name for path in Path(tempfile.gettempdir()).glob(f"trigpoint-lab-{os.getpid()}-*"))


_OWNER = """
import asyncio, sys
from tests.lab.fabrics.worlds import world
from trigpoint.lab.fabrics.kernel import messages
from trigpoint.lab.fabrics.kernel.fabric import KernelFabric
async def main():
    async with KernelFabric(world(), services="") as fabric:
        await fabric.program("", ["sh", "-c", "sleep 4242 & sleep 4243; true"])
        print(fabric._launch._process.pid, flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


@pytest.mark.parametrize("victim", ["owner", "lab"])
def test_nothing_is_left_when_somebody_is_killed(namespaces: object, victim: str) -> None:
    owner = subprocess.Popen([sys.executable, "-c", _OWNER], cwd=ROOT, env=surroundings(), stdout=subprocess.PIPE)
    with owner:
        lab = int(owner.stdout.readline())
        mine = {lab}
        for _ in range(300):
            mine = {lab, *_descendants(lab)}
            if len(mine) == 5:  # the lab, its first process, a shell, two that it started
                break
            time.sleep(0.01)
        assert len(mine) == 5
        os.kill(owner.pid if victim == "owner" else lab, signal.SIGKILL)
        for _ in range(300):
            if not any(_is_running(process) for process in mine):
                break
            time.sleep(0.01)
        assert not [process for process in mine if _is_running(process)]
        owner.kill()
    assert not list(Path(tempfile.gettempdir()).glob(f"trigpoint-lab-{owner.pid}-*")) or victim == "lab"


def _descendants(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [each for child in map(int, children) for each in (child, *_descendants(child))]


def _is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_an_ordinary_user_needs_nothing_more(namespaces: object, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become another user; this user is ordinary, and the other tests run as it")
    python = next((path for path in (sys.executable, "/usr/bin/python3") if _runs_as_nobody(path)), None)
    if python is None:
        pytest.skip("nobody may run any Python that has what the project needs")
    done = _as_nobody(python, _ORDINARY)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "veth hello\n" or Path("/dev/net/tun").stat().st_mode & 0o6 == 0o6


_ORDINARY = """
import asyncio
from tests.lab.fabrics.kernel.test_stack import _Client
from tests.lab.fabrics.worlds import WEB, world
from trigpoint.lab.fabrics.kernel import messages
from trigpoint.lab.fabrics.kernel.fabric import KernelFabric
async def main():
    async with KernelFabric(world(), services="tests.lab.fabrics.kernel.servers:start") as fabric:
        assert await fabric.run("", ["true"]) == 0
        transport, client = await fabric.stack().connect(_Client, (WEB, 7))
        transport.write(b"hello")
        print(fabric.wiring, (await client.got.get()).decode())
        transport.close()
asyncio.run(main())
"""


def _as_nobody(python: str, script: str) -> subprocess.CompletedProcess[str]:
    paths = [str(ROOT), str(ROOT / "src"), *(path for path in sys.path if path.endswith("site-packages"))]
    return subprocess.run(
        [python, "-c", script],
        cwd="/",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"},
        user=65534,
        group=65534,
        extra_groups=[],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def _runs_as_nobody(python: str) -> bool:
    try:
        return _as_nobody(python, "import msgspec, trigpoint, pytest").returncode == 0
    except OSError:
        return False


def test_no_act_is_lost_where_there_are_more_than_a_hundred_thousand(namespaces: object) -> None:
    async def use(fabric: KernelFabric) -> None:
        transport, asker = await fabric.stack().datagrams(_Asker, (WEB, 9))
        for _ in range(11):
            transport.sendto(b"10000")
            await asker.got.get()
        transport.close()
        names = [event.name for _, event in fabric.events()]
        assert names == [str(number) for number in range(10_000)] * 11
        assert fabric.lost == 0

    _in_lab(use)


def test_acts_that_were_missed_are_counted(namespaces: object) -> None:
    fabric = KernelFabric(world(), services="")
    assert fabric._take(messages.ActList(7, 7, ()))
    assert fabric.lost == 7
