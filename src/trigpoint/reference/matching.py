"""Finds all fingerprints of a text in one pass, in time that grows with the text alone (RE2 sets)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, assert_never

import msgspec
import re2  # type: ignore[import-untyped] # it ships no types

from trigpoint.reference.fingerprint import Fingerprint, How, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from trigpoint.model.provenance import ReferenceFile

# Bytes for the automaton, which is made as texts need it: measured on 1,300 patterns, 8 MB is thrown away and made
# again (10 MB of text a second), 16 MB is enough (300), and no more than 5 MB of this are ever in use.
_MEMORY = 64 << 20
_REMEMBERED = 100_000  # texts by hash with what was found: some 10 MB


class Broken(msgspec.Struct, frozen=True):
    """A fingerprint that cannot be used."""

    name: str
    reason: str
    """One sentence."""


class _Patterns:
    """Some fingerprints as one automaton."""

    def __init__(self, fingerprints: Iterable[Fingerprint]) -> None:
        self.broken: list[Broken] = []
        self.fingerprints: list[Fingerprint] = []
        self._set = re2.Set.SearchSet(_options())
        for fingerprint in fingerprints:
            if problem := _problem(fingerprint):
                self.broken.append(Broken(fingerprint.name, problem))
            else:
                self._set.Add(expression(fingerprint))
                self.fingerprints.append(fingerprint)
        if self.fingerprints:
            self._set.Compile()

    def find(self, text: bytes) -> tuple[Fingerprint, ...]:
        if not self.fingerprints:
            return ()
        return tuple(self.fingerprints[number] for number in sorted(self._set.Match(text) or ()))


def _options() -> re2.Options:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1  # bytes: pages are in any encoding, and patterns in UTF-8
    options.max_mem = _MEMORY
    options.never_capture = True
    options.log_errors = False
    return options


def expression(fingerprint: Fingerprint) -> bytes:
    """Write a fingerprint as an expression in the syntax of RE2, in UTF-8.

    One in a header is looked for in lines of ``name: value`` with the name in lower case.
    """
    pattern = fingerprint.pattern if fingerprint.how is How.REGEXP else re2.escape(fingerprint.pattern)
    begin, within, end = r"\A", "", r"\z"
    if fingerprint.where is Where.HEADER:
        begin, end = rf"(?m:^){re2.escape(fingerprint.header)}: ", r"(?m:$)"
        within = f"{begin}.*"
    match fingerprint.how:
        case How.FULL:
            written = f"{begin}{pattern}{end}"
        case How.PREFIX:
            written = f"{begin}{pattern}"
        case How.CONTAINS:
            written = f"{within}{pattern}"
        case How.REGEXP:
            # In signatures the dot stands for a line's end, too: censoredplanet-analysis compiles them so (re.DOTALL).
            flag = "s" if fingerprint.where is Where.RESPONSE else ""
            written = f"{within}(?{flag}:{pattern})"
        case _:
            assert_never(fingerprint.how)
    return written.encode()


def _problem(fingerprint: Fingerprint) -> str | None:
    """Try a fingerprint on its own example; say what is wrong with it."""
    try:
        compiled = re2.compile(expression(fingerprint), _options())
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        return f"not in the syntax of RE2: {reason.decode('utf-8', 'replace') if isinstance(reason, bytes) else reason}"
    if compiled.search(b"") is not None:
        return "it matches the empty text, and so everything"
    example = fingerprint.example()
    if example is not None:
        line = f"{fingerprint.header}: {example}" if fingerprint.where is Where.HEADER else example
        if compiled.search(line.encode()) is None:
            return "it does not match its own example"
    return None


class Fingerprints:
    """Lists of fingerprints, ready to be asked. Texts that come again are not searched again."""

    def __init__(self, fingerprints: Sequence[Fingerprint] = (), files: Sequence[ReferenceFile] = ()) -> None:
        """Make the automata.

        Args:
            fingerprints: of all lists.
            files: that they were read from.

        """
        self.given = tuple(fingerprints)
        """What it was made from, in its order."""
        self.files = tuple(files)
        """What they were read from."""
        self._sets = {
            Where.ANSWER: _Patterns(one for one in self.given if one.where is Where.ANSWER),
            Where.TITLE: _Patterns(one for one in self.given if one.where is Where.TITLE),
            Where.HEADER: _Patterns(one for one in self.given if one.where in {Where.HEADER, Where.RESPONSE}),
            Where.BODY: _Patterns(one for one in self.given if one.where in {Where.BODY, Where.RESPONSE}),
        }
        self._bodies: dict[str, tuple[Fingerprint, ...]] = {}

    @property
    def broken(self) -> tuple[Broken, ...]:
        """Those that cannot be used, each once."""
        return tuple(dict.fromkeys(broken for patterns in self._sets.values() for broken in patterns.broken))

    def __iter__(self) -> Iterator[Fingerprint]:
        return iter(dict.fromkeys(one for patterns in self._sets.values() for one in patterns.fingerprints))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def in_answer(self, record: str) -> tuple[Fingerprint, ...]:
        """Find those of an address (canonical text) or a name (A-label) in a DNS answer."""
        return self._sets[Where.ANSWER].find(record.encode())

    def in_title(self, title: str) -> tuple[Fingerprint, ...]:
        """Find those of a page's title."""
        return self._sets[Where.TITLE].find(title.encode())

    def in_headers(self, headers: str) -> tuple[Fingerprint, ...]:
        """Find those of a response's headers, one ``Name: value`` a line."""
        return self._sets[Where.HEADER].find(_headers(headers))

    def in_body(self, body: bytes, sha256: str | None = None) -> tuple[Fingerprint, ...]:
        """Find those of a body.

        Args:
            body: as received.
            sha256: of it (hex), where it is known.

        """
        key = sha256 or hashlib.sha256(body).hexdigest()
        if key not in self._bodies:
            if len(self._bodies) >= _REMEMBERED:
                self._bodies.clear()
            self._bodies[key] = self._sets[Where.BODY].find(body)
        return self._bodies[key]


def _headers(headers: str) -> bytes:
    """Write each line twice where its name is not in lower case: lists name headers so, signatures as servers do."""
    lines = headers.splitlines()
    lower = (f"{name.lower()}:{value}" for name, _, value in (line.partition(":") for line in lines))
    return "\n".join(dict.fromkeys((*lines, *lower))).encode("utf-8", "replace")
