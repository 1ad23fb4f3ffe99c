"""What is up wherever there is Internet: laws that the nettest sanity relies on."""

from __future__ import annotations

import pytest

from trigpoint.net.names import canonical_address, parse_url
from trigpoint.reference.addresses import is_bogon
from trigpoint.reference.landmarks import CANARY, LANDMARKS, PORTAL_CHECKS, PortalCheck


def test_pages_are_of_several_operators_and_without_tls() -> None:
    urls = [parse_url(check.url) for check in PORTAL_CHECKS]
    assert {url.scheme for url in urls} == {"http"}
    assert len({(url.host or "").rpartition(".")[0].rpartition(".")[2] for url in urls}) == len(urls) >= 2


def test_landmarks_are_public_addresses_of_several_operators_in_both_families() -> None:
    assert all(canonical_address(one.address) == one.address for one in LANDMARKS)
    assert not any(is_bogon(one.address) for one in LANDMARKS)
    for is_six in (False, True):
        assert len({one.name for one in LANDMARKS if (":" in one.address) is is_six}) >= 3


def test_everything_has_a_source() -> None:
    assert all(one.source for one in (*PORTAL_CHECKS, *LANDMARKS))
    assert CANARY


@pytest.mark.parametrize(
    ("status", "body", "is_met"), [(204, b"", True), (200, b"", False), (302, b"", False), (204, b"hello", False)]
)
def test_an_empty_page_is_met_by_nothing_else(status: int, body: bytes, *, is_met: bool) -> None:
    assert PortalCheck("http://a.example/", 204, "", "here").is_met(status, body) is is_met


@pytest.mark.parametrize(
    ("status", "body", "is_met"), [(200, b"success\n", True), (200, b"log in", False), (511, b"success", False)]
)
def test_a_page_is_met_by_its_text(status: int, body: bytes, *, is_met: bool) -> None:
    assert PortalCheck("http://a.example/", 200, "success", "here").is_met(status, body) is is_met
