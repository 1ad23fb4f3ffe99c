"""Repeated acts keep their order: the numbers of steps rise with the pings. (Each nettest: ``test_nettests``.)"""

from __future__ import annotations

from tests.archive.shapes import connects, tcp, with_keys


def test_pings_are_steps_in_their_order() -> None:
    found = with_keys("tcpping", {"pings": [{"tcp_connect": tcp(t=float(n))} for n in range(20)]})
    assert [(step.step, step.ended) for step in connects(found)] == [(n, float(n)) for n in range(20)]
