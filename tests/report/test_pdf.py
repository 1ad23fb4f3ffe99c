from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pikepdf
import pytest

from trigpoint.errors import InputError
from trigpoint.report.pdf import browser, packed, printed

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


def _written(paragraphs: int) -> bytes:
    """Give a tagged PDF as Chromium writes it: an object for each paragraph, none of them compressed."""
    made = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        tree = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot))
        kinds = [pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.P, P=tree)] * paragraphs
        tree.K = pikepdf.Array([document.make_indirect(kind) for kind in kinds])
        document.Root.StructTreeRoot = tree
        document.docinfo["/CreationDate"] = "D:20261122235959+00'00'"
        document.docinfo["/Title"] = "A report"
        document.save(made, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return made.getvalue()


def test_a_page_is_printed_tagged_with_an_outline_and_the_same_each_time() -> None:
    program = _needed()
    content = printed(PAGE, program)
    with pikepdf.open(io.BytesIO(content)) as document:
        root = document.Root
        assert root.MarkInfo.Marked
        assert {"/StructTreeRoot", "/Outlines"} <= set(root.keys())
        assert root.Lang == "en"
        links = [
            link.A.URI for page in document.pages for link in page.get("/Annots", []) if "/URI" in link.get("/A", {})
        ]
        assert links == []
    assert printed(PAGE, program) == content


def test_a_packed_pdf_is_smaller_keeps_its_tags_and_tells_no_time() -> None:
    content = _written(500)
    small = packed(content)
    assert len(small) < len(content) / 3
    assert small == packed(content)
    with pikepdf.open(io.BytesIO(small)) as document:
        assert len(document.Root.StructTreeRoot.K) == 500
        assert {one.S for one in document.Root.StructTreeRoot.K} == {pikepdf.Name.P}
        assert document.docinfo["/Title"] == "A report"
        assert document.docinfo["/CreationDate"] == "D:20000101000000Z"


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
    [
        ("exit 3", "cannot print"),
        ("exit 0", "printed no PDF"),
        ("for a in $*; do case $a in --print-to-pdf=*) echo no > ${a#*=};; esac; done", "printed no PDF"),
        ("sleep 9", "did not print within 1 seconds"),
    ],
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
