"""Acts are numbered, given in pages, and news of them come once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trigpoint.lab.engine.event import Event
from trigpoint.lab.fabrics import acts
from trigpoint.lab.fabrics.kernel.diary import Diary

EVENT = Event(0.0, "c", "b", "drop", "", "", "", "udp", "", 0, "", 0, outward=True, packet="", packet_bytes=0)


def _diary(acts: int) -> Diary:
    diary = Diary()
    for number in range(acts):
        diary.note(str(number), EVENT)
    return diary


@given(acts=st.integers(0, 30), since=st.integers(0, 40))
def test_pages_follow_each_other_without_gap(acts: int, since: int) -> None:
    diary, got = _diary(acts), []
    while True:
        page = diary.since(since + len(got))
        got += [network for network, _ in page.acts]
        if page.first + len(page.acts) >= page.total:
            break
    assert got == [str(number) for number in range(since, acts)]


def test_what_was_taken_makes_room() -> None:
    diary = _diary(30)
    assert diary.since(20).first == 20
    assert (diary.since(0).first, len(diary.since(0).acts)) == (20, 10)


def test_the_oldest_are_forgotten_and_the_page_says_where_it_begins(monkeypatch) -> None:  # noqa: ANN001 - of pytest
    monkeypatch.setattr(acts, "MOST_ACTS", 10)
    page = _diary(25).since(3)
    assert (page.first, page.total) == (15, 25)
    assert [network for network, _ in page.acts] == [str(number) for number in range(15, 25)]


def test_news_come_once_until_all_was_asked_for() -> None:
    told: list[int] = []
    diary = Diary(lambda: told.append(1))
    for _ in range(5):
        diary.note("a1", EVENT)
    assert len(told) == 1
    diary.since(0)
    diary.note("a1", EVENT)
    assert len(told) == 2
