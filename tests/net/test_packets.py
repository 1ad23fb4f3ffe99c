"""Packets are held against dpkt, which reads and writes them by itself."""

from __future__ import annotations

import dpkt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.net.packets import (
    ACK,
    ICMP,
    ICMPV6,
    PSH,
    SYN,
    TCP,
    UDP,
    IcmpError,
    IpFields,
    Segment,
    address_bytes,
    address_text,
    checksum,
    checksums_hold,
    decrement_ttl,
    icmp,
    icmp_error,
    ip,
    parse,
    raised_ttl,
    readdressed,
    tcp,
    udp,
)

ENDS = {
    4: (address_bytes("192.0.2.2"), address_bytes("203.0.113.9")),
    6: (address_bytes("2001:db8::2"), address_bytes("2001:db8:1::9")),
}
versions = st.sampled_from([4, 6])
ports = st.integers(0, 65_535)
numbers = st.integers(0, 2**32 - 1)
fields = st.builds(IpFields, st.integers(1, 255), ports, st.booleans())


def oracle(data: bytes) -> dpkt.ip.IP | dpkt.ip6.IP6:
    return dpkt.ip.IP(data) if data[0] >> 4 == 4 else dpkt.ip6.IP6(data)


def rewritten(data: bytes) -> bytes:
    """Let dpkt compute every checksum anew."""
    packet = oracle(data)
    if isinstance(packet, dpkt.ip.IP):
        packet.sum = 0
    packet.data.sum = 0
    return bytes(packet)


segments = st.builds(
    Segment,
    numbers,
    numbers,
    st.integers(0, 255),
    ports,
    st.binary(max_size=100),
    st.sampled_from([b"", b"\x01" * 4, b"\x01" * 12]),
)


@given(versions, ports, ports, segments, fields)
def test_segments_are_what_an_independent_reader_reads(
    version: int, sport: int, dport: int, segment: Segment, header: IpFields
) -> None:
    source, target = ENDS[version]
    data = tcp((source, sport), (target, dport), segment, header)
    theirs, ours = oracle(data), parse(data)
    assert ours is not None
    assert rewritten(data) == data
    read = theirs.data
    assert (read.sport, read.dport, read.seq, read.ack, read.flags & 255) == (
        sport,
        dport,
        segment.sequence,
        segment.acknowledgement,
        segment.flags,
    )
    assert (read.win, read.data, read.opts) == (segment.window, segment.payload, segment.options)
    assert (ours.source_port, ours.target_port, ours.content) == (sport, dport, segment.payload)
    assert (ours.sequence, ours.acknowledgement, ours.flags, ours.window) == (
        segment.sequence,
        segment.acknowledgement,
        segment.flags,
        segment.window,
    )
    assert (ours.version, ours.source, ours.target, ours.protocol) == (version, source, target, TCP)
    assert ours.ttl == header.ttl == (theirs.ttl if version == 4 else theirs.hlim)
    if version == 4:
        assert (theirs.id, bool(theirs.df)) == (header.identification, header.dont_fragment)
        assert ours.identification == header.identification
    assert checksums_hold(ours)


@given(versions, ports, ports, st.binary(max_size=100), fields)
def test_datagrams_are_what_an_independent_reader_reads(
    version: int, sport: int, dport: int, payload: bytes, header: IpFields
) -> None:
    source, target = ENDS[version]
    data = udp((source, sport), (target, dport), payload, header)
    ours = parse(data)
    assert ours is not None
    assert (ours.source_port, ours.target_port, ours.content, ours.protocol) == (sport, dport, payload, UDP)
    assert rewritten(data) == data
    assert checksums_hold(ours)


@given(versions, st.sampled_from(IcmpError), st.binary(max_size=1_400), st.integers(0, 65_535))
def test_errors_quote_what_they_are_about(version: int, error: IcmpError, payload: bytes, mtu: int) -> None:
    source, target = ENDS[version]
    router = {4: address_bytes("198.51.100.1"), 6: address_bytes("2001:db8:2::1")}[version]
    offending = udp((source, 1), (target, 2), payload)
    data = icmp_error(router, offending, error, mtu=mtu)
    assert data is not None
    ours = parse(data)
    assert ours is not None
    assert (ours.source, ours.target, ours.protocol) == (router, source, ICMP if version == 4 else ICMPV6)
    assert (data[ours.transport], data[ours.transport + 1]) == error.value[version == 6]
    quoted = data[ours.transport + 8 :]
    assert offending.startswith(quoted)
    assert len(data) <= {4: 576, 6: 1_280}[version]
    assert rewritten(data) == data
    assert checksums_hold(ours)
    assert icmp_error(router, data, error) is None


def test_errors_are_sent_about_echoes_but_not_about_nothing_or_the_other_family() -> None:
    for version, (kind, other) in {4: (8, 6), 6: (128, 4)}.items():
        source, target = ENDS[version]
        echo = icmp(source, target, (kind, 0), bytes(4) + b"ping")
        assert icmp_error(target, echo, IcmpError.TIME_EXCEEDED) is not None
        assert icmp_error(ENDS[other][1], echo, IcmpError.TIME_EXCEEDED) is None
    assert icmp_error(ENDS[4][1], b"nothing", IcmpError.TIME_EXCEEDED) is None


@given(versions, st.integers(1, 255), st.integers(0, 255), ports)
def test_ageing_keeps_the_checksum_right_and_stops_at_the_end(
    version: int, ttl: int, hops: int, identification: int
) -> None:
    source, target = ENDS[version]
    data = tcp((source, 1), (target, 2), Segment(1, 2, SYN), IpFields(ttl, identification))
    aged = bytearray(data)
    survives = decrement_ttl(aged, hops)
    assert survives == (ttl > hops)
    ours = parse(bytes(aged))
    assert ours is not None
    assert ours.ttl == (ttl - hops if survives else ttl)
    assert checksums_hold(ours)


def test_a_raised_ttl_stays_in_its_octet() -> None:
    assert (raised_ttl(248, 5), raised_ttl(253, 5), raised_ttl(0, 0)) == (253, 255, 1)


@given(st.binary(min_size=1, max_size=200))
def test_a_packet_with_its_checksum_sums_up_to_nothing(data: bytes) -> None:
    even = b"\x45" + data + b"\x00" * (1 - len(data) % 2)
    assert checksum(even + checksum(even).to_bytes(2, "big")) == 0
    assert checksum(even) == dpkt.in_cksum(even)


@given(st.data())
def test_any_bytes_are_a_packet_or_none(data: st.DataObject) -> None:
    version = data.draw(versions)
    source, target = ENDS[version]
    whole = tcp((source, 1), (target, 2), Segment(1, 2, PSH | ACK, payload=b"payload"))
    at = data.draw(st.integers(0, len(whole)))
    noise = data.draw(st.binary(max_size=30))
    for hostile in (noise, whole[:at] + noise, whole[:at] + noise + whole[at + len(noise) :]):
        packet = parse(hostile)
        if packet is not None:
            assert packet.transport <= packet.payload <= packet.end <= len(hostile)
            assert packet.content == hostile[packet.payload : packet.end]
            assert isinstance(checksums_hold(packet), bool)


@pytest.mark.parametrize("version", [4, 6])
def test_what_is_cut_off_or_contradicts_itself_is_no_packet(version: int) -> None:
    source, target = ENDS[version]
    whole = udp((source, 1), (target, 2), b"payload")
    assert all(parse(whole[:size]) is None for size in range(len(whole)))
    assert parse(whole + b"padding") is not None
    start = {4: 20, 6: 40}[version]
    for length in (7, len(whole)):
        assert parse(whole[: start + 4] + length.to_bytes(2, "big") + whole[start + 6 :]) is None
    segment = tcp((source, 1), (target, 2), Segment(1, 2, ACK))
    for offset in (0x40, 0xF0):
        assert parse(segment[: start + 12] + bytes([offset]) + segment[start + 13 :]) is None
    assert parse(b"\x50" + whole[1:]) is None


def test_a_short_or_long_ipv4_header_is_none() -> None:
    whole = udp((ENDS[4][0], 1), (ENDS[4][1], 2), b"")
    assert parse(b"\x44" + whole[1:]) is None
    assert parse(b"\x4f" + whole[1:]) is None


def fragment_v4(offset: int, *, more: bool) -> bytes:
    source, target = ENDS[4]
    packet = dpkt.ip.IP(src=source, dst=target, p=UDP, data=bytes(16))
    packet.offset = offset
    packet.mf = int(more)
    return bytes(packet)


@pytest.mark.parametrize(("offset", "more"), [(0, True), (16, True), (16, False)])
def test_fragments_have_no_ports(offset: int, more: bool) -> None:
    source, target = ENDS[6]
    v6 = b"\x11\x00" + (offset | more).to_bytes(2, "big") + bytes(4) + bytes(16)
    for data in (fragment_v4(offset, more=more), ip(source, target, 44, v6)):
        packet = parse(data)
        assert packet is not None
        assert (packet.is_fragment, packet.protocol, packet.source_port, packet.end - packet.transport) == (
            True,
            UDP,
            0,
            16,
        )
        assert checksums_hold(packet)


def test_an_atomic_fragment_is_whole() -> None:
    source, target = ENDS[6]
    plain = udp((source, 1), (target, 2), b"x")[40:]
    packet = parse(ip(source, target, 44, b"\x11\x00" + bytes(6) + plain))
    assert packet is not None
    assert (packet.is_fragment, packet.target_port) == (False, 2)


@pytest.mark.parametrize(
    "chain", [((0, 8),), ((60, 24),), ((43, 8), (60, 8)), ((51, 24),), ((0, 8), (43, 8), (60, 8), (135, 8))], ids=str
)
def test_extension_headers_are_passed_over(chain: tuple[tuple[int, int], ...]) -> None:
    source, target = ENDS[6]
    body = udp((source, 1), (target, 2), b"inside")[40:]
    following = UDP
    for kind, size in reversed(chain):
        units = size // 4 - 2 if kind == 51 else size // 8 - 1
        body = bytes([following, units]) + bytes(size - 2) + body
        following = kind
    packet = parse(ip(source, target, following, body))
    assert packet is not None
    assert (packet.protocol, packet.content) == (UDP, b"inside")
    assert checksums_hold(packet)


def test_endless_extension_headers_end() -> None:
    source, target = ENDS[6]
    packet = parse(ip(source, target, 0, (b"\x00\x00" + bytes(6)) * 30))
    assert packet is not None
    assert (packet.protocol, packet.target_port) == (0, 0)
    assert parse(ip(source, target, 0, b"\x00\xff" + bytes(6))) is None
    assert parse(ip(source, target, 0, b"\x11\x01" + bytes(6)) + bytes(20)) is None


def test_a_wrong_checksum_does_not_hold_and_none_in_udp_over_ipv4_does() -> None:
    source, target = ENDS[4]
    data = udp((source, 1), (target, 2), b"x")
    for at in (10, 26, 28):
        wrong = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        packet = parse(wrong)
        assert packet is not None
        assert not checksums_hold(packet)
    without = parse(data[:26] + b"\x00\x00" + data[28:])
    assert without is not None
    assert checksums_hold(without)


def test_a_udp_checksum_of_zero_is_written_as_ones() -> None:
    source, target = ENDS[4]
    plain = udp((source, 1), (target, 2), b"\x00\x00")
    rest = int.from_bytes(plain[26:28], "big")
    zero = udp((source, 1), (target, 2), rest.to_bytes(2, "big"))
    assert zero[26:28] == b"\xff\xff"


def test_addresses_are_written_and_read() -> None:
    for text in ("192.0.2.1", "2001:db8::1"):
        assert address_text(address_bytes(text)) == text
    with pytest.raises(OSError, match="illegal IP address"):
        address_bytes("nowhere")


@given(
    st.sampled_from([4, 16]).flatmap(
        lambda size: st.tuples(*(st.binary(min_size=size, max_size=size) for _ in range(4)))
    ),
    st.sampled_from(["tcp", "udp"]),
    st.binary(max_size=50),
)
def test_a_readdressed_packet_is_the_one_that_would_have_been_built(
    addresses: tuple[bytes, bytes, bytes, bytes], kind: str, payload: bytes
) -> None:
    def built(source: bytes, target: bytes) -> bytes:
        if kind == "tcp":
            return tcp((source, 1), (target, 2), Segment(3, 4, ACK, payload=payload))
        return udp((source, 1), (target, 2), payload)

    packet = parse(built(*addresses[:2]))
    assert packet
    changed = readdressed(packet, source=addresses[2], target=addresses[3])
    again = parse(changed)
    assert again
    assert checksums_hold(again)
    assert again.content == payload
    assert (again.source, again.target) == addresses[2:]


def test_a_datagram_without_a_checksum_keeps_none() -> None:
    data = bytearray(udp((bytes(4), 1), (bytes([1, 2, 3, 4]), 2), b"x"))
    data[26:28] = b"\x00\x00"
    packet = parse(bytes(data))
    assert packet
    assert readdressed(packet, target=bytes([9, 9, 9, 9]))[26:28] == b"\x00\x00"
