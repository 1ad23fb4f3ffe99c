"""What a survey vouches for: only what distinct runs on distinct networks saw."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.judge.cases import GENUINE, HOST, OTHER, Case, leaf
from trigpoint.judge.judging import judge
from trigpoint.judge.knowledge import VOUCHING, Knowledge, Sightings, _vouched, gather
from trigpoint.observe import tables

LEAF = "a" * 64


def seen(*runs: tuple[int | None, str]) -> Knowledge:
    """Gather from handshakes that verified, one for each network and run."""
    records = [
        Case(probe_asn=network, report_id=run)
        .certificate(LEAF, **leaf(issuer="CN=Young Authority"))
        .dns(OTHER)
        .tls(OTHER, certificate_chain=LEAF)
        .record(id=f"{number:064x}")
        for number, (network, run) in enumerate(runs)
    ]
    rows = tables(records)
    return gather(lambda name: rows[name].lazy())


_PARTS = st.lists(st.lists(st.tuples(st.sampled_from("ab"), st.booleans(), st.integers(0, 5))), max_size=4)


@given(_PARTS)
def test_parts_of_a_survey_vouch_for_what_the_whole_does_in_any_order(parts: list[list[tuple[str, bool, int]]]) -> None:
    def together(given: list[list[tuple[str, bool, int]]]) -> Sightings:
        found = Sightings()
        for rows in given:
            leaves = pl.DataFrame(rows, schema=Sightings().leaves.schema, orient="row")
            found = found.and_those(Sightings(leaves=leaves))
        return found

    rows = {row for part in parts for row in part}
    expected = [
        place
        for place in "ab"
        if all(sum((place, is_run) == row[:2] for row in rows) >= VOUCHING for is_run in (False, True))
    ]
    for given_order in (parts, parts[::-1], [[row for part in parts for row in part]]):
        found = together(given_order)
        assert _vouched(found.leaves, ["leaf_sha256"])["leaf_sha256"].to_list() == expected
        assert found.leaves.height <= len("ab") * 2 * VOUCHING


def test_enough_networks_and_runs_vouch() -> None:
    known = seen((1, "a"), (2, "b"), (3, "c"))
    assert known.pairs.rows() == [(HOST, OTHER)]
    assert known.authorities.rows() == [("cn=young authority",)]


def test_one_network_or_one_run_never_vouches() -> None:
    assert seen(*[(1, f"run {number}") for number in range(VOUCHING * 4)]).pairs.is_empty()
    assert seen(*[(number, "one run") for number in range(VOUCHING * 4)]).pairs.is_empty()
    assert seen((1, "a"), (2, "b"), (None, "c")).pairs.is_empty()


def test_what_bodies_of_a_survey_hold_is_known_of_pages_of_any_chunk() -> None:
    page = "<h1>this site is blocked</h1> http://www.airtel.in/dot/"
    case = Case(input=f"http://{HOST}/").control().dns(GENUINE).tcp(port=80)
    rows = tables([case.http(f"http://{HOST}/", status=200, address=GENUINE, body=page).record()])
    bodies = rows.pop("bodies")
    known = gather(lambda name: rows[name].lazy(), [bodies])
    alone = judge({**rows, "bodies": bodies})[1]
    assert alone["state"].to_list() == ["blocked"]
    assert judge(rows, known)[1].equals(alone)
    assert not judge(rows, Knowledge.nothing())[1].equals(alone)


def verdict(case: Case, known: Knowledge | None) -> dict[str, Any]:
    return judge(tables([case.record()]), known)[1].row(0, named=True)


def test_a_vouched_address_is_genuine() -> None:
    case = Case().control().dns(OTHER).tcp(OTHER)
    assert verdict(case, None)["rules"].split()[0] == "dns.different"
    known = Knowledge(pairs=pl.DataFrame({"name": [HOST], "address": [OTHER]}))
    assert "dns.different" not in verdict(case, known)["rules"]


def test_a_vouched_authority_turns_a_forgery_into_an_old_list() -> None:
    case = Case().control().dns(GENUINE).dns(GENUINE, engine="doh").tcp()
    case.certificate(LEAF, **leaf(issuer="CN=Young Authority"))
    case.tls(failure="ssl_unknown_authority", certificate_chain=LEAF)
    assert verdict(case, None)["mechanisms"] == "tls.mitm.ca_signed"
    known = seen((1, "a"), (2, "b"), (3, "c"))
    assert verdict(case, known)["explanations"] == "local.ca_bundle"
