"""Making what does not fit a type fit it: exactly the values that do not fit become missing (R3).

The way through :func:`fitted` is one conversion in C. Only where that fails, one value at a time is looked at.
"""

from __future__ import annotations

from functools import lru_cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

Wanted = TypeVar("Wanted")


def fitted(value: object, wanted: type[Wanted]) -> Wanted | None:
    """Convert a decoded JSON value to a record; values inside that do not fit become missing.

    Returns:
        The record, or None where the value is not even an object.

    """
    try:
        return msgspec.convert(value, wanted, strict=False)
    except (msgspec.ValidationError, ValueError, OverflowError):
        if not isinstance(value, dict):
            return None
        return msgspec.convert(_fit(value, wanted), wanted, strict=False)


def _fit(value: object, wanted: Any) -> object:  # noqa: ANN401 - a type annotation of any form
    """Replace what does not fit by None, which every field and element of the raw records allows."""
    for kind in _alternatives(wanted):
        origin, arguments = get_origin(kind), get_args(kind)
        if kind is Any:
            return value
        if isinstance(value, dict) and isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            fields = _fields(kind)
            return {key: _fit(inner, fields[key]) for key, inner in value.items() if key in fields}
        if isinstance(value, list) and origin is list:
            return [_fit(inner, arguments[0]) for inner in value]
        if isinstance(value, dict) and origin is dict:
            return {key: _fit(inner, arguments[1]) for key, inner in value.items()}
    return _leaf(value, wanted)


def _leaf(value: object, wanted: Any) -> object:  # noqa: ANN401 - as above
    try:
        return msgspec.convert(value, wanted, strict=False)
    except (msgspec.ValidationError, ValueError, OverflowError):
        return None


def _alternatives(wanted: Any) -> tuple[Any, ...]:  # noqa: ANN401 - as above
    if get_origin(wanted) in (UnionType, Union):
        return tuple(kind for kind in get_args(wanted) if kind is not NoneType)
    return (get_args(wanted)[0],) if get_origin(wanted) is Annotated else (wanted,)


@lru_cache(64)
def _fields(record: type[msgspec.Struct]) -> Mapping[str, Any]:
    return get_type_hints(record, include_extras=True)
