from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.lab.engine.names import NameList, Names

SERIES = [
    *({"exact": (entry,)} for entry in ("{2..1}.a", "{1..2", "a}", "{}", "{1..9999999999}", "{a..b}", "{1..2}{1..2}")),
    {"suffix": ("{1..2}.{3}",)},
]
labels = st.text("abc-", min_size=1, max_size=5)
names = st.lists(labels, min_size=1, max_size=5).map(".".join)


@given(names, names)
def test_a_suffix_means_a_name_and_what_is_below_it(suffix: str, other: str) -> None:
    listed = NameList(Names(suffix=(suffix,)))
    assert listed.find(suffix) == listed.find(f"{other}.{suffix}") == f"suffix {suffix}"
    assert bool(listed.find(other)) == (other == suffix or other.endswith("." + suffix))


@pytest.mark.parametrize(
    ("entry", "name", "found"),
    [
        ({"exact": ("a.example",)}, "A.example", "exact a.example"),
        ({"exact": ("a.example",)}, "b.a.example", None),
        ({"exact": ("a.example",), "case": "sensitive"}, "A.example", None),
        ({"suffix": (".example",)}, "a.example", "suffix example"),
        ({"substring": ("t.co",)}, "reddit.com", "substring t.co"),
        ({"substring": ("T.CO",), "case": "sensitive"}, "reddit.com", None),
        ({"regex": (r"(^|\.)google\.",)}, "www.GOOGLE.com", r"regex (^|\.)google\."),
        ({"regex": ("919\\.com$",), "case": "sensitive"}, "x919.com", "regex 919\\.com$"),
        ({"regex": ("^b$",)}, "a", None),
        ({"exact": ("site-{9..10}.example",)}, "SITE-10.example", "exact site-10.example"),
        ({"exact": ("Site-{9..10}.example",), "case": "sensitive"}, "site-10.example", None),
        ({"exact": ("site-{9..10}.example",)}, "www.site-10.example", None),
        ({"exact": ("site-{9..10}.example",)}, "site-8.example", None),
        ({"exact": ("site-{9..10}.example",)}, "site-11.example", None),
        ({"exact": ("site-{9..10}.example",)}, "site-010.example", None),
        ({"exact": ("{0..0}",)}, "0", "exact 0"),
        ({"suffix": (".site-{1..600}.example",)}, "a.b.site-600.example", "suffix site-600.example"),
        ({"suffix": ("site-{1..600}.example",)}, "site-1.example", "suffix site-1.example"),
        ({"suffix": ("site-{1..600}.example", "b.example")}, "a.b.example", "suffix b.example"),
        ({"suffix": ("site-{1..600}.example",)}, "onsite-1.example", None),
        ({"suffix": ("site.{1..600}",)}, "site-1", None),
        ({}, "whatever", "any name"),
    ],
)
def test_each_kind_of_list(entry: dict, name: str, found: str | None) -> None:
    assert NameList(Names(**entry)).find(name) == found


@pytest.mark.parametrize(
    "entry", [{"regex": ("(",)}, {"regex": ("a" * 1_001,)}, {"exact": ("",)}, {"suffix": ("a", "")}, *SERIES]
)
def test_entries_that_cannot_be_meant_are_refused_by_key(entry: dict) -> None:
    with pytest.raises(ValueError, match=f"^{next(iter(entry))}: "):
        Names(**entry)


def test_a_very_long_name_is_looked_at_only_so_far() -> None:
    assert NameList(Names(substring=("end",))).find("x" * 2_000 + "end") is None


@pytest.mark.parametrize("pattern", ["^(a+)+$", "(a|aa)*$", r"(a)\1", ".*.*.*x"])
def test_a_pattern_that_can_take_long_is_refused_and_named(pattern: str) -> None:
    with pytest.raises(ValueError, match=rf"^regex: {re.escape(repr(pattern))} can take too long"):
        Names(regex=(pattern,))


def test_the_slowest_pattern_that_is_allowed_ends() -> None:
    listed = NameList(Names(regex=(r"a*a*b",)))
    assert listed.find("a" * 5_000) is None
