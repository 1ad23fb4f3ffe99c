"""What a verdict names, told so that an undecided one is never read as blocked."""

from __future__ import annotations

import pytest

from trigpoint.cli.words import told


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        (("blocked", "dns.nxdomain tls.reset", (), "collateral"), "dns.nxdomain tls.reset collateral"),
        (("ok", "", ("(tcp.reset)",), "network.flaky"), "(tcp.reset) network.flaky"),
        (("insufficient", "", (), "control.failure"), "control.failure"),
        (("insufficient", "tls.reset", (), ""), "signs of tls.reset, undecided"),
        (("insufficient", "dns tcp.timeout", ("(http)",), "x"), "signs of dns, tcp.timeout, undecided; (http) x"),
    ],
)
def test_signs_are_told_as_undecided(verdict: tuple[str, str, tuple[str, ...], str], text: str) -> None:
    assert told(*verdict) == text
