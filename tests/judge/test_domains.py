"""How two host names are related."""

from __future__ import annotations

import polars as pl
import pytest

from trigpoint.judge.domains import is_related, is_variant


@pytest.mark.parametrize(
    ("host", "asked", "expected"),
    [
        ("www.example.org", "example.org", (True, False)),
        ("xl.example.org", "www.example.org", (True, True)),
        ("www.example.co.uk", "www.example.org", (True, True)),
        ("www.elsewhere.org", "www.example.org", (False, False)),
        ("www.t.co", "www.t.me", (False, False)),
    ],
)
def test_hosts_of_one_brand_are_related(host: str, asked: str, expected: tuple[bool, bool]) -> None:
    frame = pl.DataFrame({"host": [host], "asked": [asked]})
    related = is_related(pl.col("host"), pl.col("asked"))
    assert frame.select(a=related, b=is_variant(pl.col("host"), pl.col("asked"))).row(0) == expected
