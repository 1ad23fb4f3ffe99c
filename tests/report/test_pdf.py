from __future__ import annotations

import os
import re
import zlib
from typing import TYPE_CHECKING

import pytest

from trigpoint.errors import InputError
from trigpoint.report.pdf import browser, printed

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """<!doctype html><html lang="en"><head><title>A report</title></head><body><h1>A report</h1>
<p>One <a href="#there">number</a> and <a href="evidence/it.html">its evidence</a>.</p>
<h2 id="there">There</h2><table><tr><th scope="col">Year</th></tr><tr><td>2026</td></tr></table></body></html>"""


def _needed() -> str:
    """Give the browser; where there is none, these tests fail in CI and are skipped elsewhere, saying so."""
    try:
        return browser()
    except InputError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))


def _plain(content: bytes) -> bytes:
    """Decompress the streams of a PDF."""
    found = [content]
    for match in re.finditer(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        try:
            found.append(zlib.decompress(match[1]))
        except zlib.error:
            continue
    return b"\n".join(found)


def test_a_page_is_printed_tagged_with_an_outline_and_the_same_each_time() -> None:
    program = _needed()
    content = printed(PAGE, program)
    assert content.startswith(b"%PDF")
    text = _plain(content)
    assert b"/StructTreeRoot" in text
    assert b"/Outlines" in text
    assert b"/Lang" in text
    assert b"file:" not in text
    assert printed(PAGE, program) == content


def test_without_a_browser_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TRIGPOINT_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("trigpoint.report.pdf.NAMES", ("chromium",))
    with pytest.raises(InputError, match="--pdf needs Chromium, Chrome or Edge, and none was found"):
        browser()
    monkeypatch.setenv("TRIGPOINT_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(InputError, match=r"/nowhere/chromium \(TRIGPOINT_CHROMIUM\) is not there"):
        browser()


@pytest.mark.parametrize(
    ("script", "why"),
    [("exit 3", "cannot print"), ("exit 0", "printed no PDF"), ("sleep 9", "did not print within 1 seconds")],
)
def test_a_browser_that_fails_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, why: str
) -> None:
    program = tmp_path / "browser"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr("trigpoint.report.pdf._SECONDS", 1.0)
    with pytest.raises(InputError, match=why):
        printed(PAGE, str(program))
    with pytest.raises(InputError, match="cannot print"):
        printed(PAGE, str(tmp_path / "none"))
