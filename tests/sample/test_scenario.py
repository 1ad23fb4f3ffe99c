# ruff: noqa: S311 - a seeded source, as the sample itself takes
from __future__ import annotations

import random
from datetime import UTC, datetime

from trigpoint.sample.country import NETWORKS
from trigpoint.sample.scenario import Context, Scenario, envelope, with_fields

CONTEXT = Context(NETWORKS[0], datetime(2024, 11, 5, 10, 30, tzinfo=UTC), "run")
PLAIN = Scenario(
    name="plain",
    sentence="Nothing.",
    nettest="ndt",
    target="ndt",
    truth_state="ok",
    build=lambda _, context: envelope(context, "ndt", "1", None, {"failure": None}),
)


def test_an_envelope_lasts_a_little_longer_than_its_last_event() -> None:
    keys = {"network_events": [{"t": 1.0}, {"t": 3.5}]}
    record = envelope(CONTEXT, "urlgetter", "1", "https://a.example/", keys)
    assert record["test_runtime"] == 3.7
    assert record["measurement_start_time"] == "2024-11-05 10:30:00"


def test_fields_and_annotations_are_set_and_the_rest_is_kept() -> None:
    changed = with_fields(PLAIN, {"resolver_asn": "AS1"}, {"network_type": "vpn"})
    record = changed.build(random.Random(1), CONTEXT)
    assert (record["resolver_asn"], record["annotations"]["network_type"]) == ("AS1", "vpn")
    assert record["annotations"]["fictional"] == "true"
    assert PLAIN.build(random.Random(1), CONTEXT)["annotations"]["network_type"] == "wifi"
