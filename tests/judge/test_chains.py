"""Chains validated again: what the judge says of each kind, whatever the record says."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from tests.judge.cases import GENUINE, HOST, OTHER, STARTED, Case, judged
from tests.net.authorities import DAY, Authority
from trigpoint.judge import chains
from trigpoint.judge.keys import prepare
from trigpoint.net.certificates import parse_certificate
from trigpoint.net.dial.trust import Trust
from trigpoint.observe import tables

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Authority("A Root Of The Public")
MIDDLE = Authority("Middle", ROOT)
UNKNOWN, WRONG, BAD = "ssl_unknown_authority", "ssl_invalid_hostname", "ssl_invalid_certificate"
DOH = {"engine": "doh", "resolver_address": "https://dns.example/dns-query"}


@pytest.fixture(autouse=True)
def _authorities(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Believe in an authority of one's own, in verdicts that are made meanwhile."""
    judged.cache_clear()
    monkeypatch.setattr(chains, "trust", lambda now: Trust(ROOT.pem, "test", now))
    yield
    judged.cache_clear()


def shown(case: Case, *chain: bytes, failure: str | None = None, address: str = GENUINE, **more: object) -> Case:
    """Add a handshake in which a chain came."""
    case.certificates += [parse_certificate(der) for der in chain]
    hashes = " ".join(hashlib.sha256(der).hexdigest() for der in chain)
    return case.tls(address, failure, certificate_chain=hashes, **more)


def state(*chain: bytes, **more: object) -> str | None:
    steps = prepare(tables([shown(Case(), *chain, **more).record()])).probe("tls_handshakes")  # type: ignore[arg-type]
    found: str | None = steps["chain_state"].item()
    return found


def connected() -> Case:
    return Case().control().dns(GENUINE).tcp()


def test_each_kind_of_chain_is_told_apart() -> None:
    stranger, forger, own = Authority("Stranger"), Authority("Middle"), Authority(HOST)
    product = Authority("Kaspersky Lab ZAO")
    below = Authority("Personal Root", product)
    assert state(MIDDLE.leaf(HOST), MIDDLE.der) == "valid"
    assert state(MIDDLE.leaf("www.example.net"), MIDDLE.der) == "wrong_name"
    assert state(MIDDLE.leaf(HOST, until=STARTED - DAY), MIDDLE.der) == "expired"
    assert state(MIDDLE.leaf(HOST, since=STARTED + DAY), MIDDLE.der) == "expired"
    assert state(own.der) == "self_signed"
    assert state(forger.leaf(HOST), MIDDLE.der) == "forged"
    assert state(MIDDLE.leaf(HOST)) == "incomplete"
    assert state(stranger.leaf(HOST), stranger.der) == "unknown_authority"
    assert state(product.leaf(HOST), product.der) == "product"
    assert state(below.leaf(HOST), below.der) == "product", "the authority above is a product's"
    assert state(b"no certificate") == "invalid"


def test_nothing_is_said_without_a_chain_a_time_or_all_of_its_members() -> None:
    assert state() is None
    chain = (MIDDLE.leaf(HOST), MIDDLE.der)
    unknown_time = shown(Case(started_at=None), *chain)
    assert prepare(tables([unknown_time.record()])).probe("tls_handshakes")["chain_state"].item() is None
    lacking = shown(Case(), *chain)
    lacking.certificates.pop()
    assert prepare(tables([lacking.record()])).probe("tls_handshakes")["chain_state"].item() is None


def test_a_name_that_was_not_asked_for_is_no_wrong_one() -> None:
    assert state(MIDDLE.leaf("www.example.net"), MIDDLE.der, server_name=None) == "valid"


def test_a_valid_chain_that_the_probe_rejects_is_its_own_fault() -> None:
    """Without the look at the chain this is a certificate of another authority, and so blocking."""
    chain = (MIDDLE.leaf(HOST), MIDDLE.der)
    case = shown(connected().dns(GENUINE, **DOH), *chain, failure=UNKNOWN)
    assert case.says() == ("insufficient", "", "local.ca_bundle")
    assert "tls.valid_chain_rejected" in case.fired()


def test_a_forger_who_names_a_public_authority_is_not_taken_for_it() -> None:
    """Its certificate is for the site and current, and its issuer's name is on the list of public authorities."""
    chain = (Authority("DigiCert").leaf(HOST), Authority("DigiCert", ROOT).der)
    case = shown(connected().dns(GENUINE, **DOH), *chain, failure=UNKNOWN)
    assert case.says()[:2] == ("blocked", "tls.mitm.ca_signed")
    honest = Authority("DigiCert")
    case = shown(connected().dns(GENUINE, **DOH), honest.leaf(HOST), honest.der, failure=UNKNOWN)
    assert case.says() == ("insufficient", "", "local.ca_bundle"), "a root that was removed since"


def test_a_product_above_the_signer_is_a_product() -> None:
    product = Authority("Kaspersky Lab ZAO")
    below = Authority("Personal Root", product)
    case = shown(connected().dns(GENUINE, **DOH), below.leaf(HOST), below.der, failure=UNKNOWN)
    assert case.says() == ("insufficient", "", "local.tls_interception")


@pytest.mark.parametrize("is_verified", [True, None])
def test_a_record_that_claims_a_wrong_chain_verified_vouches_for_nothing(is_verified: bool | None) -> None:
    own = Authority(HOST)
    case = shown(Case().control().dns(OTHER).tcp(OTHER), own.der, address=OTHER, is_verified=is_verified)
    assert "dns.valid_certificate" not in case.fired()
    assert ("tls.wrong_chain_accepted" in case.fired()) is (is_verified is True)
    good = shown(Case().control().dns(OTHER).tcp(OTHER), MIDDLE.leaf(HOST), MIDDLE.der, address=OTHER)
    assert "dns.valid_certificate" in good.fired()


def test_an_authority_that_is_not_known_today_vouches_as_the_record_says() -> None:
    old = Authority("Removed Since")
    case = shown(Case().control().dns(OTHER).tcp(OTHER), old.leaf(HOST), old.der, address=OTHER)
    assert "dns.valid_certificate" in case.fired()
    assert "tls.wrong_chain_accepted" not in case.fired()


def test_a_product_that_the_device_trusts_is_told() -> None:
    product = Authority("Kaspersky Lab ZAO")
    case = shown(connected(), product.leaf(HOST), product.der)
    assert "tls.product_accepted" in case.fired()
    assert "tls.wrong_chain_accepted" not in case.fired()


def test_the_finding_says_what_the_chain_is() -> None:
    own = Authority(HOST)
    case = shown(connected().dns(GENUINE, **DOH), own.der, failure=WRONG)
    details = {row["rule"]: row["detail"] for row in case.findings()}
    assert details["tls.self_signed"] == f"{WRONG}; chain self_signed"
    case = shown(connected(), own.der)
    assert {row["rule"]: row["detail"] for row in case.findings()}["tls.wrong_chain_accepted"] == "chain self_signed"


def test_a_chain_that_came_on_many_days_is_validated_for_each_measurement() -> None:
    chain = (MIDDLE.leaf(HOST, until=STARTED), MIDDLE.der)
    records = [
        shown(Case(id=f"{number:064x}", started_at=STARTED + (number - 1) * 2 * DAY), *chain).record()
        for number in range(3)
    ]
    steps = prepare(tables(records)).probe("tls_handshakes").sort("m")
    assert steps["chain_state"].to_list() == ["valid", "valid", "expired"]
