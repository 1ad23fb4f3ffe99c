"""A rule's condition taken apart: what has to hold together, and which of it does not hold on a row.

Conditions are Polars expressions. Those that are joined by *and* are the parts that a person can check one by one.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHARING = pl.QueryOptFlags.none().update(comm_subexpr_elim=True)
"""Rules have parts in common, which are then looked at once."""

_NUMBER = re.compile(r"dyn (?:int|float): ")
_BOTH = 2
_WORDS: Mapping[type[ast.operator], ast.boolop] = {ast.BitAnd: ast.And(), ast.BitOr: ast.Or()}


class Condition(msgspec.Struct, frozen=True):
    """One part of a rule's condition, on one row."""

    text: str
    """The part as a formula over the columns of its frame."""
    holds: bool
    """Whether it holds; a value that is missing makes it not hold."""
    values: tuple[tuple[str, Any], ...]
    """Columns that it reads, each with its value on the row."""


def held(frame: pl.DataFrame, *conditions: pl.Expr) -> pl.DataFrame:
    """Give whether conditions hold on each row of a frame, a column each; what they share is looked at once."""
    names = [condition.meta.output_name() for condition in conditions]  # a condition may read no column at all
    return frame.lazy().with_columns(*conditions).select(names).collect(optimizations=_SHARING)


def parts(condition: pl.Expr) -> tuple[pl.Expr, ...]:
    """Take a condition apart at its *and*.

    >>> import polars as pl
    >>> [text(part) for part in parts((pl.col("a") == 1) & ~pl.col("b") & pl.col("c").is_in(["x", "y"]))]
    ['a == 1', 'not b', "c in {'x', 'y'}"]
    """
    inputs = condition.meta.pop()
    if len(inputs) == _BOTH:
        for left, right in (inputs, inputs[::-1]):
            if (left & right).meta.eq(condition):
                return *parts(left), *parts(right)
    return (condition,)


def text(condition: pl.Expr) -> str:
    """Write an expression as a formula that a person can read.

    >>> import polars as pl
    >>> text((pl.col("a") > 2) | ~((pl.col("b") == "x") & pl.col("c").is_null()))
    "a > 2 or not (b == 'x' and c is None)"
    """
    with pl.Config(fmt_table_cell_list_len=-1, fmt_str_lengths=1_000):
        told = str(condition)
    as_python = _NUMBER.sub("", told).replace(".not()", ".not_()").replace("false", "False").replace("true", "True")
    try:
        tree = ast.parse(as_python, mode="eval")
    except SyntaxError:  # an operation that Polars writes otherwise than Python: its own text then
        return told
    return ast.unparse(ast.fix_missing_locations(_Plain().visit(tree)))


class _Plain(ast.NodeTransformer):
    """Turns what Polars prints into words: ``[(col("a")).not()]`` into ``not a``."""

    def visit_List(self, node: ast.List) -> ast.AST:
        """Unwrap: Polars puts each operation into brackets."""
        self.generic_visit(node)
        return node.elts[0] if len(node.elts) == 1 else node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Write *and* and *or*, chains of one of them as one."""
        self.generic_visit(node)
        word = _WORDS.get(type(node.op))
        return node if word is None else ast.BoolOp(word, [*_members(node.left, word), *_members(node.right, word)])

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Write columns by their names, and *not*, *in* and *is None* as Python does."""
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id="col"), args=[ast.Constant(value=str(name))]):
                return ast.Name(name)
            case ast.Call(func=ast.Attribute(value=value, attr="not_")):
                return ast.UnaryOp(ast.Not(), value)
            case ast.Call(func=ast.Attribute(value=value, attr="is_null")):
                return ast.Compare(value, [ast.Is()], [ast.Constant(None)])
            case ast.Call(func=ast.Attribute(value=value, attr="is_not_null")):
                return ast.Compare(value, [ast.IsNot()], [ast.Constant(None)])
            case ast.Call(func=ast.Attribute(value=value, attr="is_in"), args=[members]):
                return ast.Compare(value, [ast.In()], [ast.Set(_elements(members))])
        return node


def _members(node: ast.expr, word: ast.boolop) -> list[ast.expr]:
    return node.values if isinstance(node, ast.BoolOp) and type(node.op) is type(word) else [node]


def _elements(members: ast.expr) -> list[ast.expr]:
    return members.elts if isinstance(members, ast.List) else [members]


def checked(condition: pl.Expr, row: pl.DataFrame) -> tuple[Condition, ...]:
    """Check each part of a condition on one row.

    Args:
        condition: of a rule.
        row: a frame with one row, with the columns that the condition reads.

    """
    each = parts(condition)
    holds = row.select(part.fill_null(value=False).alias(str(number)) for number, part in enumerate(each)).row(0)
    return tuple(
        Condition(text(part), bool(held), tuple((name, row[name][0]) for name in sorted(set(part.meta.root_names()))))
        for part, held in zip(each, holds, strict=True)
    )
