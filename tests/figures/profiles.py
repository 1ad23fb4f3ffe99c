"""The published profiles of the Data Package standard, version 2, as dplib carries them; nothing is fetched."""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def _profile(name: str) -> dict[str, Any]:
    spec = find_spec("dplib")
    assert spec is not None
    assert spec.origin is not None
    found: dict[str, Any] = json.loads((Path(spec.origin).parent / "profiles" / "2.0" / f"{name}.json").read_bytes())
    return found


def profile_errors(package: Mapping[str, Any], name: str = "datapackage") -> list[str]:
    """Give what a descriptor has against its profile; of a package those of the schemas of its tables, too."""
    validator = jsonschema.validators.validator_for(_profile(name))(_profile(name))
    errors = [f"{list(error.absolute_path)}: {error.message}" for error in validator.iter_errors(package)]
    schemas = [one["schema"] for one in package.get("resources", ()) if "schema" in one]
    return [*errors, *(error for schema in schemas for error in profile_errors(schema, "tableschema"))]
