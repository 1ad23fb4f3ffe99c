from __future__ import annotations

from importlib.resources import files

from trigpoint.figures import default
from trigpoint.reference.statistics import values
from trigpoint.reference.statistics.reading import Origin

FREE = {"MIT", "Apache-2.0", "CC0-1.0", "CC-BY-4.0", "LicenseRef-public-domain"}
OF_THE_WORLD = {"tlds", "cctlds", "idn_tlds"}


def test_the_extract_is_small_and_free_and_says_its_vintage() -> None:
    found = default.extract()
    assert {series.metric for series in found} == {
        "ipv4_addresses", "internet_users_share", "population", *OF_THE_WORLD
    }  # fmt: skip
    for series in found:
        assert set((series.record.licence or "").replace(" OR ", " AND ").split(" AND ")) <= FREE
        assert series.record.vintage
        assert len(series.points) > 150 or series.metric in OF_THE_WORLD
    size = sum(
        len(file.read_bytes()) for file in files("trigpoint.figures.default").iterdir() if file.name.endswith(".json")
    )
    assert size <= default.LARGEST


def test_nothing_of_the_extract_is_rejected() -> None:
    for file in files("trigpoint.figures.default").iterdir():
        if file.name.endswith(".json"):
            origin = Origin(name=file.name, organisation="", url="", licence=None)
            assert values.read(file.read_bytes(), origin).rejects == ()
