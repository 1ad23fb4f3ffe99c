"""Chapters of a status report, in their order."""

from __future__ import annotations

import msgspec


class Chapter(msgspec.Struct, frozen=True, kw_only=True):
    """One chapter; sections say by its id that they are of it."""

    number: str
    """Printed before its title."""
    id: str
    """Its anchor is ``chapter-`` and this."""
    title: str
    """Heading."""
    question: str
    """What it answers."""
    is_of_statistics: bool = True
    """Whether it stands on published statistics, which know real countries alone."""


CHAPTERS = (
    Chapter(number="0", id="summary", title="Summary", question="What do the figures say, and what has changed?"),
    Chapter(
        number="1", id="development", title="Development",
        question="Who is online, how fast does that grow, and where is it going?",
    ),
    Chapter(
        number="2", id="resources", title="Resources",
        question="How are addresses, AS numbers, names and root servers distributed?",
    ),
    Chapter(
        number="3", id="openness", title="Openness", is_of_statistics=False,
        question="What is blocked, on which networks, by which mechanism? What is only out of order?",
    ),
    Chapter(
        number="4", id="security", title="Security",
        question="Which websites were tampered with, and who counts how?",
    ),
    Chapter(
        number="5", id="governance", title="Governance",
        question="What is on record, and where do sources disagree?",
    ),
    Chapter(
        number="6", id="index", title="Index", question="How does it compare, for each person and in total?",
    ),
    Chapter(number="7", id="claims", title="Claims", question="Which public claims do the figures support, and why?"),
    Chapter(
        number="A", id="annex", title="Method and sources", is_of_statistics=False,
        question="How did each number come about, and what is missing?",
    ),
)  # fmt: skip
"""All of them."""
