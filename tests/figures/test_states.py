import polars as pl

from trigpoint.figures.states import split, with_share


def test_undecided_verdicts_are_in_no_share() -> None:
    frame = pl.DataFrame({"blocked": [1, 0], "ok": [2, 0], "down": [1, 0], "insufficient": [96, 9]})
    shares = with_share(frame)
    assert shares["decided"].to_list() == [4, 0]
    assert shares["share"].to_list() == [0.25, None]
    assert shares.select("share_low", "share_high").row(1) == (0.0, 1.0)


def test_each_word_gets_a_row_and_an_empty_text_none() -> None:
    frame = pl.DataFrame({"a": ["x y", "", "z"]})
    assert split(frame, "a", "word")["word"].to_list() == ["x", "y", "z"]
