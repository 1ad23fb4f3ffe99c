"""The claims that the project keeps, altered in figure, year, kind, subject, metric, unit or words.

Each line has the verdicts that a careful reader of the cited facts would accept; none that supports is accepted of what
is not so.
"""

from __future__ import annotations

import msgspec
import pytest

from trigpoint.figures import default, indicator
from trigpoint.figures.claims import check, shipped
from trigpoint.figures.claims.facts import Base, base, from_ledger
from trigpoint.figures.data import Data
from trigpoint.model.claim import Claim, ClaimKind, ClaimVerdict

V, K = ClaimVerdict, ClaimKind
SEEDS = {claim.id: claim for claim in shipped()}
SHARE, USERS, CHINA = "internet_users_share", "users_china_2014", "users_china_2015"
NO = {V.UNSUPPORTED, V.NOT_CHECKABLE}
FIT = {V.SUPPORTED, V.ROUNDED}


@pytest.fixture(scope="module")
def known() -> Base:
    return base(from_ledger(indicator.compute(Data(default.series()))))


ALTERED: tuple[tuple[str, dict[str, object], set[V]], ...] = (
    # figure
    (USERS, {"value": 532e6}, {V.UNSUPPORTED}),
    (USERS, {"value": 732e6}, {V.UNSUPPORTED}),
    (USERS, {"value": 63.2e6}, {V.UNSUPPORTED}),
    (USERS, {"value": 657e6}, {V.UNSUPPORTED}),  # of the end of the year
    (CHINA, {"value": 850e6}, {V.UNSUPPORTED}),
    (CHINA, {"value": 694e6}, {V.DEPENDS_ON_DEFINITION, V.ROUNDED}),  # the ITU's; the national survey says 688
    ("users_world_2015", {"value": 3.0e9}, FIT),
    ("users_world_2015", {"value": 3.5e9}, {V.UNSUPPORTED}),
    ("hacked_gov_sites_2014", {"value": 0.4}, {V.UNSUPPORTED}),
    ("hacked_gov_sites_2014", {"value": 80}, {V.UNSUPPORTED}),  # per cent
    ("hacked_gov_sites_2014", {"value": 8000}, {V.UNSUPPORTED}),
    ("hacked_gov_sites_2014", {"value": 4.9, "unit": "per cent"}, {V.DEPENDS_ON_DEFINITION}),
    ("tampered_sites_2014", {"value": 20_000}, {V.UNSUPPORTED}),
    ("top_companies_2014", {"value": 6}, {V.UNSUPPORTED}),
    ("guests_2014", {"value": 2000}, {V.UNSUPPORTED}),
    ("editions_2022", {"value": 9}, {V.DEPENDS_ON_COUNTING, V.UNSUPPORTED}),
    ("editions_2022", {"value": 10}, {V.UNSUPPORTED}),
    # year
    (USERS, {"asof": "2013"}, {V.UNSUPPORTED}),  # where another series has 632 million
    (USERS, {"asof": "2015"}, {V.UNSUPPORTED}),
    (USERS, {"asof": "2024"}, {V.UNSUPPORTED}),
    ("users_world_2015", {"asof": "2018"}, {V.UNSUPPORTED}),
    ("users_world_2015", {"asof": "2010"}, {V.UNSUPPORTED}),
    ("hacked_gov_sites_2014", {"asof": "2024"}, {V.NOT_CHECKABLE}),
    ("tampered_sites_2014", {"asof": "2009-07"}, {V.UNSUPPORTED}),
    ("attack_origin_2014", {"asof": "2013"}, {V.NOT_CHECKABLE}),
    ("attack_origin_2014", {"asof": "2020"}, {V.NOT_CHECKABLE}),
    ("guests_2014", {"asof": "2015-12"}, {V.UNSUPPORTED}),
    ("editions_2022", {"asof": "2019"}, {V.UNSUPPORTED}),
    ("editions_2022", {"asof": "2022-11-01"}, {V.SUPPORTED}),
    ("editions_2022", {"asof": "2035", "value": 12}, {V.NOT_CHECKABLE}),
    ("member_states_2022", {"asof": "2014", "value": ["GSMA"]}, {V.NOT_CHECKABLE}),  # no list of that time
    # kind
    (USERS, {"kind": K.TARGET}, NO),
    (USERS, {"kind": K.FORECAST}, NO),
    ("users_china_projected_2015", {"kind": K.OBSERVATION}, {V.UNSUPPORTED}),
    ("users_china_projected_2015", {"kind": K.ATTRIBUTED}, {V.UNSUPPORTED}),
    ("users_china_projected_2015", {"kind": K.TARGET}, {V.SUPPORTED}),
    ("users_china_projected_2015", {"kind": K.TARGET, "value": 1e9}, {V.UNSUPPORTED}),
    ("users_china_projected_2015", {"value": 800e6}, {V.TARGET_NOT_FORECAST}),
    ("users_china_projected_2015", {"asof": "2020", "value": 1.1e9}, {V.TARGET_NOT_FORECAST}),
    ("attack_origin_2014", {"kind": K.FORECAST}, {V.NOT_CHECKABLE}),
    ("blocked_services_2022", {"kind": K.OBSERVATION}, {V.CHECKABLE_BY_MEASUREMENT}),
    # subject
    (USERS, {"subject": "India"}, NO),
    (USERS, {"subject": "the United States"}, NO),
    (USERS, {"subject": "the People's Republic of China"}, FIT),
    ("users_world_2015", {"subject": "worldwide"}, {V.SUPPORTED_IN_VINTAGE}),
    ("member_states_2022", {"subject": "ITU"}, {V.NOT_CHECKABLE}),  # its members are states
    ("member_states_2022", {"subject": "World Internet Conference"}, {V.CATEGORY_ERROR}),
    ("guests_2014", {"subject": "China"}, {V.NOT_CHECKABLE}),
    # metric, and shares where numbers were
    (USERS, {"metric": SHARE}, NO),
    (USERS, {"metric": "population"}, NO),
    (USERS, {"metric": "attendance"}, NO),
    (USERS, {"value": 46.9, "unit": "per cent"}, FIT),
    (USERS, {"value": 46.9, "metric": SHARE}, FIT),
    (USERS, {"value": 56.9, "unit": "per cent"}, {V.UNSUPPORTED}),
    (USERS, {"value": 632, "unit": "per cent"}, {V.UNSUPPORTED}),
    (CHINA, {"value": 50.3, "unit": "%"}, FIT),
    ("users_world_2015", {"value": 67.4, "unit": "%", "asof": "2023"}, FIT),
    ("users_world_2015", {"value": 67.4, "unit": "%", "asof": "2018"}, {V.UNSUPPORTED}),
    ("guests_2014", {"metric": "editions"}, {V.UNSUPPORTED}),
    # unit
    (USERS, {"value": 632, "unit": "million users"}, FIT),
    (USERS, {"value": 632, "unit": "billion"}, {V.UNSUPPORTED}),
    (USERS, {"value": "632 million"}, FIT),
    # words
    (USERS, {"quote": "fewer than 632 million users"}, {V.UNSUPPORTED}),
    (USERS, {"quote": "over 600 million users", "value": 600e6}, FIT),
    (USERS, {"quote": "over 632 million users", "value": 600e6}, {V.UNSUPPORTED}),
    (USERS, {"quote": "under 700 million users", "value": 700e6}, FIT),
    (USERS, {"quote": "under 900 million users", "value": 900e6}, {V.UNSUPPORTED}),  # so, and says little
    (USERS, {"quote": "under 600 million users", "value": 600e6}, {V.UNSUPPORTED}),
    (USERS, {"quote": "China does not have 632 million users"}, NO),
    (CHINA, {"quote": "over 700 million users"}, {V.UNSUPPORTED}),
    (USERS, {"quote": "China has the most Internet users", "value": None, "asof": "2014"}, {V.SUPPORTED}),
    (USERS, {"quote": "the most Internet users", "value": None, "asof": "2014", "subject": "US"}, {V.UNSUPPORTED}),
    (USERS, {"quote": "ranks second", "value": None, "asof": "2014", "subject": "US"}, {V.SUPPORTED}),
    (USERS, {"quote": "China ranks third", "value": 3, "unit": "rank", "asof": "2014"}, {V.UNSUPPORTED}),
    (USERS, {"quote": "the most users in Africa", "value": None, "asof": "2014"}, {V.NOT_CHECKABLE}),
    (USERS, {"quote": "most Chinese are online", "value": None, "asof": "2013"}, NO),
    (USERS, {"quote": "most Chinese are online", "value": None, "asof": "2013", "metric": SHARE}, {V.UNSUPPORTED}),
    (USERS, {"quote": "more than half", "value": 50, "unit": "%", "asof": "2015"}, {V.SUPPORTED}),
    (USERS, {"quote": "more than half", "value": 0.5, "asof": "2015", "metric": SHARE, "kind": K.TARGET}, NO),
    ("attack_origin_2014", {"quote": "the US was the second largest source"}, {V.UNSUPPORTED}),
    ("attack_origin_2014", {"quote": "the US was the largest source"}, {V.SUPPORTED}),
    ("attack_origin_2014", {"quote": "mainly from South Korea"}, {V.UNSUPPORTED}),
    ("attack_origin_2014", {"quote": "mainly from Japan"}, {V.NOT_CHECKABLE}),
    ("attack_origin_2014", {"quote": "29.3 per cent from South Korea", "value": 29.3, "unit": "%"}, {V.UNSUPPORTED}),
)


@pytest.mark.parametrize(
    ("name", "changes", "accepted"), ALTERED, ids=[f"{name}-{changes}" for name, changes, _ in ALTERED]
)
def test_an_altered_claim_gets_a_verdict_that_a_careful_reader_accepts(
    known: Base, name: str, changes: dict[str, object], accepted: set[V]
) -> None:
    fields = {key: value for key, value in msgspec.structs.asdict(SEEDS[name]).items() if value is not None}
    assert check(Claim(**(fields | changes)), known).verdict in accepted
