"""What importing the program does to a process."""

from __future__ import annotations

import os
import subprocess
import sys

_VARIABLE = "_RJEM_MALLOC_CONF"


def setting(given: str | None) -> str:
    """Give the setting of Polars' allocator in a fresh process, in which a person set it or not."""
    bare = {name: value for name, value in os.environ.items() if name != _VARIABLE}
    code = f"import os, trigpoint, polars; print(os.environ[{_VARIABLE!r}])"
    command = [sys.executable, "-c", code]
    env = bare if given is None else bare | {_VARIABLE: given}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout.strip()


def test_the_allocator_keeps_pages_for_the_next_table() -> None:
    assert setting(None).endswith(",dirty_decay_ms:10000")  # behind what Polars sets: of two, the last one counts


def test_what_a_person_set_stands() -> None:
    assert setting("dirty_decay_ms:0").endswith(",dirty_decay_ms:0")
    assert "10000" not in setting("dirty_decay_ms:0")
