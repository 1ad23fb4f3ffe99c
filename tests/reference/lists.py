"""Small lists of fingerprints and other reference data, made for tests."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from trigpoint.reference.fingerprint import Fingerprint, How, Reach, Where

if TYPE_CHECKING:
    from pathlib import Path

HEADING = (
    "name,scope,other_names,location_found,pattern_type,pattern,"
    "confidence_no_fp,expected_countries,source,exp_url,notes"
)
DNS = f"""{HEADING}
t.xl_page,nat,,dns,full,198.51.100.9,5,XL,test,,Blockpage of the ministry
t.xl_forged,isp,,dns,full,198.51.100.10,5,"XL,XM",test,,forged
"""
HTTP = f"""{HEADING}
t.xl_body,nat,,body,contains,<h1>Blocked by order 7</h1>,5,XL,test,,
t.xl_location,isp,,header.location,prefix,http://warning.example.com/,5,XL,test,,
t.fp,fp,,body,contains,Directory listing,5,,test,,
"""
PAGES = '{"fingerprint":"b_nat_xl_ministry","pattern":"Ministry of Truth\\\\."}\n\n'
INNOCENT = '{"fingerprint":"x_default","pattern":"<h1>It works!</h1>"}\n'
LIST = (
    "url,category_code,category_description,date_added,source,notes\nhttps://www.example.org/,NEWS,News,2024-01-01,,\n"
)
DELEGATED = """2|nro|20261120|3|19821213|20261120|+0000
nro|*|ipv4|*|2|summary
ripencc|XL|ipv4|11.0.0.0|768|20100101|allocated|a
apnic|XM|ipv4|12.0.0.0|256|20100101|assigned|b
apnic|ZZ|ipv4|13.0.0.0|256||available|
ripencc|XL|ipv6|2a00::|16|20100101|allocated|a
"""
V4 = "11.0.0.0\t8\t64500\n11.0.1.0\t24\t64501_64502\n11.0.2.0\t24\t64503,64504\n"
V6 = "2a00::\t16\t64510\n2a00:1::\t32\t64511\n"


def archive(**files: str) -> bytes:
    """Write an archive as GitHub does: everything below one folder."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as written:
        for name, content in files.items():
            written.writestr(f"test-lists-master/lists/{name}.csv", content)
        written.writestr("test-lists-master/README.md", "read me")
    return held.getvalue()


def write(folder: Path) -> Path:
    """Write a folder with one of each that needs no other program to make."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "fingerprints_dns.csv").write_text(DNS)
    (folder / "fingerprints_http.csv").write_text(HTTP)
    (folder / "blockpage_signatures.json").write_text(PAGES)
    (folder / "false_positive_signatures.json").write_text(INNOCENT)
    (folder / "lists").mkdir(exist_ok=True)
    (folder / "lists" / "xl.csv").write_text(LIST)
    return folder


def fingerprint(pattern: str, **more: object) -> Fingerprint:
    """Give a fingerprint of a body that blocks in XL, or as is said."""
    fields: dict[str, object] = {
        "name": "t.one",
        "where": Where.BODY,
        "how": How.CONTAINS,
        "reach": Reach.NATIONAL,
        "countries": ("XL",),
        **more,
    }
    return Fingerprint(pattern=pattern, **fields)  # type: ignore[arg-type]
