"""Recognising Censored Planet's files by the keys of their records."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.archive.censored_planet.records import answer_v1, answer_v20, answer_v22, lines, old_trial, text, trial
from tests.archive.shapes import record
from trigpoint.archive.censored_planet.shape import has_lookups, has_trials
from trigpoint.archive.reading import recognised


def name_of(head: bytes) -> str | None:
    form = recognised(head)
    return form.name if form else None


@pytest.mark.parametrize("written", [trial(), old_trial({}), {"Ip": "192.0.2.1", "Service": "echo", "Keyword": "x"}])
def test_tries_of_a_name_are_hyperquacks(written: dict[str, object]) -> None:
    assert name_of(text(written)) == "hyperquack"
    assert name_of(b"damaged line\n" + text(written)) == "hyperquack"


@pytest.mark.parametrize(
    "written",
    [
        answer_v1([]),
        answer_v20({}),
        answer_v22(),
        {"ip": "192.0.2.1", "query": "site.example", "error": "no_answer"},
        {"vp": "192.0.2.1", "name": "ns.example."},
        {"resolver": "192.0.2.1", "country": "Kenya"},
        {"ip": "192.0.2.1", "http": None, "cert": None, "asnum": 1, "asname": "X"},
        {"ip": "192.0.2.1", "keyword": "site.example", "fetched": False},
        {"saddr": "192.0.2.1", "data": "00"},
        {"answer": "192.0.2.1"},
    ],
)
def test_questions_to_resolvers_and_what_belongs_to_them_are_satellites(written: dict[str, object]) -> None:
    assert name_of(text(written)) == "satellite"


def test_a_record_of_ooni_is_ooni_s_whatever_keys_it_holds() -> None:
    assert name_of(text(record(annotations={"vp": "1", "test_url": "2", "service": "3", "response": "4"}))) == "ooni"


def test_a_key_inside_text_is_no_key() -> None:
    assert name_of(lines({"body": '{"vp": "192.0.2.1", "test_url": "x"}'})) == "ooni"


@given(st.binary())
def test_any_bytes_are_recognised_or_not(head: bytes) -> None:
    assert not (has_trials(head) and has_lookups(head))
