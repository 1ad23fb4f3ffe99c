"""Where responses lead, and what they want to be remembered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.net.redirects import Cookies, first, target


@pytest.mark.parametrize(
    ("code", "location", "leads"),
    [
        (301, "/b", "https://a.example/b"),
        (302, "b?c#d", "https://a.example/x/b?c#d"),
        (303, "http://b.example", "http://b.example"),
        (307, "//b.example/", "https://b.example/"),
        (308, " https://bücher.example/ ", "https://xn--bcher-kva.example/"),
        (302, "javascript:alert(1)", "javascript:alert(1)"),
        (300, "/b", None),
        (304, "/b", None),
        (200, "/b", None),
        (302, "", None),
        (302, "http://[::1", "http://[::1"),
    ],
)
def test_a_redirect_leads_to_an_absolute_url(code: int, location: str, leads: str | None) -> None:
    assert target("https://a.example/x/y", code, [("lOcAtion", location)]) == leads


def test_a_redirect_without_a_target_is_none() -> None:
    assert target("https://a.example/", 302, [("location2", "/b")]) is None
    assert first([("A", "1"), ("a", "2")], "a") == "1"


@given(st.text(), st.text())
def test_no_location_makes_it_fail(url: str, location: str) -> None:
    found = target(url, 302, [("Location", location)])
    assert found is None or isinstance(found, str)


def test_cookies_go_back_to_who_set_them_and_to_domains_that_they_are_in() -> None:
    cookies = Cookies()
    cookies.take(
        "www.a.example",
        [
            ("Set-Cookie", "own=1; Path=/; Secure"),
            ("set-cookie", "wide=2; Domain=.A.example; HttpOnly"),
            ("Set-Cookie", "foreign=3; Domain=b.example"),
            ("Set-Cookie", "top=4; Domain=example"),
            ("Set-Cookie", "=5"),
            ("Set-Cookie", "own=6"),
            ("Set-Cookie", "long=" + "x" * 5_000),
        ],
    )
    assert cookies.header("www.a.example") == "own=6; wide=2; top=4"
    assert cookies.header("a.example") == "wide=2"
    assert cookies.header("xa.example") == ""
    assert cookies.header("b.example") == ""


def test_an_address_has_cookies_of_its_own_only() -> None:
    cookies = Cookies()
    cookies.take("192.0.2.1", [("Set-Cookie", "a=1; Domain=192.0.2.1"), ("Set-Cookie", "b=2; Domain=2.1")])
    assert cookies.header("192.0.2.1") == "a=1"
    assert cookies.header("198.51.2.1") == ""


def test_cookies_are_not_kept_without_number() -> None:
    cookies = Cookies()
    cookies.take("a.example", [("Set-Cookie", f"n{number}=1") for number in range(10_000)])
    assert cookies.header("a.example").count("=") == 50


@given(st.text(), st.text())
def test_no_cookie_makes_it_fail(host: str, value: str) -> None:
    cookies = Cookies()
    cookies.take(host, [("Set-Cookie", value)])
    assert not {"\r", "\n"} & set(cookies.header(host))
