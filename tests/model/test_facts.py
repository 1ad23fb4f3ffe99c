"""Facts: unknown is not false."""

from __future__ import annotations

import msgspec
import pytest

from trigpoint.model.facts import AddressFacts, LeafFacts


@pytest.mark.parametrize("kind", [AddressFacts, LeafFacts])
def test_what_is_not_known_is_missing_and_never_false(kind: type[msgspec.Struct]) -> None:
    assert set(msgspec.structs.asdict(kind()).values()) == {None}
