"""A wire that is a pair of Ethernet interfaces, whose other end is read and written as raw frames (packet(7)).

For machines whose /dev/net/tun cannot be opened. Frames are read from a ring in shared memory: it holds more than the
receive buffer that an ordinary user may have, and costs no system call a packet
(Documentation/networking/packet_mmap.rst).
"""

from __future__ import annotations

import array
import fcntl
import mmap
import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING

from trigpoint.lab.fabrics.kernel.netlink import Netlink
from trigpoint.lab.fabrics.kernel.wire import LARGEST, MTU, QUEUE

if TYPE_CHECKING:
    from trigpoint.lab.fabrics.kernel.namespaces import Namespace

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


class Veth:
    """A pair of interfaces: one in the current network namespace, one where the router reads."""

    def __init__(self, name: str, netlink: Netlink, router: Namespace) -> None:
        """Make and raise both.

        Raises:
            OSError: the kernel has no veth, or no AF_PACKET, or does not allow them.

        """
        netlink.add_pair(name, _HERE, (name, _THERE, router.descriptor))
        netlink.set_up(name, mtu=MTU)
        complete_packets(name)
        with router.inside():
            with Netlink() as there:
                there.set_up(name, mtu=MTU)
            complete_packets(name)
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        try:
            self._ring = _ring(self._socket)
            self._socket.bind((name, _ALL_PROTOCOLS))
        except OSError:
            self._socket.close()
            raise
        self._socket.setblocking(False)
        self.descriptor = self._socket.fileno()
        self._position = 0

    def read(self) -> bytes | None:
        """See :meth:`Wire.read`."""
        ring, start = self._ring, self._position
        status, _, size, frame, packet = _FRAME.unpack_from(ring, start)
        if not status & _OURS:
            return None
        data = ring[start + packet : start + frame + size]
        _STATUS.pack_into(ring, start, 0)
        start += LARGEST
        self._position = start if start < QUEUE * LARGEST else 0
        return data

    def write(self, packet: bytes) -> None:
        """See :meth:`Wire.write`."""
        self._socket.send((_HEADER_V4 if packet[0] >> 4 == _IPV4 else _HEADER_V6) + packet)

    def close(self) -> None:
        """See :meth:`Wire.close`."""
        self._ring.close()
        self._socket.close()


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


def _ring(packets: socket.socket) -> mmap.mmap:
    packets.setsockopt(_SOL_PACKET, _VERSION, _VERSION_2)
    packets.setsockopt(_SOL_PACKET, _IGNORE_OUTGOING, 1)
    packets.setsockopt(_SOL_PACKET, _BYPASS, 1)
    size = QUEUE * LARGEST
    packets.setsockopt(_SOL_PACKET, _RX_RING, struct.pack("=4I", _BLOCK, size // _BLOCK, LARGEST, QUEUE))
    return mmap.mmap(packets.fileno(), size)
