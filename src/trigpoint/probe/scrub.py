"""Taking out of a record what points at the person who measured, before it is written (requirement R10).

A record becomes JSON here and nowhere else, so nothing is written that was not looked at: each text, key and byte, also
where the value of a compressed body or of a certificate holds it. What cannot be looked into, or cannot be changed
without saying something false, is withheld as a whole, and ``x_..._withheld`` beside it says so.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from trigpoint.probe.codings import opened
from trigpoint.probe.leaves import Body, Chain, Text, Wire, as_base64, text_or_base64
from trigpoint.probe.needles import Needles

if TYPE_CHECKING:
    from collections.abc import Iterable

_NOTHING = Needles()
_PLAIN = (float, int, bool, type(None))


class Scrubber:
    """Turns the tree of a record into JSON.

    Args:
        needles: what must not be written.
        secrets: texts that must not be written below keys ``requests``, where pages and URLs are.

    """

    def __init__(self, needles: Needles = _NOTHING, secrets: Iterable[str] = ()) -> None:
        self.needles = needles
        inner = needles.and_texts(secrets)
        self._of_requests = self if inner is needles else Scrubber(inner)

    def __call__(self, tree: Any) -> Any:  # noqa: ANN401 - JSON with leaves
        """Give a tree of JSON and leaves as JSON, without what must not be written."""
        if isinstance(tree, dict):
            return self._object(tree)
        if isinstance(tree, list | tuple):
            return [self(item) for item in tree]
        return self._value(tree)

    def _value(self, value: Any) -> Any:  # noqa: ANN401 - as above
        match value:
            case str():
                return self.needles.out_of(value)
            case Text(content):
                return text_or_base64(self.needles.out_of_page(content))
            case Wire(content):
                return base64.b64encode(self.needles.out_of_message(content)).decode("ascii")
            case bytes():
                return as_base64(self.needles.out_of_message(value))
            case _:
                return value

    def _object(self, tree: dict[str, Any]) -> dict[str, Any]:
        clean = self.needles.out_of
        found = dict[str, Any]()
        for key, value in tree.items():
            name = clean(key)
            kind = type(value)
            if kind is str:  # nearly all values are of these; a record has thousands
                found[name] = clean(value)
            elif kind in _PLAIN:
                found[name] = value
            elif kind is Body or kind is Chain:
                is_withheld, found[name] = self._body(value) if kind is Body else self._chain(value)
                if is_withheld:
                    found[f"x_{name}_withheld"] = True
            else:
                found[name] = self._of_requests(value) if key == "requests" else self(value)
        return found

    def _body(self, body: Body) -> tuple[bool, str | dict[str, str]]:
        if not self.needles:
            return False, text_or_base64(body.content)
        content = opened(body.content, body.coding)
        if content is None or (body.coding and self.needles.are_in(content)) or self._are_wide(content):
            return True, ""
        return False, text_or_base64(self.needles.out_of_page(body.content))

    def _are_wide(self, content: bytes) -> bool:
        """Tell whether text in UTF-16 or UTF-32 holds it, where zeros stand between the letters."""
        return b"\0" in content and self.needles.are_spelt_in(content.replace(b"\0", b""))

    def _chain(self, chain: Chain) -> tuple[bool, list[dict[str, str]] | None]:
        """Withhold a whole chain of which one certificate holds it: a changed or missing one would be a false fact."""
        if any(map(self.needles.are_in, chain.certificates)):
            return True, None
        return False, [as_base64(der) for der in chain.certificates] or None
