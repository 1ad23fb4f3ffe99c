"""How large one record may be: what is written must be read again."""

from __future__ import annotations

LARGEST_RECORD_BYTES = 16_777_216
"""16 MiB. Probes cut bodies off at a few hundred kilobytes, so the largest measurements have some megabytes; decoding
takes several times the size of a record, and a process has 300 MB for everything."""

LARGEST_RECORD_VALUES = 600_000
"""Values in one record, counted by the commas and brackets in it, those of page text too: an empty list takes 3 bytes
of JSON and 64 of memory, a step of 30 bytes several hundred. Measurements have some thousands."""
