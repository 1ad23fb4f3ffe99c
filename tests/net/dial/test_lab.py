"""The same code in the lab, without a change: what is true of a world is what its sites show."""

from __future__ import annotations

import asyncio
import socket
import time

import pytest

from trigpoint.lab.lab import Lab
from trigpoint.model.failure import Kind, kind
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.http import fetch, request
from trigpoint.net.dial.tcp import connect
from trigpoint.net.dial.tls import handshake
from trigpoint.net.dial.trust import trust

TLS = {Kind.TLS_ALERT, Kind.TLS_OTHER}
"""Truth has one string for an alert, records say which."""


async def _fetched(lab: Lab, name: str, family: int) -> str | None:
    """Give the first failure."""
    diary = Diary()
    trace = diary.trace()
    info = await asyncio.get_running_loop().getaddrinfo(name, 443, family=family, type=socket.SOCK_STREAM)
    stream = await connect(trace, info[0][4][0], 443)
    tls = stream and await handshake(trace, stream, name, trust=trust(lab.bundle(), now=time.time()))
    if tls:
        await fetch(trace, tls, request(f"https://{name}/"))
        tls.close()
    return next((act.failure for act in diary.acts if act.failure), None)


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_bad_sites_show_what_is_true_of_them(family: int) -> None:
    lab = Lab("bad-sites", fabric="virtual")
    rows = {row.target: row.failure for _, row in lab.truth if row.step in {"tcp", "tls"}}

    async def main(lab: Lab) -> dict[str, str | None]:
        return {target: await _fetched(lab, target, family) for target in rows}

    found = lab.play(main)
    assert len(rows) > 8
    for target, failure in found.items():
        assert failure == rows[target] or {kind(failure), kind(rows[target])} == TLS, target
