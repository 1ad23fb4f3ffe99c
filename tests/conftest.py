"""What holds for every test: no network, no chance, heed of Ctrl-C, and three things that several folders share."""

from __future__ import annotations

import gc
import ipaddress
import os
import shutil
import signal
import socket
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests.counting import uncounted
from trigpoint.figures import statistics
from trigpoint.figures.index.intake import publish
from trigpoint.lab.fabrics.kernel.doctor import why_not

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = Path(__file__).resolve().parent / "golden"
CORPUS = ROOT.parent / "shared" / "corpus"

# "gate" finds the same examples each time, so few do. "explore" looks for new ones: HYPOTHESIS_PROFILE=explore
# Deadlines measure the machine, not the code.
settings.register_profile(
    "gate",
    max_examples=50,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))


# Each process of a run has a core of its own; read by Polars when it is imported, and inherited by what tests start.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

# What a developer has of other people's lists must not change what a test sees.
os.environ["TRIGPOINT_REFERENCE"] = str(ROOT / "tests" / "no reference data")


class NetworkRefusedError(RuntimeError):
    """A test tried to reach something that is not this machine's loopback."""


def _is_local(host: object) -> bool:
    if host in {None, "", "localhost", b"localhost"}:
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.split("%", 1)[0]).is_loopback
    except ValueError:
        return False


def _refuse_network(event: str, args: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        sock, address = args
        is_inside = sock.family == getattr(socket, "AF_UNIX", None) or address is None
        if not is_inside and not (isinstance(address, tuple) and _is_local(address[0])):
            message = f"tests do not use the network: {event} to {address!r}"
            raise NetworkRefusedError(message)
    elif event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"} and not _is_local(args[0]):
        message = f"tests do not use the network: {event} for {args[0]!r}"
        raise NetworkRefusedError(message)


# An audit hook sees what C code does too, and a test cannot take it away.
sys.addaudithook(_refuse_network)


@pytest.fixture(scope="session", autouse=True)
def _interrupts() -> Iterator[None]:
    """Heed SIGINT, as what a terminal starts: what a shell starts in the background ignores it, children included."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def pytest_report_header() -> str:
    """Say which fabrics of the lab are tested here."""
    obstacle = why_not()
    return "lab: virtual fabric, " + (f"without kernel fabric: {obstacle}" if obstacle else "and kernel fabric")


def pytest_collection_finish() -> None:
    """Leave out what stays to the end, thousands of tests among it, when the collector looks for garbage."""
    gc.collect()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--whole",
        action="store_true",
        help="look at every follow-up of every world in virtual time, and on kernel sockets at every network",
    )
    parser.addoption(
        "--write-golden", action="store_true", help="run only the tests with golden files, and write these anew"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("waits") is None)
    if not config.getoption("--write-golden"):
        return
    chosen = [item for item in items if "golden" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, bytes | str], None]:
    """Compare content with the file of that name in ``tests/golden``; ``make golden`` writes it."""

    def compare(name: str, content: bytes | str) -> None:
        path = GOLDEN / name
        found = content.encode() if isinstance(content, str) else content
        if request.config.getoption("--write-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(found)
        assert path.is_file(), f"tests/golden/{name} does not exist; `make golden` writes it"
        expected = path.read_bytes()
        if isinstance(content, str):
            assert content == expected.decode(), f"tests/golden/{name} differs; `make golden` writes it anew"
        assert found == expected, f"tests/golden/{name} differs; `make golden` writes it anew"

    return compare


@pytest.fixture
def kernel() -> None:
    """Skip where there is no kernel fabric, and say why."""
    if obstacle := why_not():
        pytest.skip(obstacle)


@pytest.fixture(scope="session", autouse=True)
def _few_draws() -> Iterator[None]:
    """Draw the ranks of indices two hundred times and not 4,000, which take half a second: the laws are the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(statistics, "publish", partial(publish, draws=200))
        yield


@pytest.fixture
def uncovered() -> Iterator[None]:
    """Do not count the lines that a test runs: for what runs them a thousand times after others ran them once, since
    counting doubles the time."""
    with uncounted():
        yield


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of recorded measurements beside the project, where there is one."""
    if not CORPUS.is_dir():
        pytest.skip(f"no recorded measurements at ../shared/corpus beside {ROOT.name}")
    return CORPUS


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium; without one the test is skipped, and fails where ``CI`` promises one (see ``.ci/run``)."""
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    if found is None:
        message = "no Chromium on the PATH (Debian: apt-get install chromium fonts-noto-core)"
        if os.environ.get("CI") and not os.environ.get("TRIGPOINT_WITHOUT_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    return found
