"""Laws of the vocabulary of mechanisms."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import mechanisms
from trigpoint.model.mechanism import MECHANISMS, ancestors, deepest_common, one_per_layer

LAYERS = {"dns", "tcp", "tls", "http", "quic", "udp", "ip"}


def _join(left: str | None, right: str | None) -> str | None:
    """Give the deepest common node of two, where there may be none."""
    return None if left is None or right is None else deepest_common([left, right])


def test_every_prefix_of_a_node_is_a_node() -> None:
    assert all(parent in MECHANISMS for name in MECHANISMS for parent in ancestors(name))


def test_every_node_belongs_to_a_known_layer() -> None:
    assert {name.split(".")[0] for name in MECHANISMS} == LAYERS


def test_a_parent_stands_before_its_children() -> None:
    order = list(MECHANISMS)
    assert all(order.index(parent) <= order.index(name) for name in order for parent in ancestors(name))


def test_every_node_has_a_meaning_of_its_own() -> None:
    meanings = [node.meaning for node in MECHANISMS.values()]
    assert all(meanings)
    assert len(set(meanings)) == len(meanings)


@given(mechanisms)
def test_ancestors_are_the_prefixes_down_to_the_node_itself(name: str) -> None:
    path = ancestors(name)
    assert path[-1] == name
    assert [parent.count(".") for parent in path] == list(range(len(path)))
    assert all(name == parent or name.startswith(f"{parent}.") for parent in path)


@given(st.lists(mechanisms, min_size=1))
def test_the_deepest_common_node_is_above_all_and_nothing_deeper_is(names: list[str]) -> None:
    shared = set.intersection(*(set(ancestors(name)) for name in names))
    assert deepest_common(names) == max(shared, key=len, default=None)


@given(mechanisms, mechanisms)
def test_deepest_common_is_commutative(left: str, right: str) -> None:
    assert _join(left, right) == _join(right, left)


@given(mechanisms, mechanisms, mechanisms)
def test_deepest_common_is_associative(first: str, second: str, third: str) -> None:
    assert _join(_join(first, second), third) == _join(first, _join(second, third))


@given(mechanisms)
def test_deepest_common_is_idempotent(name: str) -> None:
    assert deepest_common([name, name]) == name


def test_nothing_has_no_common_node() -> None:
    assert deepest_common([]) is None


def test_different_layers_have_no_common_node() -> None:
    assert deepest_common(["tcp.reset", "tls.reset"]) is None


@given(st.lists(mechanisms))
def test_one_per_layer_keeps_each_layer_once_and_is_sorted(names: list[str]) -> None:
    kept = one_per_layer(names)
    layers = [name.split(".")[0] for name in kept]
    assert len(set(layers)) == len(layers)
    assert set(layers) == {name.split(".")[0] for name in names}
    assert list(kept) == sorted(kept)


@given(st.lists(mechanisms))
def test_one_per_layer_never_says_more_than_was_given(names: list[str]) -> None:
    given_or_above = {parent for name in names for parent in ancestors(name)}
    assert set(one_per_layer(names)) <= given_or_above


@given(st.lists(mechanisms))
def test_one_per_layer_changes_nothing_the_second_time(names: list[str]) -> None:
    assert one_per_layer(one_per_layer(names)) == one_per_layer(names)


@given(st.lists(mechanisms, max_size=4))
def test_one_per_layer_does_not_depend_on_order_or_repetition(names: list[str]) -> None:
    assert {one_per_layer([*order, *names]) for order in permutations(names)} == {one_per_layer(names)}


@given(mechanisms)
def test_on_one_branch_the_deepest_stays(name: str) -> None:
    assert one_per_layer(ancestors(name)) == (name,)


def test_branches_give_their_common_ancestor() -> None:
    assert one_per_layer(["tls.reset.sni", "tls.timeout"]) == ("tls",)
    assert one_per_layer(["dns.injection.bogon", "dns.injection.other"]) == ("dns.injection",)


@pytest.mark.parametrize("name", ["", "tls.", "tls.unheard_of", "TLS"])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(KeyError):
        ancestors(name)
    with pytest.raises(KeyError):
        deepest_common(["tls", name])
    with pytest.raises(KeyError):
        one_per_layer(["tls", "tls.reset", name])
