"""Failure strings and their one meaning."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.strategies import failures
from trigpoint.model import failure as module
from trigpoint.model.failure import FAILURES, Kind, kind


def test_no_string_was_declared_twice() -> None:
    strings = [known.string for known in module._FAILURES]
    assert len(set(strings)) == len(strings)


@pytest.mark.parametrize("string", FAILURES)
def test_every_string_has_a_source_and_gives_its_own_kind(string: str) -> None:
    assert FAILURES[string].string == string
    assert FAILURES[string].source
    assert kind(string) is FAILURES[string].kind


def test_no_failure_has_no_kind() -> None:
    assert kind(None) is None


@given(failures)
def test_every_string_has_a_kind(string: str | None) -> None:
    assert (kind(string) is None) == (string is None)


@pytest.mark.parametrize(("message", "meaning"), module._MESSAGES)
def test_a_message_is_found_inside_an_unknown_failure(message: str, meaning: Kind) -> None:
    assert kind(f"unknown_failure: {message}") is meaning
    assert kind(f"UNKNOWN_FAILURE: {message.upper()}") is meaning


@pytest.mark.parametrize(
    ("string", "meaning"),
    [
        # As written by ooniprobe on Linux, Windows and Android; addresses scrubbed by the probe.
        ("unknown_failure: read tcp [scrubbed]->[scrubbed]: read: connection reset by peer", Kind.RESET),
        ("unknown_failure: wsarecv: An existing connection was forcibly closed by the remote host.", Kind.RESET),
        ("unknown_failure: dial tcp [scrubbed]: connect: no route to host", Kind.UNREACHABLE),
        ("unknown_failure: write tcp [scrubbed]: use of closed network connection", Kind.LOCAL),
        ("unknown_failure: remote error: tls: unrecognized name", Kind.TLS_ALERT),
        ("unknown_failure: tls: first record does not look like a TLS handshake", Kind.TLS_OTHER),
        ("unknown_failure: x509: certificate is valid for a.example, not b.example", Kind.WRONG_NAME),
        ("something never seen", Kind.OTHER),
        ("", Kind.OTHER),
    ],
)
def test_messages_of_systems_and_libraries_are_understood(string: str, meaning: Kind) -> None:
    assert kind(string) is meaning


def test_a_more_precise_message_is_not_hidden_by_a_shorter_one_before_it() -> None:
    messages = [message for message, _ in module._MESSAGES]
    hidden = [
        (earlier, later) for number, later in enumerate(messages) for earlier in messages[:number] if earlier in later
    ]
    assert hidden == []
