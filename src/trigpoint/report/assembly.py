"""An edition put together: figures of statistics, those counted in a survey, and what changed since an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint import __version__
from trigpoint.errors import CountryError, InputError
from trigpoint.figures.ledger import Basis, Ledger, vintage
from trigpoint.model.figure import WORLD
from trigpoint.model.provenance import ReferenceFile
from trigpoint.reference.countries import COUNTRIES, FICTIONAL, country_code
from trigpoint.report.differences import differences
from trigpoint.report.edition import Edition
from trigpoint.report.language import country as named
from trigpoint.report.language import gettext as _
from trigpoint.report.measured import Measured, measured
from trigpoint.report.selection import selected
from trigpoint.report.treatment import treatments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trigpoint.report.measured import Survey

WORLD_WORDS = frozenset({"WORLD", "WLD", WORLD})
"""How a person names the whole world, in upper case."""


REAL = COUNTRIES.keys() - {FICTIONAL} | {WORLD}
"""Subjects of which there are statistics."""


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """What published statistics give a report."""

    ledger: Ledger
    """Figures of all countries; the report takes what it needs."""
    rejects: tuple[str, ...] = ()
    """What could not be read, a sentence each."""


def subject_of(text: str) -> str:
    """Give the subject that a person names: a country, or the world.

    >>> subject_of("cn"), subject_of("world")
    ('CN', '001')

    Raises:
        CountryError: it is neither.

    """
    return WORLD if text.strip().upper() in WORLD_WORDS else country_code(text)


def edition_of(
    subject: str,
    *,
    statistics: Statistics | None = None,
    survey: Survey | None = None,
    earlier: Ledger | None = None,
) -> Edition:
    """Join what is known of a subject; the arguments are those of :func:`~trigpoint.report.writing.write`.

    Published statistics never stand beside measurements that are invented, or of the laboratory.

    Raises:
        CountryError: it is neither a country nor the world, the survey has no measurements of it, or there is no survey
            and the code is nobody's.
        InputError: the category file cannot be read, or the earlier edition is on another subject.

    """
    code = subject_of(subject)
    if survey is None and code not in REAL:
        message = f"{code} is nobody's code (ISO 3166-1): a report on it needs measurements (--survey)"
        raise CountryError(message)
    if earlier and earlier.basis.subject not in {"", code}:
        message = f"the earlier edition is on {earlier.basis.subject}, and this one on {code}"
        raise InputError(message)
    found = measured(code, survey) if survey else None
    ledger = Ledger(found.ledger.basis if found else Basis(subject=code, period="", vintage="", sources=()))
    if found:
        ledger.include(found.ledger)
    real = None if found and (found.is_fictional or found.lab_worlds) else statistics
    if real:
        ledger.include(real.ledger, selected(real.ledger, code))
    compared = differences(ledger, earlier, code) if earlier else None
    versions = {**(survey.tables.versions if survey else {}), "report": __version__}
    return msgspec.structs.replace(
        _of_survey(code, ledger, found),
        differences=compared,
        rejects=real.rejects if real else (),
        treatments=treatments(real.ledger) if real else {},
        versions=tuple(sorted(versions.items())),
        state=_state(ledger, versions),
    )


def _of_survey(code: str, ledger: Ledger, found: Measured | None) -> Edition:
    is_laboratory = bool(found and found.lab_worlds)
    name = _("The world") if code == WORLD else named(code, is_laboratory=is_laboratory)
    plain = Edition(subject=code, name=name, ledger=ledger, versions=(), state="")
    if found is None:
        return plain
    return msgspec.structs.replace(
        plain,
        openness=found.openness,
        world=found.world,
        grid=found.grid,
        links=found.links,
        is_fictional=found.is_fictional,
        is_published=found.is_published,
        references=found.references,
        withheld=found.withheld,
    )


def _state(ledger: Ledger, versions: Mapping[str, str]) -> str:
    """Hash what the report stands on; of a survey alone it is the survey's own."""
    own = ledger.basis.vintage
    if own and not ledger.records:
        return own
    records = [ReferenceFile(name=record.series, sha256=record.sha256) for record in ledger.records]
    return vintage((), {**versions, "survey": own}, records)
