"""Wires that are pairs of Ethernet interfaces, whose other ends are read and written as raw frames (packet(7)).

For machines whose /dev/net/tun cannot be opened. All other ends are in one namespace, with one socket for all of them.
Frames are read from a ring in shared memory: it holds more than the receive buffer that an ordinary user may have, and
costs no system call a packet (Documentation/networking/packet_mmap.rst).
"""

from __future__ import annotations

import array
import fcntl
import mmap
import socket
import struct
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from trigpoint.lab.fabrics.kernel.namespaces import Namespace
from trigpoint.lab.fabrics.kernel.netlink import Netlink
from trigpoint.lab.fabrics.kernel.wire import LARGEST, MTU, QUEUE

if TYPE_CHECKING:
    from collections.abc import Callable

_SOL_PACKET, _RX_RING, _VERSION, _BYPASS, _IGNORE_OUTGOING = 263, 5, 10, 20, 23  # linux/if_packet.h
_VERSION_2, _ALL_PROTOCOLS = 1, 0x0003  # TPACKET_V2, ETH_P_ALL
_FRAME = struct.Struct("=IIIHH")  # struct tpacket2_hdr: status, length, captured, offsets of frame and packet
_STATUS = struct.Struct("=I")
_OURS = 1  # TP_STATUS_USER
_BLOCK = 131_072
_ETHERTOOL = 0x8946  # SIOCETHTOOL
_TRANSMIT_CHECKSUM = 0x17  # ETHTOOL_STXCSUM
_OTHER_OFFLOADS = (0x15, 0x19, 0x1F, 0x24, 0x2C)  # ETHTOOL_SRXCSUM, SSG, STSO, SGSO, SGRO
_HERE, _THERE = bytes.fromhex("020000000002"), bytes.fromhex("020000000001")
_HEADER_V4, _HEADER_V6 = _HERE + _THERE + b"\x08\x00", _HERE + _THERE + b"\x86\xdd"
_IPV4 = 4


class VethWires:
    """One pair for each place.

    Raises:
        OSError: the kernel has no AF_PACKET, or does not allow it.

    """

    def __init__(self) -> None:
        self._router = Namespace()
        try:
            with self._router.inside():
                # No interface is there yet, so that every frame finds the ring.
                self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL_PROTOCOLS))
        except OSError:
            self._router.close()
            raise
        self._ring = _Ring(self._socket)
        self.readers = {self._socket.fileno(): self._ring.read}
        self.writers: dict[str, Callable[[bytes], object]] = {}

    def add(self, place: str, interface: str, netlink: Netlink) -> None:
        """See :meth:`Wires.add`."""
        netlink.add_pair(interface, _HERE, (interface, _THERE, self._router.descriptor))
        complete_packets(interface)
        with self._router.inside():
            complete_packets(interface)
            with Netlink() as there:
                there.set_up(interface, mtu=MTU)
        # The place's end last: an interface that is raised before there is a carrier loses packets until the kernel
        # has noticed the carrier, which may take a second.
        netlink.set_up(interface, mtu=MTU)
        self.writers[place] = partial(self._write, (interface, 0))

    def close(self) -> None:
        """See :meth:`Wires.close`."""
        self._ring.close()
        self._socket.close()
        self._router.close()

    def _write(self, interface: tuple[str, int], packet: bytes) -> None:
        self._socket.sendto((_HEADER_V4 if packet[0] >> 4 == _IPV4 else _HEADER_V6) + packet, interface)


class _Ring:
    """Frames that came in at any interface, from memory that the kernel writes."""

    def __init__(self, packets: socket.socket) -> None:
        packets.settimeout(0)
        for option, value in ((_VERSION, _VERSION_2), (_IGNORE_OUTGOING, 1), (_BYPASS, 1)):
            packets.setsockopt(_SOL_PACKET, option, value)
        size = QUEUE * LARGEST
        packets.setsockopt(_SOL_PACKET, _RX_RING, struct.pack("=4I", _BLOCK, size // _BLOCK, LARGEST, QUEUE))
        self._memory = mmap.mmap(packets.fileno(), size)
        self._position = 0

    def read(self) -> bytes | None:
        """Take the packet of the next frame; None where none waits."""
        memory, start = self._memory, self._position
        status, _, size, frame, packet = _FRAME.unpack_from(memory, start)
        if not status & _OURS:
            return None
        data = memory[start + packet : start + frame + size]
        _STATUS.pack_into(memory, start, 0)
        start += LARGEST
        self._position = start if start < QUEUE * LARGEST else 0
        return data

    def close(self) -> None:
        """Let go of the memory."""
        self._memory.close()


def complete_packets(name: str) -> None:
    """Have an interface send packets as they are on a wire: checksums filled in, none larger than the MTU.

    Without it whoever reads frames gets segments of 64 kilobytes with half a checksum.

    Raises:
        OSError: there is no such interface, or its checksums cannot be had.

    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        _switch_off(any_socket, name, _TRANSMIT_CHECKSUM)
        for feature in _OTHER_OFFLOADS:
            with suppress(OSError):  # those that follow from the first cannot be switched on some kernels
                _switch_off(any_socket, name, feature)


def _switch_off(any_socket: socket.socket, name: str, feature: int) -> None:
    command = array.array("B", struct.pack("=II", feature, 0))
    fcntl.ioctl(any_socket, _ETHERTOOL, struct.pack("16sP16x", name.encode(), command.buffer_info()[0]))
