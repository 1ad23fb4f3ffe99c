"""Claims in the ledger, and those that the project keeps itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from trigpoint.figures import default, indicator
from trigpoint.figures.claims import facts, held, shipped
from trigpoint.figures.data import Data
from trigpoint.model.claim import Claim, ClaimVerdict

if TYPE_CHECKING:
    from trigpoint.figures.ledger import Ledger

V = ClaimVerdict
WORDS = 12  # a quote is a few words


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    made = indicator.compute(Data(default.series()))
    facts.publish(made)
    held.publish(made)
    return made


@pytest.mark.parametrize("claim", shipped(), ids=lambda claim: claim.id)
def test_a_kept_claim_says_who_said_it_and_quotes_a_few_words(claim: Claim) -> None:
    assert claim.source
    assert 0 < len(claim.quote.split()) <= WORDS
    assert claim.metric in facts.base().metrics


def test_ids_of_claims_are_their_own() -> None:
    assert len({claim.id for claim in shipped()}) == len(shipped())


def test_what_comes_along_decides_as_the_facts_say(ledger: Ledger) -> None:
    verdicts = {one.claim.id: one.verdict for one in held.assessed(ledger)}
    assert verdicts == {
        "hacked_gov_sites_2014": V.UNSUPPORTED,
        "tampered_sites_2014": V.DEPENDS_ON_COUNTING,
        "attack_origin_2014": V.LARGEST_NOT_MOST,
        "guests_2014": V.ROUNDED,
        "users_china_2014": V.SUPPORTED,
        "users_china_projected_2015": V.TARGET_NOT_FORECAST,
        "top_companies_2014": V.DEPENDS_ON_DEFINITION,
        "users_world_2015": V.SUPPORTED_IN_VINTAGE,
        "users_born_after_1980": V.NOT_CHECKABLE,
        "users_china_2015": V.ROUNDED,
        "editions_2022": V.SUPPORTED,
        "member_states_2022": V.CATEGORY_ERROR,
        "developed_members_2022": V.CATEGORY_ERROR,
        "blocked_services_2022": V.CHECKABLE_BY_MEASUREMENT,
    }


def test_a_claimed_number_is_a_figure_of_whoever_claims_it(ledger: Ledger) -> None:
    figure = ledger["claim.users_china_projected_2015"]
    assert (figure.value, figure.unit, figure.flags) == (850e6, "people", ("claimed", "forecast"))
    assert figure.vintage == "2014-11-19"
    (record,) = [record for record in ledger.records if record.sha256 in figure.sources]
    assert record.organisation == "Sputnik, 2014-11-19"


def test_how_far_a_claim_is_off_is_derived_from_both(ledger: Ledger) -> None:
    target = next(fact for fact in facts.base().facts if fact.kind == "target" and fact.value == 850e6)
    figure = ledger[f"claim.users_china_projected_2015.off.{target.figure}"]
    assert (figure.value, figure.inputs) == (0, ("claim.users_china_projected_2015", target.figure))


def test_a_claim_without_a_number_has_no_figure(ledger: Ledger) -> None:
    assert "claim.attack_origin_2014" not in ledger


def test_claims_are_no_facts_that_others_are_held_against(ledger: Ledger) -> None:
    assert not [fact for fact in facts.from_ledger(ledger) if fact.figure.startswith("claim.")]
    assert [one.verdict for one in held.assessed(ledger)] == [one.verdict for one in held.assessed(ledger)]
