"""Loose numbers of a template: digits in what it prints that do not come from a figure of the ledger."""

from __future__ import annotations

import html.parser
import re
from typing import TYPE_CHECKING

from jinja2 import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    import jinja2

_TRANSLATED = frozenset({"gettext", "ngettext", "pgettext", "npgettext", "_"})
_NUMBER = re.compile(r"(?<![A-Za-z])(?<![A-Za-z]-)(?<![A-Za-z0-9])\d[\d.,]*")
"""A number; not the digits of a word such as IPv4 or SHA-256."""
_UNSEEN = frozenset({"style", "svg", "script"})


class _Text(html.parser.HTMLParser):
    """Text of markup that a reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        named = dict(attrs)
        self.seen += [named[name] or "" for name in ("title", "aria-label", "alt") if name in named]

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.seen.append(data)


def loose_numbers(environment: jinja2.Environment, source: str) -> list[str]:
    """Give the numbers that a template prints by itself, in its text, its translated texts or its expressions."""
    parsed = environment.parse(source)
    markup = _Text()
    for piece in _pieces(parsed):
        markup.feed(piece)
    markup.close()
    return _NUMBER.findall(" ".join(markup.seen))


def _pieces(parsed: nodes.Node) -> Iterator[str]:
    """Give what is printed, in order: text as it stands, and constants of expressions."""
    for output in parsed.find_all(nodes.Output):
        for child in output.nodes:
            yield child.data if isinstance(child, nodes.TemplateData) else " ".join(_constants(child))


def _constants(expression: nodes.Node) -> Iterator[str]:
    """Give the constants that an expression may print."""
    if isinstance(expression, nodes.Const):
        yield str(expression.value)
    for child in _printed(expression):
        yield from _constants(child)


def _printed(expression: nodes.Node) -> list[nodes.Expr]:  # noqa: PLR0911 (a case for each kind of expression)
    """Give the parts of an expression that may be printed: no arguments, keys, conditions or operands."""
    match expression:
        case nodes.Call() if isinstance(expression.node, nodes.Name) and expression.node.name in _TRANSLATED:
            return expression.args
        case nodes.CondExpr():
            return [expression.expr1, *([expression.expr2] if expression.expr2 else [])]
        case nodes.Filter():
            return [
                *([expression.node] if expression.node else []),
                *(expression.args if expression.name == "default" else []),
            ]
        case nodes.Concat():
            return expression.nodes
        case nodes.Or() | nodes.And():
            return [expression.left, expression.right]
        case nodes.MarkSafe() | nodes.MarkSafeIfAutoescape():
            return [expression.expr]
        case nodes.Mod():  # how a block of translation puts its values in
            return [expression.left]
        case _:
            return []
