from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from trigpoint.sample import certificates
from trigpoint.sample.calendar import records

NOW = datetime(2024, 11, 10, tzinfo=UTC)


def parsed(chain: tuple[str, ...]) -> list[x509.Certificate]:
    return [x509.load_der_x509_certificate(base64.b64decode(data)) for data in chain]


def verified(chain: tuple[str, ...], name: str, moment: datetime = NOW) -> list[x509.Certificate]:
    leaf, *others = parsed(chain)
    policy = PolicyBuilder().store(Store([certificates.root()])).time(moment)
    return policy.build_server_verifier(x509.DNSName(name)).verify(leaf, others)


def test_a_genuine_chain_verifies_for_its_names_against_the_root() -> None:
    chain = certificates.genuine("daily-herald.example")
    assert len(verified(chain, "daily-herald.example")) == 3
    assert len(verified(chain, "www.daily-herald.example")) == 3


@pytest.mark.parametrize(
    ("chain", "name"),
    [
        (certificates.genuine("daily-herald.example"), "night-garden.example"),
        (certificates.expired("chess-corner.example"), "chess-corner.example"),
        (certificates.fresh("star-charts.example"), "star-charts.example"),
        (certificates.self_signed("small-letters.example"), "small-letters.example"),
    ],
)
def test_a_chain_that_is_meant_to_fail_fails(chain: tuple[str, ...], name: str) -> None:
    with pytest.raises(VerificationError):
        verified(chain, name)


def test_a_fresh_chain_verifies_by_a_right_clock() -> None:
    chain = certificates.fresh("star-charts.example")
    assert len(verified(chain, "star-charts.example", datetime(2024, 11, 15, 12, tzinfo=UTC))) == 3


def test_a_self_signed_certificate_is_its_own_issuer() -> None:
    (leaf,) = parsed(certificates.self_signed("small-letters.example"))
    assert leaf.issuer == leaf.subject
    leaf.verify_directly_issued_by(leaf)


def test_chains_repeat_byte_by_byte() -> None:
    first = certificates.genuine("tram-times.example")
    certificates.chain.cache_clear()
    certificates.authority.cache_clear()
    assert certificates.genuine("tram-times.example") == first


def test_root_is_self_issued_and_an_authority() -> None:
    root = certificates.root()
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert x509.load_der_x509_certificate(root.public_bytes(serialization.Encoding.DER)) == root


def test_certificates_of_successful_handshakes_verify_for_the_name() -> None:
    checked = 0
    for _, record in records():
        for step in record["test_keys"].get("tls_handshakes") or ():
            if step["failure"] is None and record["test_name"] == "web_connectivity":
                chain = [certificate["data"] for certificate in step["peer_certificates"]]
                started = datetime.fromisoformat(record["measurement_start_time"] + "+00:00")
                assert verified(chain, step["server_name"], started)
                checked += 1
    assert checked > 300
