"""What a file of ``lab/censors`` declares, and how a world's parameters become a censor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

import msgspec

from trigpoint.errors import InputError
from trigpoint.lab.engine.censor import Censor, blocks
from trigpoint.lab.engine.group import Group
from trigpoint.lab.engine.match import FlowFilter, Match
from trigpoint.lab.engine.placement import Placement, Schedule
from trigpoint.lab.engine.residual import Residual
from trigpoint.lab.engine.response import Response
from trigpoint.lab.engine.triggers import Trigger
from trigpoint.model.explanation import EXPLANATIONS

_LONGEST_ID = 64


class Parameters(Group, frozen=True, kw_only=True):
    """What every behaviour can be told."""

    placement: Placement = Placement()
    """Where it stands."""
    schedule: Schedule = Schedule()
    """When it works."""
    residual: Residual | None = None
    """What stays blocked after a hit. Missing: nothing."""
    explains: str = ""
    """Node of the vocabulary of explanations that the log has in place of a mechanism, such as ``local.dns_filter``: a
    device, a house or an office filters for itself, which is no censorship. Empty: the mechanism."""

    def __post_init__(self) -> None:
        """Refuse what explains nothing."""
        if self.explains and self.explains not in EXPLANATIONS:
            message = f"explains: there is no {self.explains!r}"
            raise ValueError(message)


class Plan(msgspec.Struct, frozen=True):
    """What a behaviour makes of its parameters."""

    trigger: Trigger
    response: Response
    cause: str
    """Node of the vocabulary of mechanisms, or of explanations."""
    match: Match = Match()
    """Which flows it looks at."""
    ports: tuple[int, ...] = ()
    """Ports of the server, where the match names none; none for all."""
    protocols: tuple[str, ...] = ("tcp",)
    """What IP carries, where the match says nothing; none for all."""


class Behaviour(msgspec.Struct, frozen=True):
    """One kind of interference, or of trouble that is none."""

    name: str
    """As its module."""
    meaning: str
    """What it does, in a sentence for a person."""
    source: str
    """Where it was described."""
    parameters: type[Parameters]
    make: Callable[[Any, Literal["on", "in"]], Plan]
    """Makes the plan from the parameters, and whether it stands on or in the path."""
    causes: tuple[str, ...]
    """Every node that it may log."""
    paths: tuple[Annotated[str, msgspec.Meta(pattern="^(on|in)$")], ...]
    """Where it can stand; the first is usual."""
    example: Mapping[str, Any]
    """Parameters under which it acts, as a world writes them."""


def build(behaviour: Behaviour, identifier: str, values: Mapping[str, Any]) -> Censor:
    """Make a censor of a world's parameters.

    Args:
        behaviour: its kind.
        identifier: its name in the world.
        values: parameters, as TOML gives them.

    Raises:
        InputError: a key is unknown, or a value cannot be; the key is named.

    """
    where = f"censor {identifier[:_LONGEST_ID]!r} ({behaviour.name})"
    if not 0 < len(identifier) <= _LONGEST_ID:
        message = f"{where}: id: between 1 and {_LONGEST_ID} characters"
        raise InputError(message)
    try:
        parameters = msgspec.convert(values, behaviour.parameters)
        path = _path(behaviour, parameters.placement)
        plan = behaviour.make(parameters, path)
    except ValueError as error:  # msgspec.ValidationError is one
        text = str(error).replace("`$.", "`").replace(" - at `$`", "")
        message = f"{where}: {text}"
        raise InputError(message) from error
    residual = parameters.residual
    if residual and path == "on" and (residual.escalation or residual.action.startswith("drop")):
        key = "escalation" if residual.escalation else "action"
        message = f"{where}: residual.{key}: nothing can be dropped on the path; placement.path = 'in' is needed"
        raise InputError(message)
    return Censor(
        identifier,
        behaviour.name,
        path,
        parameters.placement,
        parameters.schedule,
        FlowFilter(plan.match, plan.ports, plan.protocols),
        plan.trigger,
        plan.response,
        parameters.explains or plan.cause,
        residual,
        blocks(residual, plan.response),
        is_local=bool(parameters.explains),
    )


def _path(behaviour: Behaviour, placement: Placement) -> Literal["on", "in"]:
    path = placement.path or behaviour.paths[0]
    if path not in behaviour.paths:
        message = f"placement.path: {behaviour.name} works only {behaviour.paths[0]!r} the path"
        raise ValueError(message)
    return "on" if path == "on" else "in"
