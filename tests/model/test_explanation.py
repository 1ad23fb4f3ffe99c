"""The vocabulary of explanations."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.strategies import explanations
from trigpoint.model.explanation import EXPLANATIONS, family
from trigpoint.model.mechanism import MECHANISMS

FAMILIES = {
    "collateral",
    "control",
    "dns",
    "http",
    "input",
    "isp",
    "local",
    "network",
    "path",
    "probe",
    "resolver",
    "self",
    "server",
    "site",
}


def test_every_name_leads_to_its_own_node() -> None:
    assert all(name == node.name for name, node in EXPLANATIONS.items())


def test_meanings_are_there_and_unique() -> None:
    meanings = [node.meaning for node in EXPLANATIONS.values()]
    assert all(meanings)
    assert len(set(meanings)) == len(meanings)


def test_no_name_is_a_mechanism_too() -> None:
    assert not EXPLANATIONS.keys() & MECHANISMS.keys()


def test_no_node_was_declared_twice() -> None:
    assert len(EXPLANATIONS) == 30


def test_families_are_known() -> None:
    assert {family(name) for name in EXPLANATIONS} == FAMILIES


@given(explanations)
def test_the_family_is_the_first_label(name: str) -> None:
    assert name == family(name) or name.startswith(f"{family(name)}.")


@pytest.mark.parametrize("name", ["", "site", "site.unheard_of"])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(KeyError):
        family(name)
