from __future__ import annotations

import csv
import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from tests.figures.made_series import series
from trigpoint.errors import InputError
from trigpoint.figures import folder
from trigpoint.figures.data import Data
from trigpoint.figures.indicator import compute

if TYPE_CHECKING:
    from pathlib import Path

DATA = Data([series("population", {("KE", "2024"): 56.0, ("UG", "2024"): 50.0}), series("asns", {("KE", "2024"): 7.0})])


def test_a_ledger_is_written_whole_with_its_records_and_rejects(tmp_path: Path) -> None:
    ledger = compute(DATA)
    folder.write(ledger, tmp_path / "deep" / "figures", ["a.csv, line 3: why"])
    content = json.loads((tmp_path / "deep" / "figures" / "ledger.json").read_bytes())
    assert [figure["id"] for figure in content["figures"]] == [figure.id for figure in ledger]
    assert content["records"][0]["licence"] == "CC-BY-4.0"
    assert content["rejects"] == ["a.csv, line 3: why"]


def test_the_table_holds_every_figure_and_the_package_describes_it(tmp_path: Path) -> None:
    folder.write(compute(DATA), tmp_path / "figures")
    text = (tmp_path / "figures" / "figures.csv").read_bytes()
    rows = list(csv.DictReader(text.decode().splitlines()))
    assert {row["id"]: row["value"] for row in rows}["asns_per_head.KE.2024"] == "0.125"
    package = json.loads((tmp_path / "figures" / "datapackage.json").read_bytes())
    table, ledger = package["resources"]
    assert [field["name"] for field in table["schema"]["fields"]] == list(rows[0])
    assert table["hash"] == f"sha256:{hashlib.sha256(text).hexdigest()}"
    assert ledger["hash"] == f"sha256:{hashlib.sha256((tmp_path / 'figures' / 'ledger.json').read_bytes()).hexdigest()}"
    assert package["licenses"] == [{"name": "CC-BY-4.0"}]


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        folder.write(compute(DATA), tmp_path / name)
    for name in ("ledger.json", "figures.csv", "datapackage.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_nothing_is_written_over_and_a_failure_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "figures").mkdir()
    with pytest.raises(InputError, match="figures is there already"):
        folder.write(compute(DATA), tmp_path / "figures")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder, "_fill", fail)
    with pytest.raises(InputError, match="other cannot be written: No space left on device"):
        folder.write(compute(DATA), tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir()] == ["figures"]
