"""What a portal or filter writes of its subscriber into URLs, cookies and pages is not written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tests.archive.shapes import ORIGIN
from tests.probe.diaries import diary_of
from trigpoint.archive.ooni.measurement import measurement_of
from trigpoint.net.dial.acts import Request, Response, RoundTrip
from trigpoint.probe.record import Envelope, line_of
from trigpoint.probe.tokens import secrets_of, without_cookie
from trigpoint.reference.artefacts import Place, Scope, patterns

if TYPE_CHECKING:
    from trigpoint.net.dial.diary import Diary

ASKED = "http://site.example/news?id=123456"
PORTAL = "http://login.carrier.example/start?session=8f14e45fceea&msisdn=98912000111&site=http://site.example/"
WEB = Envelope(nettest="web_connectivity", version="1", input=ASKED, started_at=1.7e9, runtime_seconds=1.0)


def trip(url: str, *headers: tuple[str, str], body: bytes = b"", depth: int = 0) -> RoundTrip:
    return RoundTrip(
        t0=0.0,
        t=1.0,
        transaction_id=depth + 1,
        tags=(f"depth={depth}",),
        network="tcp",
        address="192.0.2.1:80",
        alpn="",
        request=Request(url=url, headers=(("Referer", ASKED),)),
        response=Response(code=302 if headers else 200, headers=headers, body=body),
    )


def written(*trips: RoundTrip, **keys: Any) -> str:
    return line_of(diary_of(trips), WEB, keys).decode()


def chain(onward: str = PORTAL, page: bytes = b"") -> Diary:
    return diary_of([trip(ASKED, ("Location", onward)), trip(onward, body=page, depth=1)])


def test_the_query_of_a_strange_redirect_is_written_nowhere() -> None:
    page = b"<p>Dear 98912000111, your session 8f14e45fceea has ended"
    line = line_of(chain(page=page), WEB, {}).decode()
    assert "8f14e45fceea" not in line
    assert "98912000111" not in line
    assert "http://login.carrier.example/start?[scrubbed]" in line


def test_the_chain_of_redirects_still_holds() -> None:
    untagged = [msgspec.structs.replace(act, tags=()) for act in chain().round_trips]
    steps = measurement_of(line_of(diary_of(untagged), WEB, {}), ORIGIN).steps
    assert sorted((step.hop, step.host) for step in steps) == [(0, "site.example"), (1, "login.carrier.example")]


def test_what_was_asked_for_is_written_as_it_was_asked() -> None:
    own = "https://www.site.example/news?id=123456&lang=en2026"
    line = written(trip(ASKED, ("Location", own)), trip(own, depth=1))
    assert own in line
    assert "[scrubbed]" not in line
    assert json.loads(line)["input"] == ASKED


@pytest.mark.parametrize("host", patterns(Place.LOCATION, Scope.NETWORK)[:4])
def test_a_known_block_page_keeps_its_query(host: str) -> None:
    onward = f"http://{host}/?type=Invalid+Site&policy=12345678"
    assert onward in written(trip(ASKED, ("Location", onward)), trip(onward, depth=1))


@pytest.mark.parametrize(
    "page",
    [
        '<meta http-equiv="refresh" content="0; url={}">',
        "<a href='{}'>on</a>",
        "<script>window.location.href = '{}'</script>",
        '<iframe src="{}" style="width:100%">',
    ],
)
@pytest.mark.parametrize("spelt", [PORTAL, PORTAL.replace("&", "&amp;")])
def test_a_page_that_only_leads_elsewhere_is_a_redirect(page: str, spelt: str) -> None:
    assert "8f14e45fceea" not in written(trip(ASKED, body=page.format(spelt).encode()))


def test_a_refresh_header_is_one_too() -> None:
    assert "8f14e45fceea" not in written(trip(ASKED, ("Refresh", f"0;url={PORTAL}")))


def test_a_fragment_goes_with_the_query() -> None:
    assert "abc123456" not in written(trip(ASKED, ("Location", "https://sso.example/#token=abc123456")))


def test_times_addresses_and_the_subject_are_no_secrets() -> None:
    onward = "http://portal.example/?day=2023-11-14&dst=192.0.2.1:80&ip=192.0.2.1&url=http%3A%2F%2Fsite.example%2F"
    line = written(trip(ASKED, ("Location", onward)), note="2023-11-14")
    record = json.loads(line)
    assert record["measurement_start_time"].startswith("2023-11-14")
    assert record["test_keys"]["note"] == "2023-11-14"
    assert record["test_keys"]["requests"][0]["address"] == "192.0.2.1:80"
    assert record["test_keys"]["requests"][0]["request"]["url"] == ASKED


def test_what_a_nettest_asks_for_by_itself_is_no_secret() -> None:
    other = "http://second.example/?k=v1234567"
    assert secrets_of([trip(other, ("Location", other))], [ASKED, other]) == set()
    assert "k=v1234567" in secrets_of([trip(other, ("Location", other))], [ASKED])


@pytest.mark.parametrize(
    "broken", ["http://[::1/?a=b1234567", "//", "?", "http://x.example:port/?q=abc1234", "\x00?a=1"]
)
def test_a_broken_location_is_no_error(broken: str) -> None:
    assert written(trip(ASKED, ("Location", broken)))


def test_cookies_keep_their_names_only() -> None:
    line = written(trip(ASKED, ("Set-Cookie", "sid=8f14e45fceea; Path=/; HttpOnly"), ("set-cookie", "PHPSESSID=x")))
    headers = json.loads(line)["test_keys"]["requests"][0]["response"]["headers_list"]
    assert headers == [["Set-Cookie", "sid=[scrubbed]; Path=/; HttpOnly"], ["set-cookie", "PHPSESSID=[scrubbed]"]]


def test_cookies_that_are_sent_too() -> None:
    assert without_cookie("Cookie", "a=1; b=2") == "a=[scrubbed]; b=[scrubbed]"
    assert without_cookie("Set-Cookie", "nonsense") == "nonsense"
