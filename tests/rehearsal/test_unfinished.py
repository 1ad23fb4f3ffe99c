"""A rehearsal that was stopped goes on, and only where the same is asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from trigpoint.errors import InputError
from trigpoint.rehearsal import units_of
from trigpoint.rehearsal.unfinished import MEASUREMENTS, Unfinished, asked_of, unfinished

if TYPE_CHECKING:
    from trigpoint.rehearsal import Unit

ASKED = asked_of(["open"], "virtual", 0)


def units(made: Unfinished) -> tuple[Unit, ...]:
    return tuple(units_of(["open"], "", path=made.folder / MEASUREMENTS, started=made.started))


def measured(made: Unfinished, count: int) -> list[str]:
    """Measure some networks, and begin one more; gives the networks that were missing."""
    left = made.left(units(made))
    for number, unit in enumerate(left[: count + 1]):
        Path(unit.path).write_text(unit.network)
        if number < count:
            made.keep(unit)
    return [unit.network for unit in left]


def kept(folder: Path) -> list[str]:
    return sorted(file.read_text() for file in (folder / MEASUREMENTS).iterdir())


def test_networks_that_are_complete_are_kept_and_one_that_is_not_is_begun_anew(tmp_path: Path) -> None:
    with unfinished(tmp_path / "lab", ASKED, 1.0) as made:
        assert made.is_empty()
        assert measured(made, 1) == ["a1", "a2"]
    assert not (tmp_path / "lab").exists()
    with unfinished(tmp_path / "lab", ASKED, 2.0) as made:
        assert made.started == 1.0
        assert not made.is_empty()
        assert measured(made, 1) == ["a2"]
        made.publish(tmp_path / "lab")
    assert kept(tmp_path / "lab") == ["a1", "a2"]
    assert [path.name for path in tmp_path.iterdir()] == ["lab"]
    assert [path.name for path in (tmp_path / "lab").iterdir()] == [MEASUREMENTS]
    assert (tmp_path / "lab").stat().st_mode & 0o777 == 0o755


def test_what_was_there_is_replaced_by_what_is_whole(tmp_path: Path) -> None:
    (tmp_path / "lab" / "old").mkdir(parents=True)
    with unfinished(tmp_path / "lab", ASKED, 1.0) as made:
        measured(made, 2)
        made.publish(tmp_path / "lab")
    assert not (tmp_path / "lab" / "old").exists()


@pytest.mark.parametrize(
    "other", [asked_of(["turkey"], "virtual", 0), asked_of(["open"], "kernel", 0), asked_of(["open"], "virtual", 1)]
)
def test_another_question_begins_anew(tmp_path: Path, other: object) -> None:
    with unfinished(tmp_path / "lab", ASKED, 1.0) as made:
        measured(made, 1)
    with unfinished(tmp_path / "lab", other, 2.0) as made:  # type: ignore[arg-type]
        assert made.is_empty()
        assert made.started == 2.0


def test_a_world_that_was_changed_is_another(tmp_path: Path) -> None:
    world = tmp_path / "mine.toml"
    world.write_text('base = "open"\ntitle = "One"\n')
    before = asked_of([str(world)], "virtual", 0)
    world.write_text('base = "open"\ntitle = "Two"\n')
    assert asked_of([str(world)], "virtual", 0) != before


def test_what_does_not_say_what_it_is_is_begun_anew(tmp_path: Path) -> None:
    with unfinished(tmp_path / "lab", ASKED, 1.0) as made:
        measured(made, 1)
        (made.folder / "asked.json").write_text("{")
    with unfinished(tmp_path / "lab", ASKED, 2.0) as made:
        assert made.is_empty()


def test_two_cannot_make_the_same(tmp_path: Path) -> None:
    with (
        unfinished(tmp_path / "lab", ASKED, 1.0),
        pytest.raises(InputError, match="another rehearsal is on its way"),
        unfinished(tmp_path / "lab", ASKED, 1.0),
    ):
        pass
