"""A world, running, in both fabrics."""

from __future__ import annotations

import asyncio
import ssl
import struct
import time
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from tests.lab.channels import Pipe
from tests.lab.fabrics.worlds import CONTROL, WEB, world
from trigpoint.errors import InputError, LabError
from trigpoint.lab.fabrics.kernel.doctor import why_not
from trigpoint.lab.lab import Lab

DESCRIPTORS = Path("/proc/self/fd")
OBSTACLE = why_not()
needs_kernel = pytest.mark.skipif(OBSTACLE is not None, reason=f"no kernel fabric here: {OBSTACLE}")
FABRICS = [pytest.param("kernel", marks=needs_kernel), "virtual"]
RESET = {"behaviour": "tls_reset", "match": {"suffix": ["blocked.example"]}}


def descriptors() -> int:
    """Count what is open, where the system tells; elsewhere nothing can be said, and nothing grows."""
    return len(list(DESCRIPTORS.iterdir())) if DESCRIPTORS.is_dir() else 0


async def handshake(lab: Lab, name: str, *, control: bool = False) -> str:
    """Shake hands with the web server under a name; say how it ends."""
    context = ssl.create_default_context(cafile=str(lab.bundle()))
    stack = lab.control() if control else lab.client()
    try:
        transport, _ = await asyncio.wait_for(
            stack.connect(asyncio.Protocol, (WEB, 443), tls=context, server_name=name), 20
        )
    except (OSError, TimeoutError) as error:
        return type(error).__name__
    transport.abort()
    await asyncio.sleep(0)
    return "ok"


@pytest.mark.parametrize("fabric", FABRICS)
def test_a_censor_acts_on_its_target_alone_and_is_logged(fabric: str) -> None:
    async def main(lab: Lab) -> list[str]:
        seen = [await handshake(lab, name) for name in ("blocked.example", "free.example")]
        return [*seen, await handshake(lab, "blocked.example", control=True)]

    lab = Lab(world(RESET), fabric=fabric)
    assert lab.play(main) == ["ConnectionResetError", "ok", "ok"]
    assert {(entry.network, entry.event.cause, entry.event.name) for entry in lab.events} == {
        ("a1", "tls.reset.sni", "blocked.example")
    }


@pytest.mark.parametrize("fabric", FABRICS)
def test_the_other_network_has_its_own_client_and_no_censor(fabric: str) -> None:
    lab = Lab(world(RESET), fabric=fabric, network="a2")

    async def main(lab: Lab) -> str:
        return await handshake(lab, "blocked.example")

    assert lab.network == "a2"
    assert lab.play(main) == "ok"
    assert lab.events == ()


DAY = 86_400  # seconds


async def dated(lab: Lab) -> float:
    """By how many seconds the machine's clock is ahead of a web server's."""
    transport, pipe = await lab.client().connect(Pipe, (WEB, 80))
    transport.write(b"GET / HTTP/1.1\r\nHost: free.example\r\n\r\n")
    head = b""
    while b"\r\n\r\n" not in head:
        head += await pipe.read()
    transport.abort()
    written = head.partition(b"\r\ndate: ")[2].partition(b"\r\n")[0].decode()
    return time.time() - parsedate_to_datetime(written).timestamp()


@pytest.mark.parametrize("fabric", FABRICS)
@pytest.mark.parametrize(
    ("days", "seen"), [(0, "ok"), (3, "ok"), (100, "SSLCertVerificationError"), (-700, "SSLCertVerificationError")]
)
def test_a_device_s_clock_is_wrong_for_programs_that_nobody_changed(fabric: str, days: int, seen: str) -> None:
    async def main(lab: Lab) -> tuple[float, str]:
        return await dated(lab), await handshake(lab, "free.example")

    wrong = world(network={"clock_ahead_seconds": days * DAY})
    ahead, ended = Lab(wrong, fabric=fabric).play(main)
    assert (abs(ahead - days * DAY) < 60, ended) == (True, seen)
    ahead, ended = Lab(wrong, fabric=fabric, network="a2").play(main)
    assert (abs(ahead) < 60, ended) == (True, "ok")


def test_virtual_time_begins_when_it_is_told_to() -> None:
    async def main(lab: Lab) -> float:
        await asyncio.sleep(3 * DAY)
        return await dated(lab)

    begun = time.time() - 30 * DAY
    assert abs(Lab(world(), fabric="virtual", started=begun).play(main) - 27 * DAY) < 60


@pytest.mark.parametrize("fabric", FABRICS)
def test_the_capture_is_whole_when_the_lab_has_ended(fabric: str, tmp_path: Path) -> None:
    lab = Lab(world(), fabric=fabric, pcap=tmp_path / "c.pcap")

    async def main(lab: Lab) -> str:
        return await handshake(lab, "free.example")

    assert lab.play(main) == "ok"
    assert lab.capture
    data = lab.capture.read_bytes()
    assert struct.unpack_from("<I", data, 20) == (101,)
    assert len(data) > 2000


@pytest.mark.parametrize("fabric", FABRICS)
def test_a_lab_leaves_no_file_and_no_descriptor(fabric: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    async def main(lab: Lab) -> bool:
        return lab.bundle().is_file()

    assert Lab(world(), fabric=fabric).play(main)
    before = descriptors()
    assert Lab(world(), fabric=fabric).play(main)
    after = descriptors()
    assert after == before
    assert list(tmp_path.iterdir()) == []


def test_two_runs_with_one_seed_tell_one_story() -> None:
    flaky = {"behaviour": "tls_reset", "match": {"suffix": ["blocked.example"]}, "placement": {"fire_probability": 0.5}}

    async def main(lab: Lab) -> list[str]:
        return [await handshake(lab, "blocked.example") for _ in range(12)]

    stories = []
    for seed in (1, 1, 2):
        lab = Lab(world(flaky), fabric="virtual", seed=seed)
        stories.append((lab.play(main), [entry.event.story for entry in lab.events]))
    assert stories[0] == stories[1] != stories[2]
    assert set(stories[0][0]) == {"ok", "ConnectionResetError"}


def test_fifty_labs_in_one_process_keep_nothing_open() -> None:
    async def main(lab: Lab) -> str:
        return await handshake(lab, "free.example")

    assert Lab(world(), fabric="virtual").play(main) == "ok"
    before = descriptors()
    for _ in range(50):
        assert Lab(world(), fabric="virtual").play(main) == "ok"
    assert descriptors() == before


def test_virtual_time_has_a_loop_of_its_own() -> None:
    async def elsewhere() -> None:
        async with Lab("open", fabric="virtual"):
            pass

    with pytest.raises(LabError, match="clock of its own"):
        asyncio.run(elsewhere())


def test_a_timeout_costs_no_time_in_virtual_time() -> None:
    async def main(lab: Lab) -> float:
        loop = asyncio.get_running_loop()
        start = loop.time()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(lab.client().connect(asyncio.Protocol, ("203.0.113.99", 443)), 3600)
        return loop.time() - start

    assert Lab(world(), fabric="virtual").play(main) > 60


def test_the_virtual_fabric_runs_no_programs() -> None:
    async def main(lab: Lab) -> int:
        return await lab.run(["true"])

    with pytest.raises(LabError, match="runs code of this process"):
        Lab("open", fabric="virtual").play(main)


@needs_kernel
def test_programs_run_in_the_kernel_fabric_with_their_status() -> None:
    async def main(lab: Lab) -> list[int]:
        return [await lab.run(["sh", "-c", f"exit {status}"]) for status in (0, 7)]

    assert Lab("open", fabric="kernel").play(main) == [0, 7]


def test_truth_is_at_hand() -> None:
    assert {network for network, _ in Lab("open", fabric="virtual").truth} <= {"a1", "a2"}


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="no fabric 'cloud'"):
        Lab("open", fabric="cloud")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no network 'a9'"):
        Lab("open", fabric="virtual", network="a9")
    with pytest.raises(InputError, match="no world 'nowhere'"):
        Lab("nowhere")


def test_the_control_is_known() -> None:
    assert CONTROL in Lab(world(), fabric="virtual").world.host("control").addresses


@pytest.mark.parametrize("fabric", FABRICS)
def test_a_world_is_given_by_its_path_too(fabric: str, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('base = "open"\n')
    assert Lab(tmp_path / "mine.toml", fabric=fabric).world.name == "mine"


@pytest.mark.parametrize("fabric", FABRICS)
def test_a_lab_is_begun_once(fabric: str) -> None:
    async def main(_lab: Lab) -> None:
        """Do nothing."""

    lab = Lab(world(), fabric=fabric)
    lab.play(main)
    with pytest.raises(LabError, match="begun once"):
        lab.play(main)
    with pytest.raises(LabError, match="begun once"):
        lab.execute(["python", "-m", "this"])


@pytest.mark.parametrize("fabric", FABRICS)
def test_sockets_are_had_of_places_there_are_while_the_lab_stands(fabric: str) -> None:
    async def main(lab: Lab) -> None:
        assert lab.stack("outside")
        with pytest.raises(LabError, match="there is no place 'zz'; there are a1/client"):
            lab.stack("zz")

    lab = Lab(world(), fabric=fabric)
    for _ in range(2):
        for use in (lambda: lab.stack("outside"), lab.client, lab.control, lab.bundle):
            with pytest.raises(LabError, match="the lab does not stand"):
                use()
        if lab._is_claimed:
            break
        lab.play(main)
