from hypothesis import given
from hypothesis import strategies as st

from trigpoint.report.text import SHOWN, measured, spreadsheet, visible

_ANY = st.text(st.characters())


@given(_ANY)
def test_nothing_that_reorders_or_hides_text_is_left(text: str) -> None:
    shown = visible(text)
    assert not set(shown) & set(SHOWN)
    assert all(character in "\t\n" or ord(character) >= 32 for character in shown)
    shown.encode()


@given(_ANY)
def test_measured_text_is_never_markup(text: str) -> None:
    inner = measured(text).removeprefix("<bdi>").removesuffix("</bdi>")
    assert not set(inner) & set("<>\"'")


@given(_ANY)
def test_a_spreadsheet_runs_nothing(text: str) -> None:
    assert spreadsheet(text)[:1] not in tuple("=+-@\t")


def test_a_reversed_name_shows_what_reverses_it() -> None:
    assert visible("moc\u202elive.example") == "moc[U+202E]live.example"
