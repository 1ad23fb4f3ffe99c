"""OONI's data format: https://github.com/ooni/spec, ``data-formats/df-000-base.md``."""

from __future__ import annotations

import re

import msgspec

from trigpoint.archive.format import Format
from trigpoint.archive.kinds import kind_by_name
from trigpoint.archive.ooni.measurement import measurement_of
from trigpoint.archive.scrub import without_probe_address

_BOM = b"\xef\xbb\xbf"
_OBJECT_LINE = re.compile(rb"^\s*\{\s*(\"|$)", re.MULTILINE)


def recognises(head: bytes) -> bool:
    r"""Tell whether a text may hold measurements: objects of JSON. Which of them are, is said record by record.

    A first line that is damaged does not hide the lines after it, whatever stands in it.

    >>> recognises(b'{"test_name": "x"}'), recognises(b'damaged\n{"a": 1}'), recognises(b"a,b"), recognises(b"")
    (True, True, False, False)
    """
    start = head.removeprefix(_BOM).lstrip()
    if start[:1] in (b"{", b"["):
        return True
    line = _OBJECT_LINE.search(head)
    return line is not None and b"\0" not in head[line.start() :] and kind_by_name(head) is None


class _Postcan(msgspec.Struct):
    content: msgspec.Raw = msgspec.Raw()
    format: object = None
    test_name: object = None


def unwrap(record: bytes) -> bytes:
    """Give the measurement itself, without the postcan around it and without the probe's address (R10)."""
    try:
        postcan = msgspec.json.decode(record, type=_Postcan)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return record
    is_wrapped = postcan.format == "json" and postcan.test_name is None and bytes(postcan.content)
    content = bytes(postcan.content) if is_wrapped else record
    return without_probe_address(content, msgspec.json.decode(content)) or content


FORMAT = Format(name="ooni", recognises=recognises, decode=measurement_of, unwrap=unwrap, is_general=True)
"""The declaration."""
