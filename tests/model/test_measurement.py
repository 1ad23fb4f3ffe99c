"""Measurements and rejects."""

from __future__ import annotations

from trigpoint.model.measurement import Measurement, Reject


def test_a_measurement_without_anything_optional_has_no_steps_and_no_facts() -> None:
    bare = Measurement(id="00", nettest="web_connectivity", source="11", path="a.json", line=1)
    assert (bare.steps, bare.certificates, bare.bodies) == ((), (), ())
    assert (bare.probe_cc, bare.has_control, bare.probe_verdict) == (None, None, None)


def test_a_reject_of_a_whole_file_has_no_line() -> None:
    assert Reject(path="a.json", reason="The file is not JSON.").line is None
