"""The questions of one Satellite record, in the ways in which its versions write them.

=======  ========================================================================================================
version  answers
=======  ========================================================================================================
1        ``answers``: addresses, each with its tags; or a list of addresses; ``error`` in their place
2.0      ``response``: addresses with their tags, beside ``rcode`` and ``error``, lists with one entry a try
2.2      ``response``: a list of tries, each with ``url``, ``rcode``, ``error`` and ``response``: addresses with facts
control  as 2.2, with ``response`` (or ``answer``) a list of addresses
=======  ========================================================================================================
"""

from __future__ import annotations

from typing import Any

import msgspec

from trigpoint.archive.censored_planet.errors import failure_of_message
from trigpoint.archive.censored_planet.record import moment, objects
from trigpoint.archive.ooni.values import UNKNOWN_FAILURE, text
from trigpoint.net.names import canonical_address

_FAILURES = {2: "dns_servfail_error", 3: "dns_nxdomain_error", 5: "dns_refused_error"}  # RFC 1035, section 4.1.1
_NO_ANSWER = "dns_no_answer"
_CODE_HIDDEN = "dns_lookup_error"
_LARGEST_RCODE = 4_095  # twelve bits with EDNS (RFC 6891, section 6.1.3)
_NO_ERROR = ("", "null")


class Lookup(msgspec.Struct, frozen=True, kw_only=True):
    """One question and its answer."""

    pointer: str
    """JSON pointer to it."""
    name: str
    """Name asked for."""
    answers: tuple[tuple[str, Any], ...] = ()
    """Addresses, each with what is recorded of it."""
    rcode: int | None = None
    """DNS response code. Missing: no reply, or not recorded."""
    failure: str | None = None
    """Failure string. Missing: an address came."""
    started: float | None = None
    """Seconds since 1970-01-01 UTC."""
    ended: float | None = None
    """Likewise."""


def lookups_of(value: dict[str, Any], asked: str, at: str = "") -> list[Lookup]:
    """Read the questions of a record.

    Args:
        value: the record.
        asked: name in question, for versions that do not repeat it.
        at: JSON pointer to the record inside another.

    """
    response = value.get("response")
    if isinstance(response, list):
        return [_of_try(item, asked, f"{at}/response/{number}") for number, item in objects(response)]
    if isinstance(response, dict):
        return _of_tries(response, asked, f"{at}/response")
    if "answers" in value:
        return [_with_answers(asked, f"{at}/answers", _addresses(value["answers"]))]
    if "error" in value:
        return [Lookup(pointer=f"{at}/error", name=asked, failure=_first_failure(value["error"]))]
    return []


def _of_try(item: dict[str, Any], asked: str, pointer: str) -> Lookup:
    """Read one try of version 2.2, or of a control resolver."""
    answers = _addresses(item.get("response", item.get("answer")))
    code = _code(item.get("rcode"))
    return Lookup(
        pointer=pointer,
        name=text(item.get("url")) or asked,
        answers=answers,
        rcode=code,
        failure=None if answers else _failure(code, item.get("error")),
        started=moment(item.get("start_time")),
        ended=moment(item.get("end_time")),
    )


def _of_tries(response: dict[str, Any], asked: str, pointer: str) -> list[Lookup]:
    """Read the tries of version 2.0: the last code is 0 where addresses came. Some codes of -1 were not recorded."""
    answers = _addresses({key: tags for key, tags in response.items() if key not in ("rcode", "error")})
    codes, errors = _listed(response.get("rcode")), _listed(response.get("error"))
    has_reply = bool(codes) and _code(codes[-1]) == 0
    failed = codes[:-1] if has_reply else codes
    found = []
    for number, written in enumerate(failed):
        code = _code(written)
        error = errors.pop(0) if code is None and errors else None
        found.append(Lookup(pointer=f"{pointer}/rcode/{number}", name=asked, rcode=code, failure=_failure(code, error)))
    found += [Lookup(pointer=f"{pointer}/error", name=asked, failure=_failure(None, error)) for error in errors]
    if has_reply or answers:
        found.append(_with_answers(asked, pointer, answers, 0 if has_reply else None))
    return found


def _with_answers(asked: str, pointer: str, answers: tuple[tuple[str, Any], ...], code: int | None = None) -> Lookup:
    return Lookup(pointer=pointer, name=asked, answers=answers, rcode=code, failure=None if answers else _NO_ANSWER)


def _addresses(written: object) -> tuple[tuple[str, Any], ...]:
    """Give the addresses of a mapping or list, with what a mapping says of each; anything else in it is passed over."""
    if not isinstance(written, dict | list):
        return ()
    pairs = written.items() if isinstance(written, dict) else ((item, None) for item in written)
    return tuple(
        (address, about)
        for key, about in pairs
        if isinstance(key, str) and (address := canonical_address(key)) is not None
    )


def _listed(value: object) -> list[Any]:
    return list(value) if isinstance(value, list) else []


def _code(written: object) -> int | None:
    """Read a response code: a number or digits; -1 stands for no reply."""
    if (
        isinstance(written, str)
        and written.isascii()
        and written.isdigit()
        and len(written) <= len(str(_LARGEST_RCODE))
    ):
        written = int(written)
    is_code = isinstance(written, int) and not isinstance(written, bool) and 0 <= written <= _LARGEST_RCODE
    return written if is_code else None  # type: ignore[return-value] # it is an integer


def _failure(code: int | None, error: object) -> str:
    """Say why no address came."""
    if code is None:
        return UNKNOWN_FAILURE if error is None or error in _NO_ERROR else _first_failure(error)
    return _NO_ANSWER if code == 0 else _FAILURES.get(code, f"{UNKNOWN_FAILURE}: rcode {code}")


def _first_failure(error: object) -> str:
    """Read the error of version 1: ``no_answer`` (no address, whatever the code was), a message, or an object of Go."""
    if error == "no_answer":
        return _CODE_HIDDEN
    if isinstance(error, dict):
        error = next((inner for inner in error.values() if isinstance(inner, str) and inner), None)
    return failure_of_message(error) if isinstance(error, str) else UNKNOWN_FAILURE
