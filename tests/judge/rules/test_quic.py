"""QUIC: compared with the control's handshake, and no sign without one."""

from __future__ import annotations

from tests.judge.cases import GENUINE, TIMEOUT, Case


def reached() -> Case:
    return Case().control().dns(GENUINE).tcp().tls().http(address=GENUINE, status=200)


def test_silence_where_the_controls_handshake_completes_is_interference() -> None:
    case = reached().quic(failure=TIMEOUT).quic(vantage="control", hop=None)
    assert case.says()[:2] == ("ok", "quic.timeout")


def test_silence_without_a_controls_handshake_is_no_sign() -> None:
    case = reached().quic(failure=TIMEOUT)
    assert case.says()[:2] == ("ok", "")
    assert "quic.failed_uncontrolled" in case.fired()
