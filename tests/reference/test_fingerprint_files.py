from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.lists import DNS, HEADING, HTTP, INNOCENT, PAGES
from trigpoint.reference.fingerprint import How, Reach, Where
from trigpoint.reference.fingerprint_files import read_block_pages, read_false_positives, read_ooni
from trigpoint.reference.matching import Fingerprints

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from trigpoint.reference.fingerprint_files import FingerprintList


def row(**changes: str) -> str:
    cells = {
        "name": "t.one",
        "scope": "nat",
        "other_names": "",
        "location_found": "body",
        "pattern_type": "contains",
        "pattern": "text",
        "confidence_no_fp": "5",
        "expected_countries": "XL",
        "source": "",
        "exp_url": "",
        "notes": "",
        **changes,
    }
    return f"{HEADING}\n{','.join(cells.values())}\n"


def one(**changes: str) -> FingerprintList:
    return read_ooni(row(**changes).encode())


def test_answers_are_read_with_what_the_notes_say_of_them() -> None:
    page, forged = read_ooni(DNS.encode()).fingerprints
    assert (page.where, page.how, page.pattern, page.countries) == (Where.ANSWER, How.FULL, "198.51.100.9", ("XL",))
    assert page.is_page
    assert not forged.is_page
    assert forged.countries == ("XL", "XM")
    assert forged.reach is Reach.PROVIDER


def test_bodies_and_headers_are_read() -> None:
    body, location, innocent = read_ooni(HTTP.encode()).fingerprints
    assert (body.where, body.how) == (Where.BODY, How.CONTAINS)
    assert (location.where, location.header, location.how) == (Where.HEADER, "location", How.PREFIX)
    assert innocent.reach is Reach.INNOCENT
    assert one(location_found="title").fingerprints[0].where is Where.TITLE
    assert one(location_found="header.Server").fingerprints[0].header == "server"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"location_found": "tls"}, "unknown place"),
        ({"location_found": "header."}, "unknown place"),
        ({"pattern_type": "glob"}, "unknown type"),
        ({"pattern": " "}, "empty"),
        ({"pattern": "x" * 5000}, "longer than"),
        ({"confidence_no_fp": "very"}, "no number"),
    ],
)
def test_a_row_that_cannot_be_used_is_told(changes: dict[str, str], reason: str) -> None:
    found = one(**changes)
    assert found.fingerprints == ()
    assert [unusable.line for unusable in found.unusable] == [2]
    assert reason in found.unusable[0].reason


def test_a_scope_that_is_not_known_blocks_nowhere() -> None:
    assert one(scope="prov").fingerprints[0].reach is Reach.OTHER
    assert one(scope="prov").fingerprints[0].blocks_in == ()


@pytest.mark.parametrize(("written", "countries"), [("XL", ("XL",)), ("ZZ", ()), ("", ()), ("Narnia", ())])
def test_only_countries_are_countries(written: str, countries: tuple[str, ...]) -> None:
    assert one(expected_countries=written).fingerprints[0].countries == countries


@pytest.mark.parametrize(
    ("name", "countries"),
    [
        ("cp.b_nat_ir_national_1", ("IR",)),
        ("cp.c_isp_id_kominfo", ("ID",)),
        ("cp.b_nat_uk_redirect", ("GB",)),
        ("cp.b_nat_pak_common", ()),
        ("cp.a_prod_ab_1", ()),
        ("ooni.b_nat_ir_1", ()),
    ],
)
def test_signatures_name_the_country_of_their_owner(name: str, countries: tuple[str, ...]) -> None:
    assert one(name=name, expected_countries="").fingerprints[0].countries == countries


def test_a_missing_confidence_is_the_usual_one() -> None:
    assert one(confidence_no_fp="").fingerprints[0].confidence == 5


@pytest.mark.parametrize("content", ["", "url,category\na,b\n"])
def test_another_file_is_refused(content: str) -> None:
    with pytest.raises(ValueError, match="lacks the columns"):
        read_ooni(content.encode())


def test_a_cell_beyond_all_measure_is_refused() -> None:
    with pytest.raises(ValueError, match="CSV"):
        one(notes="x" * (2 << 20))


def test_signatures_are_read_with_whose_they_are() -> None:
    (ministry,) = read_block_pages(PAGES.encode()).fingerprints
    assert (ministry.where, ministry.how, ministry.reach) == (Where.RESPONSE, How.REGEXP, Reach.NATIONAL)
    assert ministry.blocks_in == ("XL",)
    (default,) = read_false_positives(INNOCENT.encode()).fingerprints
    assert default.reach is Reach.INNOCENT


def test_a_line_that_is_no_signature_is_told() -> None:
    found = read_block_pages(PAGES.encode() + b"{}\n" + b'{"fingerprint":"e","pattern":""}\n')
    assert [unusable.line for unusable in found.unusable] == [3, 4]
    with pytest.raises(ValueError, match="no line of it"):
        read_block_pages(b"<html>\n")


@given(st.binary(max_size=200), st.sampled_from([read_ooni, read_block_pages, read_false_positives]))
def test_hostile_files_give_a_list_or_one_error(noise: bytes, read: Callable[[bytes], FingerprintList]) -> None:
    try:
        found = read(HEADING.encode() + b"\n" + noise)
    except ValueError:
        return
    assert isinstance(found.fingerprints, tuple)


def test_the_lists_as_they_are_published_are_read_and_match_their_own_examples(corpus: Path) -> None:
    folder = corpus / "reference"
    lists = [
        read_ooni((folder / "blocking-fingerprints" / "fingerprints_dns.csv").read_bytes()),
        read_ooni((folder / "blocking-fingerprints" / "fingerprints_http.csv").read_bytes()),
        read_block_pages((folder / "censoredplanet" / "blockpage_signatures.json").read_bytes()),
        read_false_positives((folder / "censoredplanet" / "false_positive_signatures.json").read_bytes()),
    ]
    assert [len(found.fingerprints) for found in lists] == [226, 1729, 622, 460]
    assert [found.unusable for found in lists] == [(), (), (), ()]
    every = [fingerprint for found in lists for fingerprint in found.fingerprints]
    assert Fingerprints(every).broken == ()
    assert sum(fingerprint.example() is None for fingerprint in every) < len(every) / 100
