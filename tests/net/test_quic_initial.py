"""QUIC Initial packets: the vectors of RFC 9001 (appendix A) and RFC 9369 (appendix A), and what aioquic sends."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from itertools import pairwise

import pytest
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from aioquic.quic.crypto import CryptoPair
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.net.client_hello import TLS_1_3, ClientHello
from trigpoint.net.quic_initial import (
    VERSION_1,
    VERSION_2,
    CryptoReader,
    Keys,
    Kind,
    LongHeader,
    crypto_frames,
    initial,
    initial_keys,
    long_headers,
    open_initial,
)

DCID = bytes.fromhex("8394c8f03e515708")
CLIENT_PACKET = bytes.fromhex("""
c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11
d242b123dc9bd8bab936b47d92ec356c0bab7df5976d27cd449f63300099f399
1c260ec4c60d17b31f8429157bb35a1282a643a8d2262cad67500cadb8e7378c
8eb7539ec4d4905fed1bee1fc8aafba17c750e2c7ace01e6005f80fcb7df6212
30c83711b39343fa028cea7f7fb5ff89eac2308249a02252155e2347b63d58c5
457afd84d05dfffdb20392844ae812154682e9cf012f9021a6f0be17ddd0c208
4dce25ff9b06cde535d0f920a2db1bf362c23e596d11a4f5a6cf3948838a3aec
4e15daf8500a6ef69ec4e3feb6b1d98e610ac8b7ec3faf6ad760b7bad1db4ba3
485e8a94dc250ae3fdb41ed15fb6a8e5eba0fc3dd60bc8e30c5c4287e53805db
059ae0648db2f64264ed5e39be2e20d82df566da8dd5998ccabdae053060ae6c
7b4378e846d29f37ed7b4ea9ec5d82e7961b7f25a9323851f681d582363aa5f8
9937f5a67258bf63ad6f1a0b1d96dbd4faddfcefc5266ba6611722395c906556
be52afe3f565636ad1b17d508b73d8743eeb524be22b3dcbc2c7468d54119c74
68449a13d8e3b95811a198f3491de3e7fe942b330407abf82a4ed7c1b311663a
c69890f4157015853d91e923037c227a33cdd5ec281ca3f79c44546b9d90ca00
f064c99e3dd97911d39fe9c5d0b23a229a234cb36186c4819e8b9c5927726632
291d6a418211cc2962e20fe47feb3edf330f2c603a9d48c0fcb5699dbfe58964
25c5bac4aee82e57a85aaf4e2513e4f05796b07ba2ee47d80506f8d2c25e50fd
14de71e6c418559302f939b0e1abd576f279c4b2e0feb85c1f28ff18f58891ff
ef132eef2fa09346aee33c28eb130ff28f5b766953334113211996d20011a198
e3fc433f9f2541010ae17c1bf202580f6047472fb36857fe843b19f5984009dd
c324044e847a4f4a0ab34f719595de37252d6235365e9b84392b061085349d73
203a4a13e96f5432ec0fd4a1ee65accdd5e3904df54c1da510b0ff20dcc0c77f
cb2c0e0eb605cb0504db87632cf3d8b4dae6e705769d1de354270123cb11450e
fc60ac47683d7b8d0f811365565fd98c4c8eb936bcab8d069fc33bd801b03ade
a2e1fbc5aa463d08ca19896d2bf59a071b851e6c239052172f296bfb5e724047
90a2181014f3b94a4e97d117b438130368cc39dbb2d198065ae3986547926cd2
162f40a29f0c3c8745c0f50fba3852e566d44575c29d39a03f0cda721984b6f4
40591f355e12d439ff150aab7613499dbd49adabc8676eef023b15b65bfc5ca0
6948109f23f350db82123535eb8a7433bdabcb909271a6ecbcb58b936a88cd4e
8f2e6ff5800175f113253d8fa9ca8885c2f552e657dc603f252e1a8e308f76f0
be79e2fb8f5d5fbbe2e30ecadd220723c8c0aea8078cdfcb3868263ff8f09400
54da48781893a7e49ad5aff4af300cd804a6b6279ab3ff3afb64491c85194aab
760d58a606654f9f4400e8b38591356fbf6425aca26dc85244259ff2b19c41b9
f96f3ca9ec1dde434da7d2d392b905ddf3d1f9af93d1af5950bd493f5aa731b4
056df31bd267b6b90a079831aaf579be0a39013137aac6d404f518cfd4684064
7e78bfe706ca4cf5e9c5453e9f7cfd2b8b4c8d169a44e55c88d4a9a7f9474241
e221af44860018ab0856972e194cd934
""")
"""RFC 9001, appendix A.2."""
SERVER_PACKET = bytes.fromhex("""
cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a
5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3
dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84
022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc4
2158407dd074ee
""")
"""RFC 9001, appendix A.3."""
RETRY_PACKET = bytes.fromhex("ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba")
"""RFC 9001, appendix A.4."""
CLIENT_PACKET_2 = bytes.fromhex("""
d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485
dd04de806071bf03dceebfa162e75d6c96058bdbfb127cdfcbf903388e99ad04
9f9a3dd4425ae4d0992cfff18ecf0fdb5a842d09747052f17ac2053d21f57c5d
250f2c4f0e0202b70785b7946e992e58a59ac52dea6774d4f03b55545243cf1a
12834e3f249a78d395e0d18f4d766004f1a2674802a747eaa901c3f10cda5500
cb9122faa9f1df66c392079a1b40f0de1c6054196a11cbea40afb6ef5253cd68
18f6625efce3b6def6ba7e4b37a40f7732e093daa7d52190935b8da58976ff33
12ae50b187c1433c0f028edcc4c2838b6a9bfc226ca4b4530e7a4ccee1bfa2a3
d396ae5a3fb512384b2fdd851f784a65e03f2c4fbe11a53c7777c023462239dd
6f7521a3f6c7d5dd3ec9b3f233773d4b46d23cc375eb198c63301c21801f6520
bcfb7966fc49b393f0061d974a2706df8c4a9449f11d7f3d2dcbb90c6b877045
636e7c0c0fe4eb0f697545460c806910d2c355f1d253bc9d2452aaa549e27a1f
ac7cf4ed77f322e8fa894b6a83810a34b361901751a6f5eb65a0326e07de7c12
16ccce2d0193f958bb3850a833f7ae432b65bc5a53975c155aa4bcb4f7b2c4e5
4df16efaf6ddea94e2c50b4cd1dfe06017e0e9d02900cffe1935e0491d77ffb4
fdf85290fdd893d577b1131a610ef6a5c32b2ee0293617a37cbb08b847741c3b
8017c25ca9052ca1079d8b78aebd47876d330a30f6a8c6d61dd1ab5589329de7
14d19d61370f8149748c72f132f0fc99f34d766c6938597040d8f9e2bb522ff9
9c63a344d6a2ae8aa8e51b7b90a4a806105fcbca31506c446151adfeceb51b91
abfe43960977c87471cf9ad4074d30e10d6a7f03c63bd5d4317f68ff325ba3bd
80bf4dc8b52a0ba031758022eb025cdd770b44d6d6cf0670f4e990b22347a7db
848265e3e5eb72dfe8299ad7481a408322cac55786e52f633b2fb6b614eaed18
d703dd84045a274ae8bfa73379661388d6991fe39b0d93debb41700b41f90a15
c4d526250235ddcd6776fc77bc97e7a417ebcb31600d01e57f32162a8560cacc
7e27a096d37a1a86952ec71bd89a3e9a30a2a26162984d7740f81193e8238e61
f6b5b984d4d3dfa033c1bb7e4f0037febf406d91c0dccf32acf423cfa1e70710
10d3f270121b493ce85054ef58bada42310138fe081adb04e2bd901f2f13458b
3d6758158197107c14ebb193230cd1157380aa79cae1374a7c1e5bbcb80ee23e
06ebfde206bfb0fcbc0edc4ebec309661bdd908d532eb0c6adc38b7ca7331dce
8dfce39ab71e7c32d318d136b6100671a1ae6a6600e3899f31f0eed19e3417d1
34b90c9058f8632c798d4490da4987307cba922d61c39805d072b589bd52fdf1
e86215c2d54e6670e07383a27bbffb5addf47d66aa85a0c6f9f32e59d85a44dd
5d3b22dc2be80919b490437ae4f36a0ae55edf1d0b5cb4e9a3ecabee93dfc6e3
8d209d0fa6536d27a5d6fbb17641cde27525d61093f1b28072d111b2b4ae5f89
d5974ee12e5cf7d5da4d6a31123041f33e61407e76cffcdcfd7e19ba58cf4b53
6f4c4938ae79324dc402894b44faf8afbab35282ab659d13c93f70412e85cb19
9a37ddec600545473cfb5a05e08d0b209973b2172b4d21fb69745a262ccde96b
a18b2faa745b6fe189cf772a9f84cbfc
""")
"""RFC 9369, appendix A.2."""
KEYS = [
    (VERSION_1, False, "1f369613dd76d5467730efcbe3b1a22d fa044b2f42a3fd3b46fb255c 9f50449e04a0e810283a1e9933adedd2"),
    (VERSION_1, True, "cf3a5331653c364c88f0f379b6067e37 0ac1493ca1905853b0bba03e c206b8d9b9f0f37644430b490eeaa314"),
    (VERSION_2, False, "8b1a0bc121284290a29e0971b5cd045d 91f73e2351d8fa91660e909f 45b95e15235d6f45a6b19cbcb0294ba9"),
    (VERSION_2, True, "82db637861d55e1d011f19ea71d5d2a7 dd13c276499c0249d3310652 edf6d05c83121201b436e16877593c3a"),
]
"""RFC 9001, appendix A.1; RFC 9369, appendix A.1: key, IV, key of the header."""


def client(name: str = "www.Example.org", version: int = VERSION_1, protocols: int = 1) -> QuicConnection:
    configuration = QuicConfiguration(
        is_client=True,
        server_name=name,
        alpn_protocols=["h3", *(f"protocol-{number:05}" for number in range(1, protocols))],
        original_version=version,
        supported_versions=[version],
    )
    connection = QuicConnection(configuration=configuration)
    connection.connect(("192.0.2.1", 443), now=0.0)
    return connection


@cache
def real_datagrams(name: str = "www.Example.org", version: int = VERSION_1, protocols: int = 1) -> tuple[bytes, ...]:
    return tuple(data for data, _ in client(name, version, protocols).datagrams_to_send(now=0.0))


@cache
def real_message() -> bytes:
    packet = initial(real_datagrams()[0])
    assert packet is not None
    return b"".join(data for _, data in sorted(crypto_frames(packet.frames)))


def varint(value: int) -> bytes:
    return (value | 0x80000000).to_bytes(4, "big")


def crypto(offset: int, data: bytes) -> bytes:
    return b"\x06" + varint(offset) + varint(len(data)) + data


def sealed(frames: bytes, number: int = 0, dcid: bytes = DCID, keys_of: bytes = DCID, token: bytes = b"") -> bytes:
    """Protect frames as aioquic does."""
    frames = frames.ljust(20, b"\x00")
    pair = CryptoPair()
    pair.setup_initial(keys_of, is_client=True, version=VERSION_1)
    length = (0x8000_0000 | (2 + len(frames) + 16)).to_bytes(4, "big")
    header = b"\xc1\x00\x00\x00\x01" + bytes([len(dcid)]) + dcid + b"\x00" + varint(len(token)) + token + length
    return pair.encrypt_packet(header + number.to_bytes(2, "big"), frames, number)


@pytest.mark.parametrize(("version", "is_server", "text"), KEYS)
def test_keys_are_those_of_the_specification(version: int, is_server: bool, text: str) -> None:
    assert initial_keys(version, DCID, is_server=is_server) == Keys(*map(bytes.fromhex, text.split()))


def test_an_unknown_version_has_no_keys() -> None:
    with pytest.raises(KeyError):
        initial_keys(0x1A2A3A4A, DCID)


@pytest.mark.parametrize(("packet", "version"), [(CLIENT_PACKET, VERSION_1), (CLIENT_PACKET_2, VERSION_2)])
def test_the_client_packet_of_the_specification_is_opened(packet: bytes, version: int) -> None:
    found = initial(packet)
    assert found is not None
    assert (found.version, found.dcid, found.scid, found.token) == (version, DCID, b"", b"")
    assert (found.length, found.packet_number, len(found.frames)) == (1182, 2, 1162)
    ((offset, message),) = crypto_frames(found.frames)
    assert (offset, len(message)) == (0, 241)
    hello = CryptoReader().feed(packet)
    assert hello is not None
    assert (hello.server_name, hello.alpn, hello.versions) == ("example.com", ("alpn",), (TLS_1_3,))


def test_the_server_packet_of_the_specification_is_opened_with_the_destination_of_the_client() -> None:
    (header,) = long_headers(SERVER_PACKET)
    found = open_initial(SERVER_PACKET, header, DCID, is_server=True)
    assert found is not None
    assert (found.packet_number, found.scid.hex()) == (1, "f067a5502a4262b5")
    ((offset, message),) = crypto_frames(found.frames)
    assert (offset, message[0], len(message)) == (0, 2, 90)
    assert initial(SERVER_PACKET) is None
    assert CryptoReader().feed(SERVER_PACKET) is None


def test_a_retry_packet_fills_its_datagram() -> None:
    (header,) = long_headers(RETRY_PACKET)
    assert (header.kind, header.token, header.scid.hex(), header.end) == (Kind.RETRY, b"token", "f067a5502a4262b5", 36)
    assert initial(RETRY_PACKET) is None
    assert open_initial(RETRY_PACKET, header, DCID) is None


def test_a_version_negotiation_packet_says_its_versions() -> None:
    datagram = b"\x80" + bytes(4) + b"\x02ab\x01c" + bytes.fromhex("000000016b3343cf1a2a3a4a") + b"\x00"
    (header,) = long_headers(datagram)
    assert (header.kind, header.dcid, header.scid) == (Kind.VERSION_NEGOTIATION, b"ab", b"c")
    assert header.versions == (VERSION_1, VERSION_2, 0x1A2A3A4A)
    assert CryptoReader().feed(datagram) is None


def test_of_an_unknown_version_only_the_invariants_are_read() -> None:
    datagram = b"\xc0\x1a\x2a\x3a\x4a\x15" + bytes(21) + b"\x01c" + bytes(40)
    (header,) = long_headers(datagram)
    assert header == LongHeader(Kind.UNKNOWN_VERSION, 0x1A2A3A4A, bytes(21), b"c", end=len(datagram))
    assert initial(datagram) is None


@pytest.mark.parametrize(
    ("version", "kinds"),
    [
        ("00000001", [Kind.INITIAL, Kind.ZERO_RTT, Kind.HANDSHAKE, Kind.RETRY]),
        ("6b3343cf", [Kind.RETRY, Kind.INITIAL, Kind.ZERO_RTT, Kind.HANDSHAKE]),
    ],
)
def test_types_are_numbered_anew_in_version_2(version: str, kinds: list[Kind]) -> None:
    datagrams = [bytes([0xC0 | number << 4]) + bytes.fromhex(version) + bytes(30) for number in range(4)]
    assert [next(long_headers(datagram)).kind for datagram in datagrams] == kinds


@given(
    st.from_regex(r"[A-Za-z0-9]{1,20}(\.[a-z0-9]{1,9}){1,3}\.example", fullmatch=True),
    st.sampled_from([VERSION_1, VERSION_2]),
    st.integers(1, 3),
)
def test_what_a_real_client_sends_is_read(name: str, version: int, protocols: int) -> None:
    datagrams = real_datagrams(name, version, protocols)
    found = CryptoReader().feed(datagrams[0])
    assert found is not None
    assert (found.server_name, found.alpn[0], len(found.alpn)) == (name.lower(), "h3", protocols)
    packet = initial(datagrams[0])
    assert packet is not None
    assert (packet.version, packet.packet_number) == (version, 0)


@given(st.permutations(range(3)))
def test_a_client_hello_in_several_datagrams_is_read_in_any_order(order: list[int]) -> None:
    datagrams = real_datagrams(protocols=150)
    assert len(datagrams) == 3
    reader = CryptoReader()
    answers = [reader.feed(datagrams[number]) for number in (order[0], *order)]
    assert answers[:-1] == [None] * 3
    assert isinstance(answers[-1], ClientHello)
    assert len(answers[-1].alpn) == 150
    assert CryptoReader(reassemble_frames=False).feed(datagrams[0]) is None


def server(first: bytes) -> QuicConnection:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "www.example.org")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 7).not_valid_before(datetime(2024, 1, 1, tzinfo=UTC))
    configuration = QuicConfiguration(is_client=False, alpn_protocols=["h3"])
    configuration.certificate = made.not_valid_after(datetime(2034, 1, 1, tzinfo=UTC)).sign(key, SHA256())
    configuration.private_key = key
    return QuicConnection(
        configuration=configuration, original_destination_connection_id=next(long_headers(first)).dcid
    )


def test_a_real_handshake_has_one_client_hello() -> None:
    """Both sides coalesce, the destination changes with the server's answer, and the client's keys do not."""
    asker = client()
    datagrams = [data for data, _ in asker.datagrams_to_send(now=0.0)]
    answerer = server(datagrams[0])
    reader, opened = CryptoReader(), 0
    for turn in range(4):
        for data in datagrams:
            hello = reader.feed(data)
            opened += initial(data) is not None
            assert hello is not None
            answerer.receive_datagram(data, ("192.0.2.2", 1000), now=turn / 10)
        answers = [data for data, _ in answerer.datagrams_to_send(now=turn / 10)]
        assert [initial(data) for data in answers] == [None] * len(answers)
        assert [CryptoReader().feed(data) for data in answers] == [None] * len(answers)
        for data in answers:
            asker.receive_datagram(data, ("192.0.2.1", 443), now=turn / 10)
        datagrams = [data for data, _ in asker.datagrams_to_send(now=turn / 10)]
    assert opened == 1


def test_the_answer_stays_the_same() -> None:
    reader = CryptoReader()
    hello = reader.feed(real_datagrams()[0])
    assert hello is not None
    assert reader.is_over
    assert reader.feed(sealed(b"\x01", 1)) == hello
    assert reader.feed(b"") == hello


def test_the_keys_stay_those_of_the_first_destination() -> None:
    message = real_message()
    reader = CryptoReader()
    assert reader.feed(sealed(crypto(0, message[:50]))) is None
    later = sealed(crypto(50, message[50:]), 1, b"chosen by server", DCID)
    assert initial(later) is None
    found = reader.feed(later)
    assert found is not None
    assert found.server_name == "www.example.org"


def test_after_a_retry_the_keys_are_those_of_the_new_destination() -> None:
    message = real_message()
    reader = CryptoReader()
    assert reader.feed(sealed(crypto(0, message[:50]))) is None
    assert reader.feed(RETRY_PACKET) is None
    assert reader.feed(sealed(crypto(0, message[:50]), 1, b"retried", b"retried", b"token")) is None
    found = reader.feed(sealed(crypto(50, message[50:]), 2, b"chosen", b"retried"))
    assert found is not None
    assert found.server_name == "www.example.org"


@given(
    st.lists(st.integers(0, 600), max_size=8),
    st.randoms(use_true_random=False),
    st.lists(st.integers(1, 4), min_size=1, max_size=4),
    st.lists(
        st.sampled_from([b"\x01", b"\x00" * 7, b"\x02\x05\x00\x01\x01\x01\x02", b"\x03\x05\x00\x00\x01\x01\x02\x03"])
    ),
)
def test_pieces_are_put_together_however_they_come(cuts, chance, packing, between) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - drawn
    message = real_message()
    edges = sorted({0, len(message), *(cut % len(message) for cut in cuts)})
    pieces = [crypto(start, message[start : end + 5]) for start, end in pairwise(edges)]
    pieces += between
    chance.shuffle(pieces)
    packets = []
    while pieces:
        count = packing[len(packets) % len(packing)]
        packets.append(sealed(b"".join(pieces[:count]), len(packets)))
        pieces = pieces[count:]
    middle = len(packets) // 2
    apart, together = CryptoReader(), CryptoReader()
    answers = [apart.feed(packet) for packet in packets]
    together.feed(b"".join(packets[:middle]))
    assert answers[-1] is not None
    assert together.feed(b"".join(packets[middle:])) == answers[-1] == CryptoReader().feed(real_datagrams()[0])


def test_who_does_not_put_frames_together_needs_all_in_one() -> None:
    message = real_message()
    reader = CryptoReader(reassemble_frames=False)
    assert reader.feed(sealed(crypto(0, message[:50]) + crypto(50, message[50:]))) is None
    assert not reader.is_over
    assert reader.feed(sealed(b"\x01" + crypto(0, message), 1)) is not None


@pytest.mark.parametrize("other", [b"\xd1", b"\xe1"], ids=["0-RTT", "Handshake"])
def test_packets_of_other_types_are_passed_over(other: bytes) -> None:
    packet = other + b"\x00\x00\x00\x01\x08" + DCID + b"\x00" + b"\x40\x20" + bytes(32)
    first = sealed(crypto(0, real_message()))
    short = b"\x41" + bytes(30)
    assert CryptoReader().feed(packet + first) is not None
    assert initial(packet + first + short) is not None
    kinds = [header.kind for header in long_headers(first + packet + short)]
    assert kinds == [Kind.INITIAL, Kind.ZERO_RTT if other == b"\xd1" else Kind.HANDSHAKE]


def test_a_coalesced_packet_to_another_destination_is_ignored() -> None:
    datagram = sealed(b"\x01") + sealed(crypto(0, real_message()), 1, b"other", b"other")
    assert len(list(long_headers(datagram))) == 1
    assert CryptoReader().feed(datagram) is None


@pytest.mark.parametrize("cut", range(60))
def test_a_packet_that_is_cut_off_is_none(cut: int) -> None:
    assert list(long_headers(CLIENT_PACKET[:cut])) == []
    assert initial(CLIENT_PACKET[:cut]) is None


def test_a_connection_id_of_more_than_20_octets_is_none() -> None:
    packet = sealed(crypto(0, real_message()), 0, bytes(21), bytes(21))
    assert list(long_headers(packet)) == []
    assert initial(sealed(crypto(0, real_message()), 0, bytes(20), bytes(20))) is not None


def test_a_packet_too_short_for_its_mask_is_none() -> None:
    packet = b"\xc1\x00\x00\x00\x01\x08" + DCID + b"\x00\x00" + b"\x13" + bytes(19)
    assert len(list(long_headers(packet))) == 1
    assert initial(packet) is None
    assert initial(packet + bytes(30)) is None


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        (b"", []),
        (b"\x06\x00\x02ab\x00\x01\x06\x02\x01c\x00", [(0, b"ab"), (2, b"c")]),
        (b"\x06\x00\x01a\x1c\x06\x01\x01b", [(0, b"a")]),  # CONNECTION_CLOSE
        (b"\x06\x00\x01a\x06\x01\x02b", [(0, b"a")]),
        (b"\x06\x00\x01a\x06\x01", [(0, b"a")]),
        (b"\x02\x09\x00\x01\x00\x01\x01\x06\x00\x01a", [(0, b"a")]),
        (b"\x03\x09\x00\x00\x00\x01\x02\x03\x06\x00\x01a", [(0, b"a")]),
        (b"\x02\x09\x00\xff\xff\xff\xff\xff\xff\xff\xff\x00\x06\x00\x01a", []),
        (b"\x06\x40\x07\x80\x00\x00\x01a", [(7, b"a")]),
    ],
)
def test_frames_are_read_as_far_as_they_make_sense(frames: bytes, expected: list[tuple[int, bytes]]) -> None:
    assert list(crypto_frames(frames)) == expected


@pytest.mark.parametrize(
    "frames",
    [
        crypto(0, b"\x02\x00\x00\x04abcd"),  # a ServerHello
        crypto(0, b"\x01\x00\x00\x04abcd"),
        crypto(0, b"\x01\x01\x00\x00"),  # 65,540 octets announced
        crypto(100, bytes(900)) + crypto(2_000, bytes(900)),
    ],
)
def test_what_becomes_no_client_hello_ends_the_reader(frames: bytes) -> None:
    reader = CryptoReader(max_bytes=1_000) if len(frames) > 1_000 else CryptoReader()
    assert reader.feed(sealed(frames)) is None
    assert reader.is_over
    assert reader.feed(real_datagrams()[0]) is None


def test_no_more_pieces_are_held_than_a_client_sends() -> None:
    reader = CryptoReader()
    assert reader.feed(sealed(b"".join(crypto(2 * number + 1, b"x") for number in range(256)))) is None
    assert not reader.is_over
    assert reader.feed(sealed(crypto(0, b"\x01") + crypto(1_000, b"x") + crypto(1_002, b"x"), 1)) is None
    assert reader.is_over


@given(st.integers(0, 1_300), st.binary(max_size=60), st.integers(0, 100), st.integers(0, 255))
def test_any_octets_are_survived(cut: int, noise: bytes, position: int, value: int) -> None:
    for whole in (CLIENT_PACKET, SERVER_PACKET, RETRY_PACKET, sealed(b"\x01") + CLIENT_PACKET):
        datagram = bytearray(whole[:cut] + noise)
        if position < len(datagram):
            datagram[position] = value
        found = initial(bytes(datagram))
        assert found is None or found.dcid == DCID
        for header in long_headers(bytes(datagram)):
            assert header.start < header.end <= len(datagram)


@given(st.binary(max_size=200))
def test_any_frames_are_survived(frames: bytes) -> None:
    reader = CryptoReader()
    assert reader.feed(sealed(frames)) is None
    assert all(data in frames for _, data in crypto_frames(frames))
