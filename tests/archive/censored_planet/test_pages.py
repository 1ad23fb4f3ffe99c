"""Pages that were fetched from outside at the addresses of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.archive.censored_planet.records import (
    BLOCK_PAGE,
    NAME,
    OTHER,
    answer_v22,
    asked,
    fetched,
    found,
    lookup,
    page,
)
from tests.archive.shapes import handshakes, trips

if TYPE_CHECKING:
    from trigpoint.model.measurement import Measurement


def with_pages(*pages: object) -> Measurement:
    return asked(answer_v22(lookup({OTHER: found()})) | {"beside": {"pages": list(pages)}})


def test_a_fetched_page_was_seen_from_outside() -> None:
    measurement = with_pages(fetched(BLOCK_PAGE))
    (step,) = trips(measurement, "control")
    assert (step.address, step.host, step.status, step.pointer) == (OTHER, NAME, 200, "/beside/pages/0/http")
    assert measurement.bodies[0].content == BLOCK_PAGE.encode()
    (failed,) = handshakes(measurement, "control")
    assert (failed.failure, failed.is_verified) == ("unknown_failure: remote error: tls: handshake failure", False)


@pytest.mark.parametrize(
    ("about", "failure"),
    [
        ({"trusted_cert": True, "cert_hostname_match": True}, None),
        ({"trusted_cert": True, "cert_hostname_match": False}, "ssl_invalid_hostname"),
        ({"trusted_cert": False, "cert_hostname_match": True}, "ssl_unknown_authority"),
        ({}, "ssl_invalid_certificate"),
    ],
)
def test_a_certificate_counts_only_where_the_fetch_verified_it(about: dict[str, Any], failure: str | None) -> None:
    (step,) = handshakes(with_pages(fetched("x", https=page("200 OK", "x", Certificate="AAAA"), **about)), "control")
    assert (step.failure, step.is_verified, step.server_name) == (failure, True, NAME)
    assert step.certificate_chain is not None


def test_a_fetch_that_did_not_connect_is_a_failed_round_trip() -> None:
    refused = "Get https://130.192.182.17: dial tcp 130.192.182.17:443: connect: connection refused"
    measurement = with_pages(fetched("x", https=refused, http="Get http://130.192.182.17: EOF"))
    assert [step.failure for step in trips(measurement, "control")] == ["eof_error", "connection_refused"]
    assert handshakes(measurement, "control") == []


@pytest.mark.parametrize("odd", [7, {}, {"ip": "x", "keyword": NAME}, {"ip": OTHER, "keyword": "two words"}])
def test_what_names_no_page_is_passed_over(odd: object) -> None:
    assert trips(with_pages(odd), "control") == []


def test_what_was_not_fetched_gives_no_step() -> None:
    assert trips(with_pages(fetched("x", http=None, https=None)), "control") == []
