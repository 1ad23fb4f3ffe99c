from __future__ import annotations

import base64
import ipaddress
import json

from trigpoint.sample import load
from trigpoint.sample.dnswire import encode_name


def test_lines_repeat_for_the_same_seed() -> None:
    assert list(load.lines(40)) == list(load.lines(40))
    assert list(load.lines(40)) != list(load.lines(40, seed=1))


def test_each_site_is_measured_by_several_probes_that_come_back_late() -> None:
    inputs = [json.loads(line)["input"] for line in load.lines(200)]
    sites = 200 // load.PROBES
    assert inputs[:sites] == inputs[sites : 2 * sites]
    assert len(set(inputs[:sites])) > 0.8 * sites


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
    assert len(leaves) > 0.6 * 200 / load.PROBES


def test_every_line_is_a_measurement_of_its_own() -> None:
    lines = list(load.lines(600))
    assert all(line.endswith(b"\n") and line.count(b"\n") == 1 for line in lines)
    assert len(set(lines)) == 600


def test_raw_replies_say_what_was_read_from_them() -> None:
    compared = 0
    for record in map(json.loads, load.lines(100)):
        for query in record["test_keys"].get("queries") or ():
            written = [answer["ipv4"] for answer in query["answers"] or () if "ipv4" in answer]
            if query.get("raw_response") and written:
                message = base64.b64decode(query["raw_response"])
                assert encode_name(query["hostname"]) in message
                assert all(ipaddress.ip_address(address).packed in message for address in written)
                compared += 1
    assert compared > 50
