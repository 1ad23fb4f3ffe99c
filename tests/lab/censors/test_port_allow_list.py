from __future__ import annotations

from tests.lab.talks import Talk, causes, engine


def test_other_ports_are_silent() -> None:
    filter_ = engine({"behaviour": "port_allow_list"})
    assert [Talk(filter_, server_port=port).syn() for port in (22, 53, 80, 443, 8443)] == [
        "drop",
        "pass",
        "pass",
        "pass",
        "drop",
    ]
    assert Talk(filter_, server_port=51_820).ask(b"x") == "drop"
    assert causes(filter_) == [("drop", "tcp.timeout")] * 3


def test_exempt_addresses_are_reached_on_any_port() -> None:
    filter_ = engine({"behaviour": "port_allow_list", "match": {"except_addresses": ["203.0.113.0/24"]}})
    assert Talk(filter_, server_port=22).syn() == "pass"
    assert Talk(filter_, 6, server_port=22).syn() == "drop"
