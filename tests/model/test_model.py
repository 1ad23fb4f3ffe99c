"""What holds for every record, whichever file of ``model`` declares it."""

from __future__ import annotations

import importlib
import pkgutil
from typing import get_args, get_type_hints

import msgspec
import pytest

import trigpoint.model
from trigpoint.store.schemas import field_meanings

MODULES = [
    importlib.import_module(f"trigpoint.model.{found.name}") for found in pkgutil.iter_modules(trigpoint.model.__path__)
]
RECORDS = {
    f"{module.__name__.rsplit('.', 1)[1]}.{name}": kind
    for module in MODULES
    for name, kind in vars(module).items()
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind.__module__ == module.__name__
}
FIELDS = {
    f"{name}.{field.name}": (kind, field.name)
    for name, kind in RECORDS.items()
    for field in msgspec.structs.fields(kind)
}


def test_there_are_records() -> None:
    assert len(RECORDS) > 10


@pytest.mark.parametrize("kind", RECORDS.values(), ids=RECORDS)
def test_a_record_is_frozen_and_says_what_it_is(kind: type[msgspec.Struct]) -> None:
    assert kind.__struct_config__.frozen
    assert kind.__doc__


@pytest.mark.parametrize(("kind", "field"), FIELDS.values(), ids=FIELDS)
def test_a_field_has_its_meaning_beneath_it(kind: type[msgspec.Struct], field: str) -> None:
    meaning = field_meanings(kind).get(field, "")
    assert meaning.strip()
    assert meaning.rstrip()[-1] in ".?"


@pytest.mark.parametrize(("kind", "field"), FIELDS.values(), ids=FIELDS)
def test_a_field_says_what_missing_means_exactly_where_it_can_be_missing(
    kind: type[msgspec.Struct], field: str
) -> None:
    can_be_missing = type(None) in get_args(get_type_hints(kind)[field])
    assert ("Missing:" in field_meanings(kind)[field]) == can_be_missing


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_model_imports_nothing_above_it(module: object) -> None:
    foreign = {
        value.__module__
        for value in vars(module).values()
        if getattr(value, "__module__", "").startswith("trigpoint.")
        and not value.__module__.startswith("trigpoint.model.")
    }
    assert foreign <= {"trigpoint.errors", "trigpoint.discovery"}
