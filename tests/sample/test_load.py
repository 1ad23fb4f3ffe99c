from __future__ import annotations

import json
from itertools import islice

from trigpoint.sample import load


def test_lines_repeat_for_the_same_seed() -> None:
    assert list(load.lines(40)) == list(load.lines(40))
    assert list(load.lines(40)) != list(load.lines(40, seed=1))


def test_a_shorter_load_is_the_beginning_of_a_longer_one() -> None:
    assert list(load.lines(20)) == list(islice(load.lines(40), 20))


def test_the_mean_is_as_stated() -> None:
    lengths = [len(line) for line in load.lines(400)]
    assert abs(sum(lengths) / 400 - load.MEAN_BYTES) < load.MEAN_BYTES * 0.02


def test_names_certificates_and_bodies_are_fresh() -> None:
    found = [json.loads(line) for line in load.lines(200)]
    web = [record for record in found if record["test_name"] == "web_connectivity"]
    bodies = [
        r["response"]["body"] for record in web for r in record["test_keys"]["requests"] if r["response"]["code"] == 200
    ]
    leaves = {
        step["peer_certificates"][0]["data"]
        for record in web
        for step in record["test_keys"].get("tls_handshakes") or ()
        if step["peer_certificates"]
    }
    assert len(set(bodies)) > 0.9 * len(bodies)
    assert len(leaves) > 100
    assert len({record["input"] for record in web}) > 150


def test_every_line_is_a_measurement_of_its_own() -> None:
    lines = list(load.lines(200))
    assert all(line.endswith(b"\n") and line.count(b"\n") == 1 for line in lines)
    assert len(set(lines)) == 200
