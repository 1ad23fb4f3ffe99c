"""Files of authorities."""

from __future__ import annotations

from pathlib import Path

from trigpoint.lab.fabrics.bundles import no_authorities, write_bundles


def test_each_place_has_a_file_with_what_its_network_trusts(tmp_path: Path) -> None:
    folders = {place: tmp_path / str(number) for number, place in enumerate(["a1/client", "a1", "outside", "control"])}
    for folder in folders.values():
        folder.mkdir()
    written = write_bundles(lambda network: f"<{network}>".encode(), folders)
    assert {place: Path(path).read_text() for place, path in written.items()} == {
        "a1/client": "<a1>",
        "a1": "<a1>",
        "outside": "<>",
        "control": "<>",
    }
    assert all(not list(Path(no_authorities(path)).iterdir()) for path in written.values())
