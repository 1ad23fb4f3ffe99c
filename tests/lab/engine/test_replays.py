from __future__ import annotations

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from trigpoint.lab.engine.draws import Draws
from trigpoint.lab.engine.replays import ProbeKind, said


@given(st.sampled_from(get_args(ProbeKind)), st.binary(max_size=300), st.integers())
def test_the_same_draws_say_the_same(kind: ProbeKind, payload: bytes, seed: int) -> None:
    assert said(kind, payload, Draws(seed)) == said(kind, payload, Draws(seed))
    assert kind not in {"R1", "R2", "R3", "R4", "R5"} or len(said(kind, payload, Draws(seed))) == len(payload)
