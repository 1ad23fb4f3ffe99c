import hashlib
import json
from pathlib import Path

import msgspec

from tests.figures.profiles import profile_errors
from trigpoint.figures import datapackage
from trigpoint.figures.datapackage import Resource
from trigpoint.model.provenance import SourceRecord

RECORD = SourceRecord(
    organisation="World Bank", series="SP.POP.TOTL", url="https://example.org", licence="CC-BY-4.0", sha256="a",
    vintage="2025",
)  # fmt: skip


def _written(folder: Path, *records: SourceRecord) -> dict[str, object]:
    (folder / "a.csv").write_text("id,n\nx,1\n")
    (folder / "b.json").write_text("{}")
    table = Resource(name="a", path="a.csv", fields={"id": "string", "n": "integer"}, key=("id",))
    datapackage.write(folder, "made", "Made", [table, Resource(name="b", path="b.json")], records)
    found: dict[str, object] = json.loads((folder / "datapackage.json").read_bytes())
    return found


def test_a_package_is_of_the_second_version_and_describes_its_files(tmp_path: Path) -> None:
    found = _written(tmp_path, RECORD)
    assert found["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert found["licenses"] == [{"name": "CC-BY-4.0"}]
    assert found["sources"] == [{"title": "World Bank: SP.POP.TOTL", "path": "https://example.org"}]
    table, other = found["resources"]  # type: ignore[misc]
    assert (table["type"], table["schema"]["primaryKey"]) == ("table", ["id"])
    assert [field["type"] for field in table["schema"]["fields"]] == ["string", "integer"]
    assert table["hash"] == f"sha256:{hashlib.sha256((tmp_path / 'a.csv').read_bytes()).hexdigest()}"
    assert (table["bytes"], other["mediatype"], "schema" in other) == (9, "application/json", False)


def test_an_expression_of_licences_is_told_by_its_identifiers(tmp_path: Path) -> None:
    either = msgspec.structs.replace(RECORD, licence="MIT OR Apache-2.0")
    found = _written(tmp_path, RECORD, either)
    assert found["licenses"] == [{"name": "Apache-2.0"}, {"name": "CC-BY-4.0"}, {"name": "MIT"}]


def test_a_package_is_valid_by_the_published_profiles(tmp_path: Path) -> None:
    either = msgspec.structs.replace(RECORD, licence="MIT OR Apache-2.0")
    assert profile_errors(_written(tmp_path, RECORD, either)) == []
    assert profile_errors(_written(tmp_path)) == []


def test_what_the_profiles_forbid_is_found(tmp_path: Path) -> None:
    found = _written(tmp_path, RECORD)
    assert profile_errors(found | {"licenses": [{"name": "MIT OR Apache-2.0"}]}) != []
    table, *_ = found["resources"]  # type: ignore[misc]
    assert profile_errors(table["schema"] | {"fields": [{"name": "n", "type": "whole"}]}, "tableschema") != []


def test_a_package_without_sources_has_no_empty_lists_which_the_standard_forbids(tmp_path: Path) -> None:
    assert _written(tmp_path).keys() == {"$schema", "name", "title", "resources"}
