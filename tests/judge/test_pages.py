"""Pages compared with the control's, and searched for what they are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.judge.cases import GENUINE, HOST, Case
from trigpoint.judge.decide import frames
from trigpoint.judge.keys import prepare
from trigpoint.judge.rule import Layer
from trigpoint.observe import tables

PLAIN = f"http://{HOST}/"


def row(case: Case) -> dict[str, Any]:
    """Give the last row of the frame."""
    return frames(prepare(tables([case.record()])))[Layer.HTTP].row(-1, named=True)


def page(body: str = "", **more: object) -> dict[str, Any]:
    fields: dict[str, Any] = {"status": 200, "address": GENUINE, "body": body, **more}
    return row(Case(input=PLAIN).control().dns(GENUINE).tcp(port=80).http(PLAIN, **fields))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<title>Access denied</title>", True),
        ("<H1 class=x>This site is\nBLOCKED</H1>", True),
        ("<title>Shop</title><p>blocked</p>", False),
        ("<title>Access denied</title><p>Please log in</p>", False),
        ("<title>Access denied</title>" + "x" * 20_000, False),
    ],
)
def test_a_page_refuses_by_its_headings_if_it_is_short_and_asks_for_nothing(body: str, *, expected: bool) -> None:
    assert page(body)["has_refusal"] is expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [("Server: nginx", True), ("server: NGINX/1.25", True), ("Server: gateway", False), ("X: y", None)],
)
def test_servers_are_compared_without_their_versions(headers: str, *, expected: bool | None) -> None:
    assert page(headers=headers)["server_matches"] is expected


def test_the_same_page_is_a_quotation_whatever_it_holds() -> None:
    assert page("x" * 4000)["is_quotation"]
    assert not page("x" * 4000, title="Somebody else")["is_quotation"]
    assert not page("x" * 100)["is_quotation"]
    assert not page("x" * 4000, status=302)["is_quotation"]


def test_without_an_address_each_connection_must_be_the_sites() -> None:
    case = Case(input=PLAIN).control().dns(GENUINE, "130.192.182.17").tcp(port=80)
    assert row(case.http(PLAIN))["connected_only_to_site"]
    assert not row(case.tcp("130.192.182.17", 80).http(PLAIN))["connected_only_to_site"]


def test_a_redirect_within_a_documented_host_is_no_redirect_to_it() -> None:
    target = "warning.or.kr"
    case = Case(input=f"http://{target}/", target=target)
    case.http(f"http://{target}/", status=302, location="http://www.warning.or.kr/")
    assert not row(case)["has_block_host"]
    assert page(status=302, location="http://www.warning.or.kr/")["has_block_host"]
