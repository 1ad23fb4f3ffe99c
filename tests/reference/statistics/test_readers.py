"""Readers of statistics: what they read of the real formats, and what becomes of broken and foreign files."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import CORPUS
from trigpoint.errors import InputError
from trigpoint.model.figure import WORLD
from trigpoint.reference.statistics import domains, names, registries, roots, rpki, tables, values, worldbank
from trigpoint.reference.statistics.reading import Origin, Rejects, why_absurd

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.model.series import Intake

ORIGIN = Origin(
    name="file", organisation="Somebody", url="https://example.org", licence="CC-BY-4.0", vintage="2026-01-01"
)
UNDATED = Origin(name="file", organisation="Somebody", url="https://example.org", licence=None)
FOLDER = CORPUS / "indicators"
needs_corpus = pytest.mark.skipif(not FOLDER.is_dir(), reason="the corpus of indicators is not here")
READERS = (registries.read, worldbank.read, tables.read, roots.read, rpki.read, domains.read, values.read, names.read)


def _values(intake: Intake, metric: str) -> dict[tuple[str, str], float]:
    (series,) = [one for one in intake.series if one.metric == metric]
    return {(point.subject, point.period): point.value for point in series.points}


def _file(*lines: str) -> bytes:
    return "\n".join(lines).encode()


# The registries

HEAD = "2.3|apnic|20260101|7||20251231|+1000"


def test_what_is_held_in_a_country_is_added() -> None:
    found = registries.read(
        _file("# conditions", HEAD, "apnic|*|ipv4|*|9|summary", "apnic|KE|ipv4|1.0.0.0|256|20110811|assigned|A",
              "apnic|KE|ipv4|1.0.1.0|512|20110811|allocated", "apnic|KE|ipv6|2001:db8::|31|20110811|allocated|A",
              "apnic|KE|asn|10|3|20110811|allocated|A", "apnic||ipv4|9.0.0.0|256||available|", ""), ORIGIN)  # fmt: skip
    at = ("KE", "2026-01-01")
    assert {metric: _values(found, metric) for metric in registries.METRICS.values()} == {
        "ipv4_addresses": {at: 768}, "ipv6_blocks": {at: 2}, "asns": {at: 3},
    }  # fmt: skip
    assert found.rejects == ()
    assert {one.record.vintage for one in found.series} == {"2026-01-01"}
    assert {one.parts for one in found.series} == {("apnic",)}


def test_the_merged_file_covers_all_registries() -> None:
    (one, *_) = registries.read(
        _file("2|nro|20260101|1|0|20260101|+0000", "arin|US|asn|1|1|20010101|assigned"), ORIGIN
    ).series
    assert one.parts == ("afrinic", "apnic", "arin", "lacnic", "ripencc")


def test_codes_of_no_country_are_nobodys_and_told_together() -> None:
    found = registries.read(
        _file(HEAD, "apnic|AP|asn|1|1|20010101|assigned", "apnic|EU|asn|2|1|20010101|assigned"), ORIGIN
    )
    assert _values(found, "asns") == {}
    assert found.rejects == ("file, in all: 2 records of no country are not counted",)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("apnic|KE|ipv4", "3 fields instead of seven"),
        ("apnic|KE|ipv5|1.0.0.0|1|20010101|assigned", "type 'ipv5' is none of ipv4, ipv6, asn"),
        ("apnic|KE|ipv4|1.0.0.0|-1|20010101|assigned", "value '-1' is no number above nought"),
        ("apnic|KE|ipv4|1.0.0.0|²|20010101|assigned", "value '²' is no number above nought"),
        ("apnic|KE|ipv4|1.0.0|1|20010101|assigned", "'1.0.0' is no address"),
        ("apnic|KE|ipv4|::1|1|20010101|assigned", "'::1' is no address of ipv4"),
        ("apnic|KE|ipv4|255.0.0.0|4294967296|20010101|assigned", "4294967296 addresses from 255.0.0.0 are too many"),
        ("apnic|KE|ipv6|2001::|129|20010101|assigned", "129 is no length of a prefix"),
        ("apnic|KE|asn|4294967295|2|20010101|assigned", "'4294967295' and 2 following are no AS numbers"),
        ("apnic|KE|asn|x|2|20010101|assigned", "'x' and 2 following are no AS numbers"),
    ],
)
def test_a_broken_line_is_told_with_its_number_and_the_rest_is_read(line: str, why: str) -> None:
    found = registries.read(_file(HEAD, line, "apnic|KE|asn|1|1|20010101|assigned"), ORIGIN)
    assert found.rejects == (f"file, line 2: {why}",)
    assert _values(found, "asns") == {("KE", "2026-01-01"): 1}


@needs_corpus
@pytest.mark.parametrize(
    ("name", "ipv4", "ipv6", "asns"),
    [
        ("delegated-apnic-20101217.gz", 276_586_240, 401, 470),
        ("delegated-apnic-extended-20160131.gz", 336_889_344, 20_598, 1_251),
        ("delegated-apnic-20190912.gz", 340_458_496, 47_558, 1_665),
    ],
)
def test_what_china_held_is_what_was_published(name: str, ipv4: int, ipv6: int, asns: int) -> None:
    found = registries.read((FOLDER / "resources" / name).read_bytes(), ORIGIN)
    values = [next(value for (code, _), value in _values(found, metric).items() if code == "CN")
              for metric in ("ipv4_addresses", "ipv6_blocks", "asns")]  # fmt: skip
    assert values == [ipv4, pytest.approx(ipv6, abs=0.5), asns]
    assert [reject for reject in found.rejects if ", in all: " not in reject] == []


@needs_corpus
@pytest.mark.parametrize(
    ("name", "day", "is_clean"),
    [
        ("delegated-afrinic-extended-20260505", "2026-05-05", True),  # start 00000000, offset 00000
        ("delegated-lacnic-extended-20190910.gz", "2019-09-10", True),
        ("delegated-iana-2019", "2019-09-11", False),  # begins with comments; one line is not of the format
    ],
)
def test_files_of_other_registries_are_read(name: str, day: str, *, is_clean: bool) -> None:
    found = registries.read((FOLDER / "resources" / name).read_bytes(), ORIGIN)
    assert {one.record.vintage for one in found.series} == {day}
    assert (found.rejects == ()) == is_clean


# The World Bank


def _entry(**changes: Any) -> dict[str, Any]:
    basis = {"indicator": {"id": "IT.NET.USER.ZS"}, "country": {"id": "KE"}, "date": "2015", "value": 50.3}
    return basis | changes


def _answer(*entries: object, **head: object) -> bytes:
    return json.dumps([{"page": 1, "pages": 1, "lastupdated": "2025-01-24", **head}, list(entries)]).encode()


def test_an_answer_of_the_world_bank_gives_shares_with_its_vintage() -> None:
    entries = (
        _entry(),
        _entry(country={"id": "1W"}, value=40),
        _entry(country={"id": "ZJ"}),
        _entry(date="2014", value=None),
    )
    found = worldbank.read(_answer(*entries), ORIGIN)
    assert _values(found, "internet_users_share") == {("KE", "2015"): pytest.approx(0.503), (WORLD, "2015"): 0.4}
    (one,) = found.series
    assert (one.record.vintage, one.record.series, found.rejects) == ("2025-01-24", "IT.NET.USER.ZS", ())
    people = worldbank.read(_answer(_entry(indicator={"id": "SP.POP.TOTL"}, value=47e6)), ORIGIN)
    assert _values(people, "population") == {("KE", "2015"): 47e6}


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (_entry(value=101), "a share above 100 %"),
        (_entry(value=-1), "a number below nought"),
        (_entry(value="50"), "'50' is no number"),
        (_entry(value=True), "True is no number"),
        (_entry(value=10**400), "a number with too many digits"),
        (_entry(date=2015), "2015 is no year"),
        (_entry(date="2015Q1"), "'2015Q1' is no year"),
        (3, "no object"),
        (_entry(), "KE 2015 stands there twice"),
    ],
)
def test_an_absurd_entry_is_told_and_the_rest_is_read(entry: object, why: str) -> None:
    found = worldbank.read(_answer(_entry(), entry), ORIGIN)
    assert found.rejects == (f"file, entry 2: {why}",)
    assert len(_values(found, "internet_users_share")) == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html>504 Gateway Time-out</html>", "it is no JSON that can be read"),
        (
            b'[{"message": [{"id": "120", "value": "The provided parameter value is not valid"}]}]',
            "parameter value is not",
        ),
        (b'[{"message": null}]', "the World Bank says"),
        (b"[]", "it has no head and entries"),
        (b'[{"page": 1}, null]', "it has no head and entries"),
        (b"{}", "it has no head and entries"),
        (_answer(), "on one of IT.NET.USER.ZS, SP.POP.TOTL"),
        (_answer(_entry(), pages=4), "it is one page of 4; ask with a larger per_page"),
        (b"\x1f\x8bdamaged", "the compressed data are damaged"),
    ],
)
def test_an_error_page_or_a_foreign_answer_is_one_sentence(content: bytes, why: str) -> None:
    with pytest.raises(InputError, match=why.replace("?", r"\?")):
        worldbank.read(content, ORIGIN)


# Tables


def test_a_table_of_our_world_in_data_is_read() -> None:
    head = "Entity,Code,Year,Individuals using the Internet (% of population)"
    found = tables.read(_file(f"\ufeff{head}", "Kenya,KEN,2015,50.3", "World,OWID_WRL,2015,40", "Europe,,2015,70",
                              "Kosovo,OWID_KOS,2015,1", "Kenya,KEN,2016,"), ORIGIN)  # fmt: skip
    assert _values(found, "internet_users_share") == {("KE", "2015"): pytest.approx(0.503), (WORLD, "2015"): 0.4}
    assert found.rejects == ()
    assert found.series[0].record.vintage == "2026-01-01"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Kenya,KEN,2015,150", "'150': a share above 100 %"),
        ("Kenya,KEN,2015,many", "'many': is no number"),
        ("Kenya,KEN,20x5,50", "'20x5' is no year"),
        ("Kenya,KEN", "2 fields are too few"),
        ("Kenya,KEN,2014,50", "KE 2014 stands there twice"),
        ("Kenya,KEN,2015,nan", "'nan': no number"),
    ],
)
def test_a_broken_row_is_told_with_its_line(line: str, why: str) -> None:
    head = "Entity,Code,Year,Share of the population using the Internet"
    found = tables.read(_file(head, "Kenya,KEN,2014,50", line, ""), ORIGIN)
    assert found.rejects == (f"file, line 3: {why}",)


def test_a_table_whose_values_have_no_telling_name_is_told_its_metric() -> None:
    content = _file("Country Name,Country Code,Year,Value", "Kenya,KEN,2015,47000000")
    assert _values(tables.read(content, ORIGIN, "population"), "population") == {("KE", "2015"): 47e6}
    with pytest.raises(InputError, match="its values are called 'Value'"):
        tables.read(content, ORIGIN)


def test_a_table_kept_by_hand_may_be_of_months() -> None:
    content = _file("Code,Year,Websites tampered with in a month", "CHN,2015-02,9857", "CHN,2015-13,1", "CHN,2014,3081")
    found = tables.read(content, ORIGIN)
    assert _values(found, "sites_tampered_per_month") == {("CN", "2015-02"): 9857, ("CN", "2014"): 3081}
    assert found.rejects == ("file, line 3: '2015-13' is no year",)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2", b"\xff\xfe", b'"Code,Year,Population\nKEN'])
def test_a_foreign_table_is_one_sentence(content: bytes) -> None:
    with pytest.raises(InputError, match="file is no table of countries and years"):
        tables.read(content, ORIGIN)


@needs_corpus
def test_both_vintages_of_the_world_in_2023_are_read() -> None:
    folder = FOLDER / "development"
    old = tables.read((folder / "owid_wdi_individuals_using_internet_pct_2025-01.csv").read_bytes(), ORIGIN)
    new = tables.read(
        (folder / "worldbank_IT.NET.USER.ZS_WLD_vintage2025b.csv").read_bytes(), ORIGIN, "internet_users_share"
    )
    shares = [_values(found, "internet_users_share")[WORLD, "2023"] for found in (old, new)]
    assert shares == [pytest.approx(0.674), pytest.approx(0.654)]
    assert (old.rejects, new.rejects) == ((), ())


@needs_corpus
def test_the_number_of_china_is_that_of_2013_in_one_source_and_of_2014_in_another() -> None:
    """Trap: a check by the value alone would find 632 million in the wrong year."""
    content = (FOLDER / "development" / "owid_number_of_internet_users_2024-12.csv").read_bytes()
    users = _values(tables.read(content, ORIGIN), "internet_users")
    assert users["CN", "2013"] == pytest.approx(632e6, rel=0.002)
    assert users["CN", "2014"] > 650e6


# Root servers


def _site(**changes: object) -> dict[str, object]:
    return {"Country": "KE", "Instances": 2, "Updated": "2026-05-01T00:00:00Z"} | changes


def test_sites_and_instances_are_counted_by_country() -> None:
    answer = {"Homepage": "http://m.root-servers.org/", "Sites": [_site(), _site(Instances=3), _site(Country="TH")]}
    found = roots.read(json.dumps(answer).encode(), Origin(name="file", organisation="o", url="u", licence=None))
    assert _values(found, "root_instances") == {("KE", "2026-05-01"): 5, ("TH", "2026-05-01"): 2}
    assert _values(found, "root_sites") == {("KE", "2026-05-01"): 2, ("TH", "2026-05-01"): 1}
    assert {one.parts for one in found.series if one.whole} == {("M",)}
    assert _values(found, "root_instances_M") == {("KE", "2026-05-01"): 5, ("TH", "2026-05-01"): 2}


def test_instances_are_counted_by_letter_where_each_site_says_its_own() -> None:
    sites = [
        _site(root="k-root"),
        _site(root="K-root", Instances=1),
        _site(root="a-root"),
        _site(),
        _site(root="z-root"),
    ]
    found = roots.read(json.dumps(sites).encode(), ORIGIN)
    metrics = {one.metric for one in found.series}
    assert metrics == {"root_instances", "root_sites", "root_instances_A", "root_instances_K"}
    assert list(_values(found, "root_instances_K").values()) == [3]
    assert all(one.whole == "" for one in found.series if one.metric.startswith("root_instances_"))


@pytest.mark.parametrize(
    ("site", "why"),
    [
        (3, "no object"),
        (_site(Country="Kenya"), "'Kenya' is no country"),
        (_site(Country=["KE"]), "['KE'] is no country"),
        (_site(Instances=-1), "-1 is no number of instances"),
        (_site(Instances=True), "True is no number of instances"),
        (_site(Instances=10_000_000), "10000000 is no number of instances"),
    ],
)
def test_a_broken_site_is_told(site: object, why: str) -> None:
    found = roots.read(json.dumps({"Sites": [_site(), site]}).encode(), ORIGIN)
    assert found.rejects == (f"file, site 2: {why}",)


@pytest.mark.parametrize("content", [b"<html>", b"{}", b"3"])
def test_a_foreign_answer_is_no_list_of_sites(content: bytes) -> None:
    with pytest.raises(InputError, match="file is no list of sites"):
        roots.read(content, ORIGIN)


@needs_corpus
def test_the_sites_of_may_2026() -> None:
    found = roots.read((FOLDER / "resources" / "root_server_sites_20260518.json").read_bytes(), ORIGIN)
    sites, instances = _values(found, "root_sites"), _values(found, "root_instances")
    assert (sum(sites.values()), sum(instances.values()), len(sites)) == (1_584, 2_020, 181)
    china = ("CN", "2026-01-01")
    assert (sites[china], instances[china]) == (24, 30)
    assert found.series[0].parts == tuple("ABCDEFGHIJKLM")
    letter = roots.read((FOLDER / "formats" / "root-servers.org_M.json").read_bytes(), ORIGIN)
    assert letter.series[0].parts == ("M",)


def test_sites_as_of_no_time_are_refused() -> None:
    with pytest.raises(InputError, match="give its vintage"):
        roots.read(b'[{"country": "KE", "instances": 1}]', UNDATED)


# The RPKI


def _payloads(*payloads: object, **metadata: str) -> bytes:
    return json.dumps({"metadata": metadata, "roas": payloads}).encode()


def _roa(prefix: str, asn: object = 64500, **more: object) -> dict[str, object]:
    return {"asn": asn, "prefix": prefix, "ta": "arin"} | more


def test_no_address_is_counted_twice_and_both_ways_of_writing_an_as_are_read() -> None:
    found = rpki.read(
        _payloads(_roa("8.8.8.0/24"), _roa("8.8.8.0/24", "AS64501", maxLength=32), _roa("8.8.8.128/25"),
                  _roa("8.8.4.0/24", "as64500"), _roa("2001:4860::/32"), generatedTime="2026-11-01T00:00:00Z"),
        ORIGIN)  # fmt: skip
    assert _values(found, "ipv4_in_roas") == {("US", "2026-11-01"): 512}
    assert _values(found, "vrps") == {(WORLD, "2026-11-01"): 5}
    assert found.rejects == ()


def test_what_nobody_may_originate_covers_nothing() -> None:
    found = rpki.read(_payloads(_roa("8.8.8.0/24", 0), buildtime="2026-11-02T00:00:00Z"), ORIGIN)
    assert _values(found, "ipv4_in_roas") == {}
    assert _values(found, "vrps") == {(WORLD, "2026-11-02"): 1}


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (3, "no object"),
        (_roa("8.8.8.0/24", "ASX"), "'ASX' is no AS number"),
        (_roa("8.8.8.0/24", 2**32), "4294967296 is no AS number"),
        (_roa("8.8.8.1/24"), "'8.8.8.1/24' is no prefix"),
        (_roa("8.8.8.0/24", maxLength=23), "maxLength 23 does not fit 8.8.8.0/24"),
        (_roa("8.8.8.0/24", maxLength="24"), "maxLength '24' does not fit 8.8.8.0/24"),
    ],
)
def test_a_broken_payload_is_told_and_the_rest_is_read(payload: object, why: str) -> None:
    found = rpki.read(_payloads(_roa("8.8.8.0/24"), payload), ORIGIN)
    assert found.rejects == (f"file, payload 2: {why}",)
    assert _values(found, "vrps") == {(WORLD, "2026-01-01"): 1}


@pytest.mark.parametrize("content", [b"<html>", b"[]", b'{"roas": 3}'])
def test_a_foreign_file_is_no_file_of_payloads(content: bytes) -> None:
    with pytest.raises(InputError, match="file is no file of validated payloads"):
        rpki.read(content, ORIGIN)


def test_payloads_of_no_time_are_refused() -> None:
    with pytest.raises(InputError, match="give its vintage"):
        rpki.read(_payloads(), UNDATED)


@needs_corpus
def test_a_private_network_is_never_reported_as_the_internet() -> None:
    found = rpki.read((FOLDER / "routing" / "dn42_vrps_20220129.json.gz").read_bytes(), ORIGIN)
    assert [one.points for one in found.series] == [(), ()]
    assert found.rejects[-1].endswith("payloads for addresses of nobody are not counted")


@needs_corpus
def test_payloads_of_routinator_are_read() -> None:
    found = rpki.read((FOLDER / "routing" / "vrp_sample_AS24211_routinator_20250916.json").read_bytes(), ORIGIN)
    assert _values(found, "vrps") == {(WORLD, "2025-09-16"): 18}
    assert found.rejects == ()


# Domains

LIST = "# Version 2026010200, Last Updated Fri Jan  2 07:07:01 2026 UTC"


def test_top_level_domains_are_counted() -> None:
    found = domains.read(_file(LIST, "COM", "KE", "XN--P1AI", "com"), ORIGIN)
    at = (WORLD, "2026-01-02")
    assert [_values(found, metric) for metric in ("tlds", "cctlds", "idn_tlds")] == [{at: 3}, {at: 1}, {at: 1}]


def test_what_is_no_domain_is_told() -> None:
    assert domains.read(_file(LIST, "KE", "not one"), ORIGIN).rejects == (
        "file, line 3: 'not one' is no top-level domain",
    )


@pytest.mark.parametrize("content", [b"", b"COM", _file(LIST.replace("Jan  2", "Jan 45"))])
def test_a_foreign_list_is_no_list_of_domains(content: bytes) -> None:
    with pytest.raises(InputError, match="file is no list of top-level domains"):
        domains.read(content, ORIGIN)


# Names


def test_domains_of_no_country_and_absurd_numbers_are_told() -> None:
    about = dict.fromkeys(("organisation", "series", "url", "licence"), "x") | {"vintage": "2026-10-22"}
    held = {"CN": {"cn": 44, "xn--fiqs8s": -1}, "EU": {"eu": 0}}
    found = names.read(json.dumps(about | {"domains": held}).encode(), UNDATED)
    assert _values(found, "suffixes_below.cn") == {("CN", "2026-10-22"): 44}
    assert found.rejects == ("file, CN xn--fiqs8s: a number below nought", "file, EU eu: no country")


# All of them


@pytest.mark.parametrize("read", READERS)
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_give_series_or_one_sentence(read: Callable[..., Intake], content: bytes) -> None:
    try:
        found = read(content, ORIGIN)
    except InputError:
        return
    assert all(isinstance(reject, str) for reject in found.rejects)


@given(at=st.integers(0, 400), noise=st.binary(max_size=20))
def test_a_damaged_file_of_a_registry_gives_what_is_whole(at: int, noise: bytes) -> None:
    lines = _file(HEAD, *(f"apnic|KE|asn|{number}|1|20010101|assigned" for number in range(1, 12)))
    try:
        found = registries.read(lines[:at] + noise + lines[at:], ORIGIN)
    except InputError:
        return
    assert sum(_values(found, "asns").values()) <= 1e12


@pytest.mark.parametrize("read", [worldbank.read, roots.read, rpki.read, values.read])
@pytest.mark.parametrize("content", [b"[" * 100_000, b"1" * 6_000, b'{"roas": ' * 50_000])
def test_nesting_and_numbers_beyond_measure_are_one_sentence(read: Callable[..., Intake], content: bytes) -> None:
    with pytest.raises(InputError, match="file is no "):
        read(content, ORIGIN)


def test_compressed_files_are_read_and_their_hash_is_that_of_the_bytes_that_came() -> None:
    content = gzip.compress(_file(LIST, "COM"), mtime=0)
    plain, packed = domains.read(_file(LIST, "COM"), ORIGIN), domains.read(content, ORIGIN)
    assert _values(plain, "tlds") == _values(packed, "tlds")
    assert plain.series[0].record.sha256 != packed.series[0].record.sha256


def test_what_grows_beyond_measure_or_ends_early_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    content = gzip.compress(_file(LIST, "COM"))
    with pytest.raises(InputError, match="end early, or are too large"):
        domains.read(content[:-9], ORIGIN)
    monkeypatch.setattr("trigpoint.reference.statistics.reading.LARGEST", 10)
    with pytest.raises(InputError, match="end early, or are too large"):
        domains.read(content, ORIGIN)


def test_a_file_full_of_rejects_is_told_in_a_few_sentences() -> None:
    rejects = Rejects("file")
    for line in range(1_000):
        rejects.add(f"line {line}", "why")
    assert len(rejects.told()) == 21
    assert rejects.told()[-1] == "file: 980 more entries cannot be used"


@pytest.mark.parametrize(
    ("read", "content"),
    [
        (roots.read, json.dumps({"Sites": [{"Country": "KE", "Instances": 1, "Updated": "not a day"}]}).encode()),
        (rpki.read, b'{"metadata": {"buildtime": "yesterday"}, "roas": [{"asn": 1, "prefix": "8.8.8.0/24"}]}'),
        (registries.read, _file("2|apnic|20269945|1|0|20260101|+1", "apnic|KE|asn|1|1|20010101|assigned")),
    ],
)
def test_values_of_no_time_are_told_and_left_out(read: Callable[..., Intake], content: bytes) -> None:
    found = read(content, UNDATED)
    assert all(one.points == () and one.record.vintage == "" for one in found.series)
    assert [reject for reject in found.rejects if "which is no year, month or day, are not used" in reject]


def test_a_vintage_that_is_none_is_told_and_the_values_are_kept() -> None:
    found = worldbank.read(_answer(_entry(), lastupdated="01/24/2025"), ORIGIN)
    assert _values(found, "internet_users_share")
    assert found.series[0].record.vintage == ""
    assert found.rejects == ("file, in all: it says that it is of '01/24/2025', which is no year, month or day",)


def test_no_number_at_all_is_absurd() -> None:
    assert why_absurd("population", float("inf")) == "no number"
