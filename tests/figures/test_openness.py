import polars as pl

from tests.figures.surveys import SOURCE, case, realistic, survey
from trigpoint.figures.country import coarsened, load
from trigpoint.figures.openness import openness
from trigpoint.model.provenance import Source


def test_the_same_survey_in_another_order_gives_the_same_frames() -> None:
    first, second = realistic(), realistic()
    for name, frame in second.frames.items():
        second.frames[name] = frame.reverse()
    one, other = (openness(held, load(held, "XL")) for held in (first, second))
    assert {name: frame.write_csv() for name, frame in one.frames.items()} == {
        name: frame.write_csv() for name, frame in other.frames.items()
    }
    assert list(one.ledger) == list(other.ledger)


def test_the_states_add_up_to_all_verdicts_in_every_table() -> None:
    held = realistic()
    chapter = openness(held, load(held, "XL"))
    for name in ("days", "networks", "nettests", "matrix"):
        frame = chapter.frames[name]
        for state in ("blocked", "ok", "down", "insufficient"):
            assert frame[state].sum() == chapter.ledger[f"verdicts.{state}"].value, (name, state)


def test_figures_carry_flags_and_the_sources_that_were_used() -> None:
    other = Source(path="other.jsonl", sha256="6" * 64, bytes=1, format="ooni", measurements=9)
    held = survey(case("a"))
    held.sources = (*held.sources, other)
    chapter = openness(held, load(held, "IR"), is_fictional=True)
    assert chapter.ledger.basis.flags == ("fictional",)
    assert chapter.ledger.basis.sources == (SOURCE,)
    used = dict(chapter.frames["sources"].select("sha256", "measurements_of_country").iter_rows())
    assert used == {SOURCE: 1, "6" * 64: 0}


def test_figures_of_a_laboratory_say_so() -> None:
    held = survey(case("a"))
    held.frames["measurements"] = held.frames["measurements"].with_columns(lab_world=pl.lit("iran"))
    assert openness(held, load(held, "IR")).ledger.basis.flags == ("laboratory",)


def test_a_coarse_chapter_names_no_hash_of_a_source() -> None:
    held = survey(*(case(str(number), run=str(number)) for number in range(5)))
    chapter = openness(held, coarsened(load(held, "IR")), is_fictional=True)
    assert chapter.ledger.basis.flags == ("fictional", "coarsened")
    assert chapter.ledger.basis.sources == ()
    assert chapter.frames["sources"].select("sha256", "measurements_of_country").rows() == [("", 5)]


def test_rejects_are_withheld_with_their_paths_when_coarse() -> None:
    cases = [case(str(number), run=str(number)) for number in range(5)]
    held = survey(*cases, rejects=[{"path": "/home/somebody/x", "line": 3, "reason": "bad /home/somebody"}])
    frame = openness(held, coarsened(load(held, "IR"))).frames["rejects"]
    assert "somebody" not in frame.write_csv()
    assert frame.height == 1
