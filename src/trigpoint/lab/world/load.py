"""Worlds from TOML: those that come along, and anybody's own."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.errors import InputError
from trigpoint.lab.world.world import World, check

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from importlib.resources.abc import Traversable

MOST_BYTES = 1_000_000
"""Size of the largest world file."""
_KEYS: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "network": lambda entry: entry.get("name"),
    "host": lambda entry: entry.get("name"),
    "site": lambda entry: entry.get("name"),
    "record": lambda entry: (entry.get("name"), entry.get("type"), entry.get("value")),
    "censor": lambda entry: entry.get("id"),
    "truth": lambda entry: (entry.get("target"), tuple(entry.get("networks", ())), entry.get("url")),
}
"""The tables of a world, and what makes two entries the same, so that a variant can replace one."""
_WITHOUT = {"censor": "id", "host": "name", "site": "name", "truth": "target"}
_PLAIN = ("title", "meaning", "source", "country", "time_scale")


def names() -> tuple[str, ...]:
    """Give the names of all worlds that come along, variants as ``world:variant``."""
    found = []
    for file in _folder():
        world = file.name.removesuffix(".toml")
        found += [world, *(f"{world}:{variant}" for variant in _variants(_parsed(file.read_bytes(), file.name)))]
    return tuple(found)


def load(name: str) -> World:
    """Read a world: one that comes along by its name, any other by the path of its file, which ends in ``.toml``.

    Args:
        name: such as ``iran``, ``gfw-2024:henan``, ``worlds/mine.toml`` or ``worlds/mine.toml:night``.

    Raises:
        InputError: there is none, or it cannot be; file and key are named.

    """
    base, _, variant = name.partition(":") if not Path(name).is_file() else (name, "", "")
    if base.endswith(".toml"):
        return _read(_bytes(Path(base)), base, Path(base).stem, variant)
    for file in _folder():
        if file.name == f"{base}.toml":
            return _read(file.read_bytes(), file.name, base, variant)
    message = f"there is no world {base!r}; there are {', '.join(names())}, and files whose names end in .toml"
    raise InputError(message)


def _folder() -> list[Traversable]:
    folder = files("trigpoint.lab").joinpath("worlds")
    return sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        message = f"{path}: {error.strerror or error}"
        raise InputError(message) from error
    if len(data) > MOST_BYTES:
        message = f"{path}: larger than {MOST_BYTES} bytes, which no world is"
        raise InputError(message)
    return data


def _parsed(data: bytes, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"{where}: not TOML ({error})"
        raise InputError(message) from error


def _variants(document: Mapping[str, Any]) -> dict[str, Any]:
    variants = document.get("variant", {})
    return variants if isinstance(variants, dict) else {}


def _read(data: bytes, where: str, base: str, variant: str) -> World:
    document = _parsed(data, where)
    try:
        values = _varied(document, variant)
        values["name"] = f"{base}:{variant}" if variant else base
        world = msgspec.convert(values, World)
        check(world)
    except msgspec.ValidationError as error:
        message = f"{where}: {str(error).replace('`$.', '`').replace(' - at `$`', '')}"
        raise InputError(message) from error
    except InputError as error:
        message = f"{where}: {error}"
        raise InputError(message) from error
    return world


def _varied(document: dict[str, Any], variant: str) -> dict[str, Any]:
    """Give the tables of a world, changed as a variant says: entries of the same name are replaced, others added."""
    values = {key: value for key, value in document.items() if key != "variant"}
    if not variant:
        return values
    variants = _variants(document)
    if not isinstance(variants.get(variant), dict):
        message = f"there is no variant {variant!r}; there are {', '.join(variants) or 'none'}"
        raise InputError(message)
    changes = dict(variants[variant])
    for key, name in _WITHOUT.items():
        gone = changes.pop(f"without_{key}", [])
        values[key] = [entry for entry in values.get(key, []) if entry.get(name) not in gone]
    for key, value in changes.items():
        if key in _PLAIN:
            values[key] = value
        elif key in _KEYS and isinstance(value, list):
            values[key] = _replaced(values.get(key, []), value, _KEYS[key])
        else:
            message = f"variant.{variant}: a variant has no `{key}`"
            raise InputError(message)
    return values


def _replaced(
    entries: list[dict[str, Any]], changes: list[dict[str, Any]], key: Callable[[Mapping[str, Any]], object]
) -> list[dict[str, Any]]:
    by_key = {key(entry): entry for entry in entries}
    by_key.update({key(change): change for change in changes})
    return list(by_key.values())
