"""A scenario is one value: a world, the interference in it, and what is true."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from trigpoint.sample.country import COUNTRY, SOFTWARE, Network

Build = Callable[[random.Random, "Context"], dict[str, Any]]
"""Makes the raw record."""


class Context(msgspec.Struct, frozen=True):
    """Who measures, where and when."""

    network: Network
    """Network of the probe."""
    started: datetime
    """Start of the measurement, UTC, by a right clock."""
    report_id: str
    """The run that it is part of."""
    platform: str = "linux"
    """Operating system of the probe."""


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of measurement, and what an analyst should conclude of it."""

    name: str
    """Unique name."""
    sentence: str
    """What happens, in one sentence."""
    nettest: str
    """Name of the nettest."""
    target: str
    """What is assessed: a host, or a service such as ``telegram/web``."""
    truth_state: str
    """``ok``, ``down``, ``blocked`` or ``insufficient``: what this one record supports."""
    mechanisms: tuple[str, ...] = ()
    """Nodes of :mod:`trigpoint.model.mechanism`, where blocked."""
    interference: tuple[str, ...] = ()
    """Nodes of interference seen although the target was reached."""
    explanations: tuple[str, ...] = ()
    """Names of :mod:`trigpoint.model.explanation`."""
    also: tuple[str, ...] = ()
    """Nodes and explanations that the record illustrates but, judged alone, does not prove: they take other records of
    the same series, or evidence that OONI's format has no place for."""
    series: str = ""
    """Scenarios of one series are measured in one run, in their order. Empty: a run of its own."""
    build: Build
    """Makes the raw record."""


def envelope(context: Context, nettest: str, version: str, given: str | None, keys: dict[str, Any]) -> dict[str, Any]:
    """Wrap test keys as a measurement of OONI's base format (df-000 of ``ooni/spec``)."""
    events = [step.get("t", 0.0) for step in keys.get("network_events") or ()]
    network = context.network
    return {
        "annotations": {
            "architecture": "amd64",
            "engine_name": "ooniprobe-engine",
            "engine_version": "3.23.0",
            "fictional": "true",
            "network_type": network.network_type,
            "platform": context.platform,
        },
        "data_format_version": "0.2.0",
        "extensions": {"dnst": 0, "httpt": 0, "netevents": 0, "tcpconnect": 0, "tlshandshake": 0, "tunnel": 0},
        "input": given,
        "measurement_start_time": f"{context.started:%Y-%m-%d %H:%M:%S}",
        "options": [],
        "probe_asn": f"AS{network.asn}",
        "probe_cc": COUNTRY,
        "probe_ip": "127.0.0.1",
        "probe_network_name": network.name,
        "report_id": context.report_id,
        "resolver_asn": f"AS{network.asn}",
        "resolver_ip": network.resolver,
        "resolver_network_name": network.name,
        "software_name": SOFTWARE,
        "software_version": "1.0.0",
        "test_helpers": {},
        "test_keys": keys,
        "test_name": nettest,
        "test_runtime": round(max(events, default=0.5) + 0.2, 6),
        "test_start_time": f"{context.started:%Y-%m-%d %H:%M:%S}",
        "test_version": version,
    }


def with_fields(scenario: Scenario, fields: dict[str, Any], annotations: dict[str, str] | None = None) -> Scenario:
    """Give the same scenario with top-level fields and annotations of its record set to other values."""

    def build(random: random.Random, context: Context) -> dict[str, Any]:
        record = scenario.build(random, context)
        return record | fields | {"annotations": record["annotations"] | (annotations or {})}

    return msgspec.structs.replace(scenario, build=build)
