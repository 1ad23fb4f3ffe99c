"""Resolvers, as a person writes them and as records name them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.errors import InputError
from trigpoint.net.dial.resolver import Resolver


@pytest.mark.parametrize(
    ("text", "resolver", "name_in_records"),
    [
        ("", Resolver(), ""),
        ("system", Resolver(), ""),
        ("udp://192.0.2.53", Resolver("udp", "192.0.2.53", 53), "192.0.2.53:53"),
        ("udp://192.0.2.53:5353", Resolver("udp", "192.0.2.53", 5353), "192.0.2.53:5353"),
        ("tcp://[2001:DB8::1]:53", Resolver("tcp", "2001:db8::1", 53), "[2001:db8::1]:53"),
        ("udp://2001:db8::1", Resolver("udp", "2001:db8::1", 53), "[2001:db8::1]:53"),
        ("dot://192.0.2.1", Resolver("dot", "192.0.2.1", 853), "192.0.2.1:853"),
        ("dot://DNS.example@192.0.2.1:8853", Resolver("dot", "192.0.2.1", 8853, "dns.example"), "192.0.2.1:8853"),
        ("dot://dns.example", Resolver("dot", "", 853, "dns.example"), "dns.example:853"),
        (
            "https://dns.example/dns-query@192.0.2.1",
            Resolver("doh", "192.0.2.1", 443, "dns.example", "/dns-query"),
            "https://dns.example/dns-query",
        ),
        (
            "https://dns.example@2001:db8::1",
            Resolver("doh", "2001:db8::1", 443, "dns.example", "/dns-query"),
            "https://dns.example/dns-query",
        ),
        (
            "https://dns.example:8443/q?a=b",
            Resolver("doh", "", 8443, "dns.example", "/q?a=b"),
            "https://dns.example:8443/q?a=b",
        ),
        ("https://[2001:db8::1]/q", Resolver("doh", "2001:db8::1", 443, "", "/q"), "https://[2001:db8::1]/q"),
        ("https://192.0.2.1:8443/q", Resolver("doh", "192.0.2.1", 8443, "", "/q"), "https://192.0.2.1:8443/q"),
    ],
)
def test_resolvers_are_read(text: str, resolver: Resolver, name_in_records: str) -> None:
    assert Resolver.parse(text) == resolver
    assert resolver.text == name_in_records


@pytest.mark.parametrize(
    "text",
    [
        *("8.8.8.8", "udp://", "udp://dns.example", "udp://a@192.0.2.1", "tcp://192.0.2.1/path", "udp://192.0.2.1:0"),
        *("udp://192.0.2.1:70000", "udp://192.0.2.1:x", "udp://[2001:db8::1]:", "quic://192.0.2.1", "https://"),
        *("https://dns.example/dns-query@dns.example", "dot://dns.example@", "https://dns.example/a b", "http://x/"),
    ],
)
def test_what_is_no_resolver_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(InputError, match="is no resolver") as caught:
        Resolver.parse(text)
    assert "\n" not in str(caught.value)


@given(st.sampled_from(["", "udp://", "tcp://", "dot://", "https://"]), st.text(max_size=30))
def test_any_text_is_a_resolver_or_refused(scheme: str, text: str) -> None:
    with suppress(InputError):
        assert isinstance(Resolver.parse(scheme + text).text, str)


def test_the_address_is_filled_in_later() -> None:
    resolver = Resolver.parse("dot://dns.example").at("192.0.2.1")
    assert (resolver.address, resolver.server_name, resolver.text) == ("192.0.2.1", "dns.example", "192.0.2.1:853")
    assert Resolver.parse("dot://192.0.2.1").server_name == "192.0.2.1"
