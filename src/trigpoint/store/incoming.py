"""What another process needs in order to read a survey that is being written, and to add files to it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from trigpoint.errors import SurveyError
from trigpoint.store.survey import Survey

if TYPE_CHECKING:
    from trigpoint.store.writer import Writer


class Incoming(msgspec.Struct, frozen=True):
    """A survey as its writer has it, and where its new files go. It can be pickled."""

    survey: str
    """Folder of the survey."""
    listed: str
    """Name of the list of its files."""
    folder: str
    """Folder for files that no commit names yet."""

    @staticmethod
    def of(writer: Writer) -> Incoming:
        """Describe what a writer has."""
        return Incoming(str(writer.path.absolute()), writer.survey.manifest.files.name, str(writer.incoming.absolute()))

    def open(self) -> Survey:
        """Open the survey, once for all that is done with it in this process.

        Raises:
            SurveyError: it cannot be opened, or this process sees another commit of it than its writer.

        """
        return _opened(self)


@lru_cache(maxsize=1)
def _opened(incoming: Incoming) -> Survey:
    survey = Survey.open(incoming.survey)
    if survey.manifest.files.name != incoming.listed:
        message = f"{incoming.survey}: what is seen here is not what was there when the work began"
        raise SurveyError(message)
    return survey
