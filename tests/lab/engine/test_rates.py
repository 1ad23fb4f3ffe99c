from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trigpoint.lab.engine.rates import Bucket


@given(st.lists(st.tuples(st.floats(0, 10), st.integers(1, 2_000)), max_size=40))
def test_a_bucket_never_gives_more_than_its_burst_and_its_rate(steps: list[tuple[float, int]]) -> None:
    bucket = Bucket(1_000.0, 3_000.0, 3_000.0, 0.0)
    now, given_ = 0.0, 0
    for wait, size in steps:
        now += wait
        bucket.fill(now)
        assert bucket.level <= 3_000
        if bucket.level >= size:
            bucket.level -= size
            given_ += size
    assert given_ <= 3_000 + 1_000 * now + 1e-6


def test_time_that_runs_backwards_gives_nothing() -> None:
    bucket = Bucket(1_000.0, 3_000.0, 0.0, 5.0)
    bucket.fill(4.0)
    assert (bucket.level, bucket.time) == (0.0, 5.0)
