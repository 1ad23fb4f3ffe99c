"""Every kind of behaviour, and censors by the names that worlds use."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from trigpoint.discovery import declared
from trigpoint.errors import InputError
from trigpoint.lab import censors as folder
from trigpoint.lab.engine.behaviour import Behaviour, build

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trigpoint.lab.engine.censor import Censor


@cache
def behaviours() -> Mapping[str, Behaviour]:
    """Give every behaviour by name.

    Raises:
        DeclarationError: a file of ``lab/censors`` does not declare one.

    """
    return declared(folder, "CENSOR", Behaviour)


def censor(identifier: str, behaviour: str, values: Mapping[str, Any]) -> Censor:
    """Make a censor: its name, its kind, its parameters as TOML gives them.

    Raises:
        InputError: there is no such kind, a key is unknown, or a value cannot be.

    """
    kind = behaviours().get(behaviour)
    if kind is None:
        message = f"censor {identifier!r}: behaviour: there is no {behaviour!r}; there are {', '.join(behaviours())}"
        raise InputError(message)
    return build(kind, identifier, values)


def censors(entries: Sequence[Mapping[str, Any]]) -> tuple[Censor, ...]:
    """Make the censors of a world: tables with ``id``, ``behaviour``, and parameters beside them.

    Raises:
        InputError: as :func:`censor`; or an id or a behaviour is missing, or an id comes twice.

    """
    made: dict[str, Censor] = {}
    for number, entry in enumerate(entries):
        identifier, behaviour = entry.get("id"), entry.get("behaviour")
        for key, value in (("id", identifier), ("behaviour", behaviour)):
            if not isinstance(value, str):
                message = f"censor[{number}]: {key}: a text is needed"
                raise InputError(message)
        if identifier in made:
            message = f"censor[{number}]: id: {identifier!r} comes twice"
            raise InputError(message)
        values = {key: value for key, value in entry.items() if key not in {"id", "behaviour"}}
        made[str(identifier)] = censor(str(identifier), str(behaviour), values)
    return tuple(made.values())
