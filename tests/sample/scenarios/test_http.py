from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Keys = Callable[[str], dict[str, Any]]


def test_requests_fail_after_the_connection_opened(keys: Keys) -> None:
    for name, failure in (("http.reset", "connection_reset"), ("http.close", "eof_error")):
        assert {request["failure"] for request in keys(name)["requests"]} == {failure}
        assert all(step["status"]["success"] for step in keys(name)["tcp_connect"])


def test_a_block_page_is_unlike_the_controls(keys: Keys) -> None:
    found = keys("http.blockpage")
    assert "has been blocked by order" in found["requests"][-1]["response"]["body"]
    assert found["control"]["http_request"]["title"] == "River Archive"


def test_a_redirect_leads_to_the_block_page(keys: Keys) -> None:
    last, first = keys("http.redirect")["requests"]
    assert first["response"]["headers"]["Location"] == last["request"]["url"]
    assert "has been blocked by order" in last["response"]["body"]


def test_a_benign_difference_keeps_title_and_status(keys: Keys) -> None:
    found = keys("http.benign_difference")
    request, control = found["requests"][-1], found["control"]["http_request"]
    assert len(request["response"]["body"]) != control["body_length"]
    assert f"<title>{control['title']}</title>" in request["response"]["body"]
