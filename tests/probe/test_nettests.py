"""What holds for every nettest: it is declared and documented, and finds nothing where nothing is filtered."""

from __future__ import annotations

import pytest

from tests.probe.lab import ECHO, made
from tests.probe.services import IN_OPEN
from trigpoint.net.dial.diary import Diary
from trigpoint.probe.nettest import STEPS
from trigpoint.probe.run import all_nettests

NAMES = sorted(all_nettests())
INPUTS = {"url": "https://news.example/", "name": "news.example", "server": "news.example", "nothing": None}
OTHER_INPUTS = {"random_payload": f"tcp://{ECHO}:443/"}
EXPECTED = {"silent_target", "silent_control", "version", "version_v6"}
"""Arms whose act fails where nothing interferes: nobody answers, and no server speaks the version."""
DENIED = {
    ("sanity", "dns_nxdomain_error"),
    ("delegation", "dns_no_answer"),
    ("address_blocking", "connection_refused"),
}
"""Names that do not exist are asked for, and denied; names have no servers of their own; a closed port is tried."""
TRIGGERING = {"echcheck", "sni_blocking", "host_blocking", "throttling", "residual"}
UNUSUAL = {"random_payload", "address_blocking"}


def arm_in(tags: str | None) -> str:
    """Name the arm of a step, without the number of its try."""
    return (tags or "").removeprefix("arm=").partition(".")[0]


def _diaries(value: object) -> list[Diary]:
    if isinstance(value, Diary):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [diary for one in inner for diary in _diaries(one)]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_declared_under_its_own_name_and_documented(name: str) -> None:
    nettest = all_nettests()[name]
    assert nettest.name == name
    assert nettest.title
    assert not nettest.title.endswith(".")
    assert nettest.meaning.endswith(".")
    assert nettest.source
    assert nettest.version.count(".") == 2
    assert (nettest.tier >= 2) == (name in TRIGGERING | UNUSUAL)


@pytest.mark.parametrize("name", NAMES)
def test_it_finds_nothing_in_a_world_without_filters_and_its_record_is_read_back(name: str) -> None:
    nettest = all_nettests()[name]
    found = made(name, "open", OTHER_INPUTS.get(name, INPUTS[nettest.takes]), options=IN_OPEN.get(name))
    failed = [step for step in found.read.steps if step.failure and arm_in(step.tags) not in EXPECTED]
    assert [step for step in failed if (name, step.failure) not in DENIED] == []
    assert found.read.nettest == name
    diaries = [found.measured.measuring.diary, *_diaries(found.keys)]
    connects = sum(len(diary.connects) for diary in diaries)
    read = [step for step in found.read.steps if type(step).__name__ == "TcpConnect" and step.vantage == "probe"]
    assert len(read) == connects, "every part is read"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_the_network_does_is_an_exception(name: str) -> None:
    nettest = all_nettests()[name]
    found = made(name, "shutdown", OTHER_INPUTS.get(name, INPUTS[nettest.takes]))
    assert found.read.nettest == name


@pytest.mark.parametrize("name", NAMES)
def test_without_servers_of_one_s_own_it_does_what_it_can(name: str) -> None:
    nettest = all_nettests()[name]
    bare = {
        "control_servers": (),
        "control_http": (),
        "control_quic": (),
        "echo_servers": (),
        "helpers": (),
        "silent": (),
    }
    found = made(name, "open", INPUTS[nettest.takes], **bare, bulk_servers=(), http_echo="", whoami="", public=())
    assert found.read.nettest == name
    assert STEPS not in found.keys
