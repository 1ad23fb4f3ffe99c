"""Captures open in other programs, in the order of time."""

from __future__ import annotations

import asyncio
import shutil
import struct
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import dpkt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.channels import Replies
from tests.lab.client import Client
from trigpoint.lab.capture import Capture
from trigpoint.lab.fabrics.kernel import doctor
from trigpoint.lab.fabrics.kernel.fabric import KernelFabric
from trigpoint.lab.lab import Lab
from trigpoint.lab.world.load import load
from trigpoint.net.packets import Segment, address_bytes, tcp, udp

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.lab.stack import Stack

V4, V4_TOO = (address_bytes("192.0.2.1"), 4000), (address_bytes("192.0.2.2"), 5000)
V6, V6_TOO = (address_bytes("2001:db8::1"), 4000), (address_bytes("2001:db8::2"), 80)
PACKETS = [udp(V4, V4_TOO, b"x" * 12), tcp(V6, V6_TOO, Segment(1, 0, 2)), udp(V4_TOO, V4, b"")]


BAD = " || ".join(
    [
        "_ws.malformed",
        "_ws.expert.severity == error",
        *(f"{name}.checksum.status == 0" for name in ("ip", "tcp", "udp", "icmp", "icmpv6")),
    ]
)
"""What tshark says of packets that it cannot read, or whose checksum is wrong."""


@pytest.fixture
def tshark() -> Callable[..., list[str]]:
    """Read a file with tshark, which checks every checksum; gives its lines."""
    program = shutil.which("tshark")
    if program is None:
        pytest.skip("no tshark on the PATH (Debian: apt-get install tshark)")
    checks = [option for name in ("ip", "tcp", "udp") for option in ("-o", f"{name}.check_checksum:TRUE")]

    def run(path: Path, *options: str) -> list[str]:
        done = subprocess.run([program, "-r", path, *checks, *options], capture_output=True, check=True, text=True)
        return done.stdout.splitlines()

    return run


def _times(path: Path) -> list[float]:
    with path.open("rb") as file:
        reader = dpkt.pcap.Reader(file)
        assert reader.datalink() == 101  # LINKTYPE_RAW
        return [float(at) for at, _ in reader]


@given(times=st.lists(st.floats(0, 1000), max_size=20))
def test_packets_stand_in_the_order_of_their_times(
    tmp_path_factory: pytest.TempPathFactory, times: list[float]
) -> None:
    path = tmp_path_factory.mktemp("pcap") / "a.pcap"
    capture = Capture(path, epoch=1_000_000.0)
    for number, at in enumerate(times):
        capture.add(at, PACKETS[number % 3])
    capture.close()
    assert _times(path) == pytest.approx([1_000_000 + at for at in sorted(times)], abs=1e-6)


def test_a_packet_of_the_future_waits_for_its_time(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    capture = Capture(path)
    capture.add(3.0, PACKETS[0])
    capture.add(1.0, PACKETS[1])
    capture.flush(2.0)
    assert _times(path) == [1.0]
    capture.add(2.5, PACKETS[2])
    capture.flush(2.0)
    assert _times(path) == [1.0]
    capture.close()
    capture.add(4.0, PACKETS[0])
    capture.flush()
    capture.close()
    assert _times(path) == [1.0, 2.5, 3.0]


def test_times_that_no_file_can_hold_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    capture = Capture(path, epoch=-5.0)
    capture.add(1.0, PACKETS[0])
    capture.add(1e12, PACKETS[0])
    capture.close()
    seconds = [struct.unpack_from("<I", path.read_bytes(), 24)[0], int(_times(path)[1])]
    assert seconds == [0, 0xFFFFFFFF]


def test_wireshark_finds_nothing_wrong(tmp_path: Path, tshark: Callable[..., list[str]]) -> None:
    path = tmp_path / "a.pcap"
    capture = Capture(path, epoch=1_700_000_000.0)
    for number, packet in enumerate(PACKETS):
        capture.add(float(number), packet)
    capture.close()
    assert tshark(path, "-Y", BAD) == []
    assert len(tshark(path)) == len(PACKETS)


async def _talk(stack: Stack, bundle: str) -> None:
    """Have a client be served, lied to and reset over all that the censors meet, and have a datagram expire."""
    await asyncio.gather(
        _talk_over(stack, _client(stack, bundle, "192.0.2.53"), 4, "203.0.113.10"),
        _talk_over(stack, _client(stack, bundle, "2001:db8:a1::53"), 6, "2001:db8:80::10"),
    )


def _client(stack: Stack, bundle: str, resolver: str) -> Client:
    return Client(stack, Path(bundle).read_text(encoding="ascii"), resolver, 20.0)


async def _talk_over(stack: Stack, client: Client, family: int, host: str) -> None:
    for url in ("https://news.example/", "http://news.example/", "h3://news.example/"):
        assert (await client.fetch(url, family)).status == 200
    assert (await client.fetch("https://dns-two.example/", family)).failure == "connection_refused"
    await client.fetch("https://medium.example/", family)
    await client.resolve("dropbox.example", family)
    transport, replies = await stack.datagrams(Replies, (host, 33_434), ttl=3)
    transport.sendto(b"probe")
    await asyncio.wait_for(replies.queue.get(), 20)
    transport.close()


def _captured(wires: str, path: Path) -> None:
    world = load("gfw-2024")
    if wires == "virtual":

        async def played(lab: Lab) -> None:
            await _talk(lab.client(), str(lab.bundle()))

        Lab(world, fabric="virtual", pcap=path).play(played)
        return

    async def talked() -> None:
        async with KernelFabric(world, wiring=wires, capture=path) as fabric:
            await _talk(fabric.stack(), fabric.bundles["a1/client"])

    asyncio.run(talked())


@pytest.mark.parametrize("wires", ["virtual", "tun", "veth"])
def test_wireshark_finds_nothing_wrong_with_what_a_lab_wrote(
    wires: str, tmp_path: Path, tshark: Callable[..., list[str]]
) -> None:
    missing = {finding.name: finding for finding in doctor.probe().all if not finding.ok}
    if wires != "virtual" and (doctor.why_not() or wires in missing):
        pytest.skip(doctor.why_not() or f"{missing[wires].title}: {missing[wires].reason}")
    path = tmp_path / "a.pcap"
    _captured(wires, path)
    assert tshark(path, "-Y", BAD) == []
    stacks = {":".join(line.split(":")[1:]) for line in tshark(path, "-T", "fields", "-e", "frame.protocols")}
    spoken = ("tcp:tls", "tcp:http:data-text-lines", "udp:dns", "udp:quic")
    assert stacks >= {f"{ip}:{rest}" for ip in ("ip", "ipv6") for rest in spoken}
    assert stacks >= {"ip:icmp:ip:udp:data", "ipv6:icmpv6:ipv6:udp:data"}
    assert len(tshark(path, "-Y", "tcp.flags.reset == 1 && tcp.srcport == 443")) >= 2


def test_a_file_that_cannot_be_written_is_told_at_its_end() -> None:
    path = Path("/dev/full")
    if not path.exists():
        pytest.skip("no /dev/full, which is always full")
    capture = Capture(path)
    capture.add(1.0, PACKETS[0])
    capture.flush(2.0)
    capture.add(3.0, PACKETS[0])
    with pytest.raises(OSError, match="/dev/full"):
        capture.close()
    capture.close()
