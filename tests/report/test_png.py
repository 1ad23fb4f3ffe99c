import io

import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from trigpoint.report.png import COLOURS, packed

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="50"><circle cx="30" cy="20" r="15" fill="red"/></svg>'


def _png(pixels: bytes, width: int) -> bytes:
    out = io.BytesIO()
    Image.frombytes("RGB", (width, len(pixels) // 3 // width), pixels).save(out, "PNG")
    return out.getvalue()


def test_a_packed_picture_looks_the_same_and_is_smaller() -> None:
    png = bytes(vl_convert.svg_to_png(SVG.replace("/></svg>", "/><rect fill='white' width='9' height='9'/></svg>")))
    smaller = packed(png)
    assert len(smaller) < len(png)
    before, after = (Image.open(io.BytesIO(one)).convert("RGB") for one in (png, smaller))
    assert before.size == after.size
    assert after.getpixel((30, 20)) == (255, 0, 0)
    assert after.getpixel((4, 4)) == (255, 255, 255)
    assert packed(png) == smaller


@settings(max_examples=20)
@given(st.lists(st.sampled_from(range(256)), min_size=1, max_size=COLOURS // 4, unique=True))
def test_of_few_colours_none_changes(reds: list[int]) -> None:
    pixels = bytes(value for red in reds for value in (red, 0, 255 - red)) * 2
    after = Image.open(io.BytesIO(packed(_png(pixels, len(reds))))).convert("RGB")
    assert after.tobytes() == pixels
