"""Reads lists of fingerprints: the CSVs of ``ooni/blocking-fingerprints`` and the signatures of Censored Planet.

A row that cannot be used is left out and told (requirement R3), never guessed.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import msgspec

from trigpoint.reference.fingerprint import LEAST_CONFIDENCE, Fingerprint, How, Reach, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_NOWHERE = "ZZ"
# Censored Planet names signatures after who shows them: a_prod_, b_nat_CC_, c_isp_CC_, d_corp_, e_unk_, f_gen_, x_.
_OWNER = re.compile(r"(?:cp\.)?(?:b_nat|c_isp)_([a-z]{2})_", re.ASCII)
_REACH_OF_NAME = {
    "a": Reach.PRODUCT,
    "b": Reach.NATIONAL,
    "c": Reach.PROVIDER,
    "d": Reach.INSTITUTION,
    "e": Reach.OTHER,
    "f": Reach.VAGUE,
}
_COUNTRY_NAMES = {"UK": "GB"}  # reserved for the same country (ISO 3166-1, exceptional reservations)
_BLOCK_PAGE = re.compile(r"block[ _-]?page", re.IGNORECASE)
_OONI_COLUMNS = {"name", "scope", "location_found", "pattern_type", "pattern", "expected_countries"}
_LONGEST = 4_096  # characters of a pattern; the longest known has some hundreds
_FIELD_LIMIT = 1 << 20


class Unusable(msgspec.Struct, frozen=True):
    """A row that was left out."""

    line: int
    """From 1, a heading included."""
    reason: str
    """One sentence."""


class FingerprintList(msgspec.Struct, frozen=True):
    """What a file says."""

    fingerprints: tuple[Fingerprint, ...]
    """In the order of the file."""
    unusable: tuple[Unusable, ...] = ()
    """Rows left out."""


class _RowError(ValueError):
    """Why a row cannot be used."""


class _Signature(msgspec.Struct):
    fingerprint: str
    pattern: str


def read_ooni(content: bytes) -> FingerprintList:
    """Read ``fingerprints_dns.csv`` or ``fingerprints_http.csv``.

    Raises:
        ValueError: it is no such file; says why.

    """
    usual = csv.field_size_limit(_FIELD_LIMIT)  # of the whole process, so it is put back
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig", "replace"), newline=""))
    try:
        missing = _OONI_COLUMNS.difference(rows.fieldnames or ())
        if missing:
            message = f"its first line lacks the columns {', '.join(sorted(missing))}"
            raise ValueError(message)
        return _collected((rows.line_num, _from_row, row) for row in rows)
    except csv.Error as error:
        message = f"not in the format of CSV: {error}"
        raise ValueError(message) from error
    finally:
        csv.field_size_limit(usual)


def read_block_pages(content: bytes) -> FingerprintList:
    """Read ``blockpage_signatures.json`` of Censored Planet: one JSON object a line.

    Raises:
        ValueError: no line is one.

    """
    return _signatures(content, is_innocent=False)


def read_false_positives(content: bytes) -> FingerprintList:
    """Read ``false_positive_signatures.json`` of Censored Planet: one JSON object a line.

    Raises:
        ValueError: no line is one.

    """
    return _signatures(content, is_innocent=True)


def _collected(rows: Iterator[tuple[int, object, object]]) -> FingerprintList:
    found = list[Fingerprint]()
    unusable = list[Unusable]()
    for line, read, row in rows:
        try:
            found.append(read(row))  # type: ignore[operator] # each reader takes what its file's rows are
        except _RowError as error:
            unusable.append(Unusable(line, str(error)))
    return FingerprintList(tuple(found), tuple(unusable))


def _from_row(row: Mapping[str, str | None]) -> Fingerprint:
    cells = {name: cell or "" for name, cell in row.items()}
    where, header = _place(cells["location_found"].strip())
    try:
        how = How(cells["pattern_type"].strip())
    except ValueError:
        message = f"unknown type of pattern {cells['pattern_type']!r}"
        raise _RowError(message) from None
    scope = cells["scope"].strip()
    name = cells["name"].strip()
    return Fingerprint(
        name=name,
        where=where,
        how=how,
        pattern=_pattern(cells["pattern"]),
        header=header,
        reach=Reach(scope) if scope in set(Reach) else Reach.OTHER,
        confidence=_confidence(cells.get("confidence_no_fp", "").strip()),
        countries=_countries(cells["expected_countries"]) or _country_of_name(name),
        is_page=where is not Where.ANSWER or _BLOCK_PAGE.search(cells.get("notes", "")) is not None,
    )


def _place(written: str) -> tuple[Where, str]:
    if written == "dns":
        return Where.ANSWER, ""
    if written in {"body", "title"}:
        return Where(written), ""
    if written.startswith("header.") and written != "header.":
        return Where.HEADER, written.removeprefix("header.").lower()
    message = f"unknown place {written!r}"
    raise _RowError(message)


def _pattern(written: str) -> str:
    if not written.strip():
        message = "the pattern is empty, and would match everything"
        raise _RowError(message)
    if len(written) > _LONGEST:
        message = f"the pattern is longer than {_LONGEST} characters"
        raise _RowError(message)
    return written


def _confidence(written: str) -> int:
    if not written:
        return LEAST_CONFIDENCE
    if not re.fullmatch(r"\d{1,2}", written, re.ASCII):
        message = f"the confidence {written!r} is no number from 0 to 10"
        raise _RowError(message)
    return int(written)


def _countries(written: str) -> tuple[str, ...]:
    codes = (code.strip().upper() for code in written.split(","))
    return tuple(code for code in codes if _COUNTRY.fullmatch(code) and code != _NOWHERE)


def _country_of_name(name: str) -> tuple[str, ...]:
    found = _OWNER.match(name)
    if not found:
        return ()
    code = found[1].upper()
    return (_COUNTRY_NAMES.get(code, code),)


def _signatures(content: bytes, *, is_innocent: bool) -> FingerprintList:
    lines = ((number, line) for number, line in enumerate(content.splitlines(), 1) if line.strip())
    read = _innocent if is_innocent else _block_page
    found = _collected((number, read, line) for number, line in lines)
    if not found.fingerprints:
        message = "no line of it is a JSON object with the members fingerprint and pattern"
        raise ValueError(message)
    return found


def _block_page(line: bytes) -> Fingerprint:
    signature = _signature(line)
    return _of_signature(signature, _REACH_OF_NAME.get(signature.fingerprint[:1], Reach.OTHER))


def _innocent(line: bytes) -> Fingerprint:
    return _of_signature(_signature(line), Reach.INNOCENT)


def _signature(line: bytes) -> _Signature:
    try:
        return msgspec.json.decode(line, type=_Signature)
    except msgspec.DecodeError as error:
        message = f"no signature: {error}"
        raise _RowError(message) from error


def _of_signature(signature: _Signature, reach: Reach) -> Fingerprint:
    return Fingerprint(
        name=signature.fingerprint,
        where=Where.RESPONSE,
        how=How.REGEXP,
        pattern=_pattern(signature.pattern),
        reach=reach,
        countries=_country_of_name(signature.fingerprint),
    )
