"""Categories of sites, from a file that a person gives."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from trigpoint.errors import InputError
from trigpoint.given import content_of
from trigpoint.model.provenance import ReferenceFile

if TYPE_CHECKING:
    from pathlib import Path

_COLUMNS = (("domain", "category"), ("url", "category_code"))


class Categories(msgspec.Struct, frozen=True):
    """Category by host name, and the file that it stands on."""

    by_host: Mapping[str, str]
    """A-label host name, without a leading ``www.``, to category."""
    file: ReferenceFile
    """The file."""

    def of(self, target: str) -> str:
        """Give the category of a target; empty where the file does not name it.

        >>> Categories({"example.org": "NEWS"}, ReferenceFile(name="x", sha256="")).of("www.example.org")
        'NEWS'
        """
        return self.by_host.get(target.removeprefix("www."), "")


def read(path: Path) -> Categories:
    """Read a CSV with columns ``domain,category``, or a test list of the Citizen Lab (``url,category_code,...``).

    Where a host stands in the file more than once, its first category holds.

    Raises:
        InputError: the file cannot be read, or has neither pair of columns.

    """
    content = content_of(path)
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        names = {name.strip().lower(): name for name in rows.fieldnames or ()}
        pair = next((pair for pair in _COLUMNS if set(pair) <= set(names)), None)
        if pair is None:
            message = f"the category file {path} has neither columns domain,category nor url,category_code"
            raise InputError(message)
        found: dict[str, str] = {}
        for row in rows:
            host = _host(row[names[pair[0]]] or "")
            if host:
                found.setdefault(host, (row[names[pair[1]]] or "").strip())
    except (UnicodeDecodeError, csv.Error) as error:
        message = f"the category file {path} cannot be read: {error}"
        raise InputError(message) from error
    return Categories(found, ReferenceFile(name="categories", sha256=hashlib.sha256(content).hexdigest()))


def _host(text: str) -> str:
    text = text.strip().lower()
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
        host = host.encode("idna").decode() if not host.isascii() else host
    except (ValueError, UnicodeError):
        return ""
    return host.removesuffix(".").removeprefix("www.")
