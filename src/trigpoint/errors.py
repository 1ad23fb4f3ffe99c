"""The one tree of errors.

Failures of a *measurement* are values (:mod:`trigpoint.model.failure`); these are failures of the *program*::

    TrigpointError
    ├── InputError          what a person gave cannot be used (exit 2)
    │   ├── CountryError    not a country code, or no measurement of it
    │   ├── ConsentError    nobody has agreed to the risks of measuring
    │   └── RecordError     one record cannot be read; becomes a counted reject
    ├── SurveyError         a survey directory cannot be used (exit 2)
    │   ├── NewerSurveyError    written by a newer version
    │   └── DamagedSurveyError  a file is missing or its content does not match the manifest
    ├── NetworkError        the probe's own network lets nothing be measured (exit 2)
    ├── LabError            the lab cannot be built on this machine, or has ended (exit 2)
    └── DeclarationError    an entry of an open folder does not declare what it should
"""

from __future__ import annotations


class TrigpointError(Exception):
    """Base of all errors of this program. Its text is one sentence for a person."""


class InputError(TrigpointError):
    """What a person gave cannot be used: a path, an option, a file without records."""


class CountryError(InputError):
    """A country code that is not one, or a country without measurements."""


class ConsentError(InputError):
    """Nobody has agreed to what measuring shows of a person; nothing was sent."""


class RecordError(InputError):
    """One record cannot be read. Readers turn it into a row of ``rejects`` (requirement R3)."""


class SurveyError(TrigpointError):
    """A survey directory cannot be used."""


class NewerSurveyError(SurveyError):
    """The survey was written by a newer version of Trigpoint."""


class DamagedSurveyError(SurveyError):
    """A file of the survey is missing or does not match the manifest."""


class NetworkError(TrigpointError):
    """Nothing can be measured from here: a login page stands in between, or there is no network."""


class LabError(TrigpointError):
    """The lab cannot be built on this machine, or has ended before its time. The text says why."""


class DeclarationError(TrigpointError):
    """An entry of an open folder fails to import, or declares nothing, or declares the wrong type."""
