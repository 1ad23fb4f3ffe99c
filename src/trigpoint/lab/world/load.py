"""Worlds from TOML: those that come along, and anybody's own.

A file says either everything, or with ``base = "open"`` what is different from a world that comes along: entries of
the same name replace those of the base, others are added, and ``without_host = ["cdn"]`` leaves some out. A variant
(``[variant.night]``) says in the same way what is different from its world.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.errors import InputError
from trigpoint.given import content_of
from trigpoint.lab.world.texts import check_texts
from trigpoint.lab.world.world import World, check

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

MOST_BYTES = 2**20
"""Size of the largest world file."""
_KEYS: Mapping[str, tuple[str, ...]] = {
    "network": ("name",),
    "host": ("name",),
    "site": ("name",),
    "record": ("name", "type", "value"),
    "censor": ("id",),
    "truth": ("target", "networks", "url", "families"),
}
"""The tables of a world, and what makes two entries the same, so that a variant can replace one."""
_WITHOUT = {"network": "name", "censor": "id", "host": "name", "site": "name", "truth": "target"}
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
    if path.exists() and not path.is_file():  # a pipe would be waited for
        message = f"{path} is no regular file"
        raise InputError(message)
    return content_of(path, MOST_BYTES)


def _parsed(data: bytes, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"{where}: not TOML ({error})"
        raise InputError(message) from error


def _variants(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give the variants of a world by name.

    Raises:
        InputError: they are no tables.

    """
    variants = document.get("variant", {})
    if isinstance(variants, dict) and all(name and isinstance(table, dict) for name, table in variants.items()):
        return variants
    message = "variant: tables with names are needed, such as [variant.night]"
    raise InputError(message)


def _read(data: bytes, where: str, base: str, variant: str) -> World:
    document = _parsed(data, where)
    try:
        check_texts(document)
        document = _on_base(document)
        shapes = {other: _shaped(document, base, other) for other in ("", *_variants(document))}
        world = shapes.get(variant) or _shaped(document, base, variant)
        check(world)
    except InputError as error:
        message = f"{where}: {error}"
        raise InputError(message) from error
    return world


def _shaped(document: dict[str, Any], base: str, variant: str) -> World:
    """Read a world, or a variant of it, without asking whether its parts fit together."""
    values = {**_varied(document, variant), "name": f"{base}:{variant}" if variant else base}
    try:
        return msgspec.convert(values, World)
    except msgspec.ValidationError as error:
        where = f"variant.{variant}: " if variant else ""
        message = f"{where}{str(error).replace('`$.', '`').replace(' - at `$`', '')}"
        raise InputError(message) from error


def _on_base(document: dict[str, Any]) -> dict[str, Any]:
    """Give the tables of a world that says on which other it is built, changed as a variant changes them."""
    base = document.get("base", "")
    if not base:
        return document
    for file in _folder():
        if file.name == f"{base}.toml":
            ground = {**_parsed(file.read_bytes(), file.name), "variant": {}}
            own = {key: value for key, value in document.items() if key not in {"base", "variant"}}
            return {**_changed(ground, own, "world"), "variant": document.get("variant", {})}
    message = f"base: there is no world {base!r}"
    raise InputError(message)


def _varied(document: dict[str, Any], variant: str) -> dict[str, Any]:
    """Give the tables of a world, changed as a variant says: entries of the same name are replaced, others added."""
    values = {key: value for key, value in document.items() if key != "variant"}
    if not variant:
        return values
    variants = _variants(document)
    if variant not in variants:
        message = f"there is no variant {variant!r}; there are {', '.join(variants) or 'none'}"
        raise InputError(message)
    return _changed(values, variants[variant], f"variant.{variant}")


def _changed(ground: Mapping[str, Any], changes: Mapping[str, Any], where: str) -> dict[str, Any]:
    values = dict(ground)
    for key, change in sorted(changes.items(), key=lambda item: not item[0].startswith("without_")):
        plain = key.removeprefix("without_")
        if key in _PLAIN:
            values[key] = change
        elif plain != key and plain in _WITHOUT:
            if not (isinstance(change, list) and all(isinstance(name, str) for name in change)):
                message = f"{where}: {key}: a list of names is needed"
                raise InputError(message)
            values[plain] = [entry for entry in _entries(values, plain) if entry.get(_WITHOUT[plain]) not in change]
        elif key in _KEYS:
            _check_twice(changes, key, where)
            values[key] = _replaced(_entries(values, key), _entries(changes, key), _KEYS[key])
        else:
            message = f"{where}: there is no `{key}`"
            raise InputError(message)
    return values


def _entries(values: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    entries = values.get(key, [])
    if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries):
        return entries
    message = f"{key}: a list of tables is needed"
    raise InputError(message)


def _check_twice(changes: Mapping[str, Any], key: str, where: str) -> None:
    """Refuse two entries that mean the same one: the later would replace the earlier without a word.

    Raises:
        InputError: the entries are named.

    """
    told: set[str] = set()
    for entry in _entries(changes, key):
        name = _name(entry, _KEYS[key])
        if name in told:
            told_by = ", ".join(f"{part} {entry[part]!r}" for part in _KEYS[key] if part in entry)
            message = f"{where}: {key}: {told_by or 'an entry without a name'} comes twice"
            raise InputError(message)
        told.add(name)


def _name(entry: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    return repr([entry.get(key) for key in keys])


def _replaced(
    entries: list[dict[str, Any]], changes: list[dict[str, Any]], keys: tuple[str, ...]
) -> list[dict[str, Any]]:
    by_key = {_name(entry, keys): entry for entry in (*entries, *changes)}
    return list(by_key.values())
