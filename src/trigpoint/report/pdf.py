"""A report as PDF: the page printed by a Chromium that is installed, tagged for screen readers, with an outline."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pikepdf

from trigpoint.errors import InputError

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "microsoft-edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
"""Programs that can print, the first one that is there; ``TRIGPOINT_CHROMIUM`` names another."""
_OPTIONS = (
    "--headless", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run",
    "--disable-dev-shm-usage", "--no-pdf-header-footer", "--export-tagged-pdf", "--generate-pdf-document-outline",
)  # fmt: skip
_SECONDS = 180.0
_OUTSIDE = re.compile(r' href="(?!#)[^"]*"')
_DATES = ("/CreationDate", "/ModDate")


def browser() -> str:
    """Find the program that prints.

    Raises:
        InputError: there is none.

    """
    wanted = os.environ.get("TRIGPOINT_CHROMIUM")
    found = next((place for name in ((wanted,) if wanted else NAMES) if (place := shutil.which(name))), None)
    if found is None:
        what = f"{wanted} (TRIGPOINT_CHROMIUM) is not there" if wanted else "none was found"
        message = f"--pdf needs Chromium, Chrome or Edge, and {what}; the report without --pdf needs no browser"
        raise InputError(message)
    return found


def printed(page: str, program: str) -> bytes:
    """Print a page that stands on its own. The same page gives the same bytes with the same browser and fonts.

    Links that lead out of the page are left out: they would name a folder of this machine. What the browser writes
    is packed (:func:`packed`).

    Raises:
        InputError: the browser fails, or takes longer than three minutes.

    """
    with tempfile.TemporaryDirectory(prefix="trigpoint-pdf-") as name:
        folder = Path(name)
        (folder / "page.html").write_text(_OUTSIDE.sub("", page), encoding="utf-8", errors="replace")
        out = folder / "page.pdf"
        _run([program, *_OPTIONS, *_as_root(), f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={out}",
              (folder / "page.html").as_uri()], program)  # fmt: skip
        try:
            return packed(out.read_bytes())
        except (OSError, pikepdf.PdfError) as error:
            message = f"{program} printed no PDF"
            raise InputError(message) from error


def packed(content: bytes) -> bytes:
    """Write a PDF with its objects in compressed streams (ISO 32000-1, section 7.5.7), and without the clock (R7).

    A tagged PDF has an object for each paragraph and cell, and Chromium writes them, and the fonts of Chinese letters,
    uncompressed: they are two fifths of its bytes. Nothing that is shown or read aloud changes.

    Raises:
        pikepdf.PdfError: it is no PDF.

    """
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        for name in _DATES:
            document.docinfo[name] = "D:20000101000000Z"
        document.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return made.getvalue()


def _as_root() -> tuple[str, ...]:
    """Give what Chromium needs where root runs it; the page is our own, and loads nothing."""
    return ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()


def _run(command: list[str], program: str) -> None:
    try:
        subprocess.run(  # noqa: S603 - a browser that the person has, with our own options
            command, check=True, capture_output=True, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        message = f"{program} did not print within {_SECONDS:.0f} seconds"
        raise InputError(message) from error
    except (OSError, subprocess.CalledProcessError) as error:
        message = f"{program} cannot print: {error}"
        raise InputError(message) from error
