"""What a file is that is not measurements: a name for the reason of its reject, from its first bytes."""

from __future__ import annotations

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a zip archive inside another"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xfd7zXZ\x00", "compressed with xz"),
    (b"BZh", "compressed with bzip2"),
    (b"PAR1", "a Parquet table"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
    (b"<", "markup"),
)


def kind_by_name(head: bytes) -> str | None:
    """Name what first bytes say by themselves that they are."""
    return next((name for magic, name in _MAGIC if head.startswith(magic)), None)


def kind_of(head: bytes) -> str:
    r"""Name what first bytes look like.

    >>> kind_of(b"\x89PNG\r\n\x1a\n..."), kind_of(b"a,b,c"), kind_of(b"\x00\x01")
    ('a PNG picture', 'text without JSON records', 'binary data')
    """
    return kind_by_name(head) or ("binary data" if b"\0" in head else "text without JSON records")
