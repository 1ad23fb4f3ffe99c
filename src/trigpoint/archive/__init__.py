"""Other people's files -> model records. Found by content, read as a stream; nothing is lost silently (R3)."""

from trigpoint.archive.reading import expand, fetch, identify, read

__all__ = ["expand", "fetch", "identify", "read"]
