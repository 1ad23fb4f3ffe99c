"""Other people's files -> model records. Found by content, read as a stream; nothing is lost silently (R3)."""

from trigpoint.archive.finder import Finder
from trigpoint.archive.reading import expand, identify, read

__all__ = ["Finder", "expand", "identify", "read"]
