import re
from importlib.resources import files

from trigpoint.report import palette
from trigpoint.report.palette import dressed, lit

CSS = (files("trigpoint.report") / "templates" / "base.css").read_text(encoding="utf-8")
PATTERNS = (files("trigpoint.report") / "templates" / "patterns.html").read_text(encoding="utf-8")


def test_every_colour_has_a_variable_or_a_pattern_of_the_page() -> None:
    names = [palette.INK, palette.FIRST, palette.BAND, palette.UNKNOWN, *palette.STEPS, *palette.PLAIN_STEPS]
    for colour in (*names, *palette.STATE_COLOURS.values()):
        put = dressed(f'fill="{colour}"')
        variable, pattern = re.search(r"var\((.*?)\)", put), re.search(r"url\(#(.*?)\)", put)
        assert variable is not None or pattern is not None
        assert variable is None or CSS.count(f"{variable[1]}:") == 2  # light and dark
        assert pattern is None or f'id="{pattern[1]}"' in PATTERNS


def test_a_file_has_the_light_colours() -> None:
    assert lit('fill="var(--paper)"') == 'fill="#ffffff"'
    assert "var(" not in lit(PATTERNS)
