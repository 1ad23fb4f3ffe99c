"""Files of authorities."""

from __future__ import annotations

from pathlib import Path

from tests.lab.fabrics.worlds import world
from trigpoint.lab.fabrics.bundles import write_bundles


def test_each_place_has_a_file_and_clients_have_their_networks(tmp_path: Path) -> None:
    written = write_bundles(lambda network: f"<{network}>".encode(), ["a1/client", "a1", "outside"], world(), tmp_path)
    assert {place: Path(path).read_text() for place, path in written.items()} == {
        "a1/client": "<a1>",
        "a1": "<>",
        "outside": "<>",
    }
