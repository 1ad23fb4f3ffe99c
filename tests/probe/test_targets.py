"""A URL has one form, or one sentence says why it cannot be measured."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.errors import InputError
from trigpoint.net.names import parse_url
from trigpoint.probe.targets import target_of


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://Bücher.Example/Ä?b=c#d", "https://xn--bcher-kva.example/Ä?b=c#d"),
        ("example.org", "http://example.org/"),
        ("example.org:8080/x", "http://example.org:8080/x"),
        ("HTTPS://EXAMPLE.org", "https://example.org/"),
        ("http://example.org?x", "http://example.org/?x"),
        (" http://example.org/ ", "http://example.org/"),
        ("http://192.0.2.1", "http://192.0.2.1/"),
        ("http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/"),
        ("http://under_score.example/", "http://under_score.example/"),
        ("http://example.org./", "http://example.org./"),
        ("http://example.org/a@b", "http://example.org/a@b"),
    ],
)
def test_a_url_has_one_form(written: str, url: str) -> None:
    assert target_of(written).url == url


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "empty"),
        ("two words.example", "a blank"),
        ("http://a.example/\x07", "a blank or control"),
        ("ftp://a.example/", "only http and https are measured, not ftp"),
        ("javascript:alert(1)", "not javascript"),
        ("mailto:me@a.example", "not mailto"),
        ("http://user:pw@a.example/", "user name or password"),
        ("user@a.example", "user name or password"),
        ("http://", "no URL"),
        ("http:///path", "no URL"),
        ("http://a..example/", "no host name"),
        ("http://-a.example/", "no host name"),
        ("http://localhost/", "it has no domain"),
        ("http://intranet", "it has no domain"),
        ("http://1.2.3.999/", "it has no domain"),
        ("http://a.example:99999/", "no URL"),
        ("http://a.example:0/", "port 0"),
        ("http://a.example:x/", "no URL"),
        ("http://" + "a" * 64 + ".example/", "no host name"),
        ("http://a.example/" + "x" * 3_000, "longer than"),
    ],
)
def test_what_cannot_be_measured_is_said_in_one_sentence(written: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as raised:
        target_of(written)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize("written", ["http://me:hunter2@a.example/", "me:hunter2@a.example"])
def test_a_password_is_not_repeated(written: str) -> None:
    with pytest.raises(InputError) as raised:
        target_of(written)
    assert "hunter2" not in str(raised.value)


@given(st.text(max_size=60) | st.text("htp:/.@[]a%?#\\1", max_size=30).map("http://{}".format))
def test_any_text_is_a_url_or_one_refusal(written: str) -> None:
    try:
        url = target_of(written).url
    except InputError:
        return
    assert target_of(url).url == url
    assert parse_url(url).host
