"""Captures open in other programs, in the order of time."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import dpkt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.lab.capture import Capture
from trigpoint.net.packets import Segment, address_bytes, tcp, udp

V4, V4_TOO = (address_bytes("192.0.2.1"), 4000), (address_bytes("192.0.2.2"), 5000)
V6, V6_TOO = (address_bytes("2001:db8::1"), 4000), (address_bytes("2001:db8::2"), 80)
PACKETS = [udp(V4, V4_TOO, b"x" * 12), tcp(V6, V6_TOO, Segment(1, 0, 2)), udp(V4_TOO, V4, b"")]


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


def test_wireshark_finds_nothing_wrong(tmp_path: Path) -> None:
    tshark = shutil.which("tshark")
    if tshark is None:
        pytest.skip("no tshark on the PATH (Debian: apt-get install tshark)")
    path = tmp_path / "a.pcap"
    capture = Capture(path, epoch=1_700_000_000.0)
    for number, packet in enumerate(PACKETS):
        capture.add(float(number), packet)
    capture.close()
    checks = [option for name in ("ip", "tcp", "udp") for option in ("-o", f"{name}.check_checksum:TRUE")]
    bad = "_ws.malformed || _ws.expert.severity == error || ip.checksum.status == 0 || tcp.checksum.status == 0"
    found = subprocess.run([tshark, "-r", path, *checks, "-Y", bad], capture_output=True, check=True)
    assert found.stdout == b""
    every = subprocess.run([tshark, "-r", path], capture_output=True, check=True)
    assert len(every.stdout.splitlines()) == len(PACKETS)


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
