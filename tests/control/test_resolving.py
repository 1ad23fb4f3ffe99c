"""What a control says of a name."""

from __future__ import annotations

import asyncio

import pytest

from trigpoint.control import resolving
from trigpoint.control.protocol import Resolved
from trigpoint.control.resolving import resolved
from trigpoint.control.setting import Setting
from trigpoint.net.dial.acts import Answer, Lookup
from trigpoint.net.dial.dns import Resolver
from trigpoint.net.dial.trust import Trust


@pytest.mark.parametrize(
    ("four", "six", "told"),
    [
        (None, None, Resolved(None, ("192.0.2.1", "2001:db8::1"))),
        (None, "dns_servfail_error", Resolved(None, ("192.0.2.1",))),
        ("dns_no_answer", None, Resolved(None, ("2001:db8::1",))),
        ("dns_nxdomain_error", "generic_timeout_error", Resolved("dns_name_error")),
        ("generic_timeout_error", "dns_nxdomain_error", Resolved("dns_name_error")),
        ("dns_no_answer", "dns_no_answer", Resolved()),
        ("dns_no_answer", "generic_timeout_error", Resolved("generic_timeout_error")),
        ("dns_refused_error", "dns_refused_error", Resolved("dns_refused_error")),
    ],
)
def test_both_families_make_one_answer(
    monkeypatch: pytest.MonkeyPatch, four: str | None, six: str | None, told: Resolved
) -> None:
    async def ask(_trace: object, _resolver: object, hostname: str, kind: str, **_: object) -> Lookup:
        failure, address = {"A": (four, "192.0.2.1"), "AAAA": (six, "2001:db8::1")}[kind]
        return Lookup(
            t0=0,
            t=0,
            failure=failure,
            transaction_id=1,
            engine="udp",
            hostname=hostname,
            query_type=kind,
            resolver_address="192.0.2.53:53",
            answers=() if failure else (Answer(kind, address),),
        )

    monkeypatch.setattr(resolving, "ask", ask)
    setting = Setting(resolver=Resolver("udp", "192.0.2.53", 53), trust=lambda: Trust(b"", "", 0))
    assert asyncio.run(resolved("news.example", setting)) == told
