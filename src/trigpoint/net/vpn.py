"""First packets of VPN protocols, as filters know them by: OpenVPN and WireGuard.

Sources: OpenVPN's protocol (doxygen of ``ssl_pkt.h``; openvpn-wire-protocol, section 3); WireGuard (NDSS 2017, section
5.4.2); what censors read of them: USENIX Security 2022 (Xue).
"""

from __future__ import annotations

_HARD_RESETS = frozenset({7, 10})  # P_CONTROL_HARD_RESET_CLIENT_V2, and V3 of tls-crypt-v2
_OPCODE_SHIFT = 3  # the lower bits are the key's number, 0 in a first packet
_SHORTEST_RESET = 14  # opcode, session, no acknowledgements, number of the packet
_LENGTH_BYTES = 2  # before each packet in a stream
_INITIATION = b"\x01\x00\x00\x00"  # type 1, three reserved bytes
_INITIATION_BYTES = 148


def is_openvpn_opening(payload: bytes, *, is_stream: bool) -> bool:
    r"""Tell whether a client begins an OpenVPN session.

    Args:
        payload: a UDP payload; or the first octets of a TCP stream.
        is_stream: whether it is of a stream, in which the packet's length stands before it.

    >>> reset = bytes([0x38]) + bytes(13)
    >>> is_openvpn_opening(reset, is_stream=False), is_openvpn_opening(b"\x00\x0e" + reset, is_stream=True)
    (True, True)

    """
    if is_stream:
        length = int.from_bytes(payload[:_LENGTH_BYTES], "big")
        payload = payload[_LENGTH_BYTES:]
        if length != len(payload):
            return False
    return len(payload) >= _SHORTEST_RESET and payload[0] in _FIRST_BYTES


_FIRST_BYTES = frozenset(opcode << _OPCODE_SHIFT for opcode in _HARD_RESETS)


def is_wireguard_initiation(payload: bytes) -> bool:
    r"""Tell whether a UDP payload is the first message of a WireGuard handshake.

    >>> is_wireguard_initiation(b"\x01" + bytes(147)), is_wireguard_initiation(b"\x01" + bytes(146))
    (True, False)
    """
    return len(payload) == _INITIATION_BYTES and payload.startswith(_INITIATION)
