"""Go's network errors: where a try failed, and how."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.archive.censored_planet.errors import Error, Stage, error_of, failure_of_message
from trigpoint.model.failure import Kind, kind

if TYPE_CHECKING:
    from pathlib import Path

A_TO_B = "192.0.2.1:1000->198.51.100.9:2000"


@pytest.mark.parametrize(
    ("text", "stage", "failure"),
    [
        (f"read tcp {A_TO_B}: read: connection reset by peer", "read", "connection_reset"),
        (f"read tcp {A_TO_B}: i/o timeout", "read", "generic_timeout_error"),
        (f"write tcp {A_TO_B}: write: broken pipe", "read", "broken_pipe"),
        (f"close tcp {A_TO_B}: shutdown: transport endpoint is not connected", "read", "not_connected"),
        (f"dial tcp {A_TO_B}: connect: connection timed out", "dial", "generic_timeout_error"),
        (f"dial tcp {A_TO_B}: connect: connection refused", "dial", "connection_refused"),
        (f"dial tcp {A_TO_B}: connect: connection reset by peer", "dial", "connection_reset"),
        (f"dial tcp {A_TO_B}: connect: no route to host", "dial", "host_unreachable"),
        (f"dial tcp {A_TO_B}: bind: address already in use", "dial", "address_in_use"),
        ("connection reset by peer", "dial", "connection_reset"),
        ("context deadline exceeded", "dial", "generic_timeout_error"),
        ("network is unreachable", "dial", "network_unreachable"),
        ("too many open files", "dial", "no_buffer_space"),
        ("Get http://198.51.100.9: EOF", "read", "eof_error"),
        ("Get http://198.51.100.9: unexpected EOF", "read", "eof_error"),
        ("", "read", "unknown_failure"),
    ],
)
def test_an_error_without_encryption(text: str, stage: str, failure: str) -> None:
    assert error_of(text, is_encrypted=False) == Error(Stage(stage), failure)


@pytest.mark.parametrize(
    ("text", "stage", "meaning"),
    [
        (f"Get https://198.51.100.9: read tcp {A_TO_B}: read: connection reset by peer", "tls", Kind.RESET),
        ("Get https://198.51.100.9: EOF", "tls", Kind.CLOSE),
        ("Get https://198.51.100.9: net/http: TLS handshake timeout", "tls", Kind.TIMEOUT),
        ("Get https://198.51.100.9: remote error: tls: handshake failure", "tls", Kind.TLS_ALERT),
        ("Get https://198.51.100.9: dial tcp 198.51.100.9:443: connect: connection refused", "dial", Kind.REFUSED),
        (
            "Get https://198.51.100.9: net/http: request canceled (Client.Timeout exceeded while awaiting headers)",
            "read",
            Kind.TIMEOUT,
        ),
        (
            "Get https://198.51.100.9: net/http: request canceled while waiting for connection (Client.Timeout)",
            "tls",
            Kind.TIMEOUT,
        ),
        ('Get https://198.51.100.9: malformed HTTP status code "HTML>"', "read", Kind.HTTP_OTHER),
    ],
)
def test_an_error_over_https_is_of_the_handshake_unless_it_is_known_to_come_after(
    text: str, stage: str, meaning: Kind
) -> None:
    error = error_of(text, is_encrypted=True)
    assert (error.stage, kind(error.failure)) == (Stage(stage), meaning)


def test_a_failure_names_no_address_and_no_port() -> None:
    assert (
        failure_of_message(f'Get "http://198.51.100.9/": read tcp {A_TO_B}: odd thing') == "unknown_failure: odd thing"
    )


@given(st.text(), st.booleans())
def test_any_text_is_an_error_with_a_failure(text: str, is_encrypted: bool) -> None:
    error = error_of(text, is_encrypted=is_encrypted)
    assert error.failure
    assert kind(error.failure) is not None


_STAGES = {"setup": {Stage.DIAL}, "dial": {Stage.DIAL}, "tls": {Stage.TLS}, "write": {Stage.READ}, "http": {Stage.READ}}
_STAGES["read"] = {Stage.READ, Stage.TLS}  # over HTTPS the handshake may not have been over


def test_published_errors_have_the_stage_that_their_authors_give_them(corpus: Path) -> None:
    pairs = json.loads((corpus / "reference" / "censoredplanet" / "hyperquack_error_to_outcome.json").read_text())
    checked = 0
    for pair in pairs:
        stage = pair["outcome"].split("/")[0]
        # Go says so while it dials, so no name was sent; Censored Planet counts any "request canceled" as read.
        if stage in _STAGES and "waiting for connection" not in pair["error"]:
            error = error_of(pair["error"], is_encrypted=pair["scan_type"] == "https")
            assert error.stage in _STAGES[stage], pair
            checked += 1
    assert checked > 50
