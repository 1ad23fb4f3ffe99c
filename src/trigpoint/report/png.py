"""PNG files packed tighter: what draws them is made for speed, and leaves them ten times as large as they need be."""

from __future__ import annotations

import io

from PIL import Image

COLOURS = 64
"""Of a chart: it has a dozen, and those of its edges between them."""


def packed(png: bytes) -> bytes:
    """Write a picture of few colours with a palette of at most :data:`COLOURS` (W3C PNG, section 11.2.2).

    The same picture gives the same bytes.
    """
    with Image.open(io.BytesIO(png)) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    out = io.BytesIO()
    few.save(out, "PNG")  # packed as tightly as can be takes seven times as long, and saves a twentieth
    return out.getvalue()
