from __future__ import annotations

import ast
from importlib.resources import files
from pathlib import Path

from trigpoint.figures.claims.why import because

FOLDER = Path(str(files("trigpoint.figures.claims")))


def test_a_reason_is_said_in_english_with_its_clauses_and_countries() -> None:
    why = because("members are {kind}, and {names} are states", kind=because("organisations"), names=("DZ", "RU"))
    assert str(why) == "members are organisations, and Algeria, Russia are states"


def test_no_reason_is_put_together_outside_its_message() -> None:
    """A reason of an f-string or of a variable has no translation, unless it is a word of a data file."""
    found = set[str]()
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "because":
                found |= set() if isinstance(node.args[0], ast.Constant) else {ast.unparse(node.args[0])}
    assert found == {"kind"}  # what members are: metrics.toml, which the catalogue knows
