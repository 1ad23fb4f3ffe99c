"""JSON (RFC 8259) into values: fast and strict, else leniently, so that one bad character does not lose a record."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import msgspec

from trigpoint.errors import RecordError

_SURROGATES = re.compile("[\ud800-\udfff]")
_LARGEST_INTEGER_DIGITS = 400  # Python refuses more than 4,300; no column holds more than 19
_DEEP = "nested too deep"


def decode_json(record: bytes) -> Any:  # noqa: ANN401 - JSON of any form
    """Decode one JSON text.

    Where strict decoding fails: bytes that are not UTF-8, and halves of surrogate pairs, become U+FFFD; ``NaN``,
    ``Infinity`` and numbers beyond all ranges become null; control characters inside strings are kept.

    Raises:
        RecordError: it is not JSON even so, or nested too deep.

    """
    try:
        return msgspec.json.decode(record)
    except RecursionError as error:
        raise RecordError(_DEEP) from error
    except (msgspec.MsgspecError, ValueError):
        return _leniently(record)


def _leniently(record: bytes) -> Any:  # noqa: ANN401 - as above
    try:
        value = _DECODER.decode(record.decode("utf-8", "replace").strip())
        return _without_surrogates(value)
    except RecursionError as error:
        raise RecordError(_DEEP) from error
    except json.JSONDecodeError as error:
        at_end = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated")
        cut = "cut off in the middle" if record.lstrip()[:1] in (b"{", b"[") and at_end else "not JSON"
        message = f"invalid JSON: {cut} ({error.msg.removesuffix(' at')} at character {error.pos + 1})"
        raise RecordError(message) from error


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= _LARGEST_INTEGER_DIGITS else None


def _float(digits: str) -> float | None:
    value = float(digits)
    return value if math.isfinite(value) else None


def _nothing(_: str) -> None:
    return None


_DECODER = json.JSONDecoder(parse_float=_float, parse_int=_integer, parse_constant=_nothing, strict=False)


def _without_surrogates(value: Any) -> Any:  # noqa: ANN401 - as above
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_SURROGATES.sub("\ufffd", key): _without_surrogates(item) for key, item in value.items()}
    return value
