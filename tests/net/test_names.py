"""Names and addresses in one form each."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.net.names import (
    a_label,
    canonical_address,
    canonical_host,
    host_of,
    is_private,
    join_endpoint,
    parse_url,
    port_number,
    split_endpoint,
)

addresses = st.ip_addresses().map(str).filter(lambda text: "." not in text or ":" not in text)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("[2001:DB8::0:1]", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("::ffff:c000:201", "::ffff:192.0.2.1"),
        ("::192.0.2.1", "::c000:201"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("192.0.02.1", None),
        ("192.0.2.1\0", None),
        ("\ud800", None),
        ("192.0.2.256", None),
        ("example.org", None),
        ("", None),
        ("1" * 1000, None),
    ],
)
def test_an_address_has_one_form_and_anything_else_is_none(written: str, canonical: str | None) -> None:
    assert canonical_address(written) == canonical


def by_library(text: str) -> str | None:
    """The accepted texts and their form as ``ipaddress`` has them."""
    try:
        address = ipaddress.ip_address(text.strip().removeprefix("[").removesuffix("]").split("%", 1)[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return f"::ffff:{address.ipv4_mapped}"
    return str(address)


groups = st.sampled_from(
    ["0", "00", "0000", "1", "a", "FFFF", "00000", "fffff", "", "g", "192.0.2.1", "1.2.3", "01.2.3.4"]
)
nearly = (
    st.lists(groups, max_size=10).map(":".join)
    | st.lists(st.sampled_from(["0", "1", "255", "256", "00", "01", "", "٣", "-1"]), max_size=6).map(".".join)
    | st.text("0123456789abcdefABCDEF:::...%[] \0", max_size=40)
    | st.integers(0, 2**48).map(lambda number: str(ipaddress.IPv6Address(number)))
    | st.integers(0, 2**128 - 1).map(lambda number: ipaddress.IPv6Address(number).exploded)
    | addresses
)


@given(nearly, st.sampled_from(["{}", "[{}]", " {}\n", "{}%eth0", "[{}", "{}]", "{}%", "{}:80", "\0{}", "{}\0"]))
def test_what_is_an_address_and_its_form_are_as_the_standard_library_says(text: str, around: str) -> None:
    text = around.format(text)
    assert canonical_address(text) == by_library(text)


@given(addresses)
def test_the_form_of_an_address_is_stable(text: str) -> None:
    once = canonical_address(text)
    assert once is not None
    assert canonical_address(once) == once
    assert ipaddress.ip_address(once) == ipaddress.ip_address(text)


@pytest.mark.parametrize(
    ("address", "private"),
    [("10.0.0.1", True), ("127.0.0.1", True), ("::ffff:10.0.0.1", True), ("fd00::1", True), ("9.9.9.9", False)],
)
def test_private_means_not_globally_routable(address: str, private: bool) -> None:
    assert is_private(address) is private


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Bücher.example", "xn--bcher-kva.example"),
        ("ЯНДЕКС.рф", "xn--d1acpjx3f.xn--p1ai"),
        ("example.org.", "example.org"),
        ("EXAMPLE.org", "example.org"),
        ("_dmarc.example.org", "_dmarc.example.org"),
        ("\u2603_x.example", "xn--_x-esx.example"),
        (" a\x00b.example\n", "ab.example"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
    ],
)
def test_a_name_becomes_its_a_label(name: str, label: str) -> None:
    assert a_label(name) == label


@given(st.text())
def test_whatever_is_given_as_a_name_becomes_ascii_once_and_for_all(name: str) -> None:
    label = a_label(name)
    assert label.isascii()
    assert a_label(label) == label


@given(st.text(), st.text())
def test_no_text_makes_any_of_these_fail(text: str, other: str) -> None:
    host, port = split_endpoint(text)
    assert host is None or host
    assert port is None or 0 <= port <= 65535
    assert isinstance(parse_url(f"http://{text}").text, str)
    assert isinstance(parse_url(f"{text}://{other}").text, str)
    assert host_of(text) is None or isinstance(host_of(text), str)
    assert isinstance(canonical_host(text), str)


@given(addresses, st.integers(0, 65535))
def test_an_endpoint_is_split_as_it_was_joined(address: str, port: int) -> None:
    assert split_endpoint(join_endpoint(address, port)) == (canonical_address(address), port)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("example.org", ("example.org", None)),
        ("example.org:x", ("example.org", None)),
        ("example.org:70000", ("example.org", None)),
        (":80", (None, 80)),
        ("", (None, None)),
        ("2001:db8::1", ("2001:db8::1", None)),
    ],
)
def test_either_part_of_an_endpoint_may_be_missing(text: str, parts: tuple[str | None, int | None]) -> None:
    assert split_endpoint(text) == parts


@pytest.mark.parametrize(
    ("value", "port"),
    [(80, 80), ("80", 80), (0, 0), (-1, None), (65536, None), (True, None), (80.5, None), ("٣", None), ("", None)],
)
def test_a_port_is_a_number_of_sixteen_bits(value: object, port: int | None) -> None:
    assert port_number(value) == port


@pytest.mark.parametrize("scheme", ["http", "https"])
@given(host=st.text("ab09.-", max_size=8), rest=st.text("/?#:@\\[]%aA0.\t\n \0", max_size=6))
def test_the_short_way_for_plain_urls_leads_where_the_long_way_does(scheme: str, host: str, rest: str) -> None:
    short, long = parse_url(f"{scheme}://{host}{rest}"), parse_url(f"{scheme.upper()}://{host}{rest}")
    assert (short.scheme, short.host, short.port) == (long.scheme, long.host, long.port)
    assert short.text.lower() == long.text.lower()


def test_a_url_keeps_everything_but_an_international_host() -> None:
    url = parse_url("https://u:p@Bücher.example:8443/ä?q#f")
    assert url.text == "https://u:p@xn--bcher-kva.example:8443/ä?q#f"
    assert (url.scheme, url.host, url.port) == ("https", "xn--bcher-kva.example", 8443)


@pytest.mark.parametrize("text", ["", "example.org/x", "http://[", "http://a:b/", "http://[::1"])
def test_text_that_is_no_url_keeps_only_itself(text: str) -> None:
    url = parse_url(text)
    assert (url.text, url.scheme, url.host, url.port) == (text, None, None, None)


def test_a_url_without_host_has_a_scheme() -> None:
    assert (parse_url("file:///x").scheme, parse_url("file:///x").host) == ("file", None)


@pytest.mark.parametrize(
    ("url", "port"), [("http://a/", 80), ("https://a/", 443), ("stun://a", None), ("http://a:1/", 1)]
)
def test_a_url_without_port_has_its_schemes(url: str, port: int | None) -> None:
    assert parse_url(url).port == port


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://Example.org/", "example.org"),
        ("example.org/path", "example.org"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]:53", "2001:db8::1"),
        ("stun://stun.example:3478", "stun.example"),
        ("", None),
        ("two words", None),
        ("http://" + "a" * 3000, "a" * 512),
    ],
)
def test_an_input_names_its_host(text: str, host: str | None) -> None:
    assert host_of(text) == host
