from __future__ import annotations

import ssl
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import verification

from trigpoint.lab.services.pki import INTERMEDIATE, ROOT, STRANGER, Pki

if TYPE_CHECKING:
    from pathlib import Path

    from trigpoint.net.serve.identity import Identity


def verdict(pki: Pki, identity: Identity, name: str = "news.example", trusted: tuple[str, ...] = ()) -> str:
    """What a client says of a server, over a connection in memory."""
    client = ssl.create_default_context(cadata=pki.bundle(trusted).decode())
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=name),
        pki.context(identity).wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLCertVerificationError as error:
                return error.verify_message
    return "good"


@pytest.fixture
def pki(tmp_path: Path) -> Pki:
    return Pki(tmp_path)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("good", "good"),
        ("expired", "certificate has expired"),
        ("not_yet", "certificate is not yet valid"),
        ("self_signed", "self-signed certificate"),
        ("wrong_name", "Hostname mismatch, certificate is not valid for 'news.example'."),
        ("unknown_ca", "unable to get local issuer certificate"),
        ("incomplete", "unable to get local issuer certificate"),
    ],
)
def test_a_certificate_is_bad_in_the_way_that_was_asked_for(pki: Pki, kind: str, said: str) -> None:
    assert verdict(pki, pki.identity(["news.example"], kind=kind)) == said


def test_a_good_chain_also_holds_before_a_verifier_that_is_strict(pki: Pki) -> None:
    identity = pki.identity(["news.example", "www.news.example"], ["192.0.2.53", "2001:db8::53"])
    store = verification.Store([pki.root(ROOT).certificate])
    verifier = verification.PolicyBuilder().store(store).build_server_verifier(x509.DNSName("www.news.example"))
    chain = verifier.verify(identity.chain[0], list(identity.chain[1:]))
    names = [each.subject.rfc4514_string() for each in chain]
    assert names == ["CN=news.example", f"CN={INTERMEDIATE}", f"CN={ROOT}"]


@pytest.mark.parametrize("address", ["192.0.2.53", "2001:db8::53"])
def test_a_resolver_is_known_by_its_addresses_too(pki: Pki, address: str) -> None:
    assert verdict(pki, pki.identity(["dns.example"], ["192.0.2.53", "2001:db8::53"]), address) == "good"


def test_the_same_is_made_once(pki: Pki) -> None:
    first = pki.identity(["news.example"])
    assert pki.identity(["news.example"]) is first
    assert pki.identity(["news.example"], kind="expired") is not first
    assert pki.context(first, ["h2"]) is pki.context(first, ["h2"])
    assert pki.context(first) is not pki.context(first, ["h2"])


def test_the_root_is_never_sent(pki: Pki) -> None:
    assert [len(pki.identity(["a.example"], kind=kind).chain) for kind in ("good", "unknown_ca", "incomplete")] == [
        2,
        1,
        1,
    ]


def test_a_wrong_name_is_a_name_that_somebody_could_have(pki: Pki) -> None:
    assert pki.identity(["news.example"], kind="wrong_name").chain[0].subject.rfc4514_string() == f"CN={STRANGER}"


def test_a_forged_leaf_says_what_the_true_one_says_with_another_key_and_issuer(pki: Pki) -> None:
    true = pki.identity(["news.example", "www.news.example"], kind="expired")
    forged = pki.forged(true.chain[0].public_bytes(Encoding.DER), "Filter Root")
    leaf = forged.chain[0]
    assert leaf.subject == true.chain[0].subject
    assert leaf.not_valid_after_utc == true.chain[0].not_valid_after_utc
    assert leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName) == true.chain[
        0
    ].extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert leaf.issuer.rfc4514_string() == "CN=Filter Root"
    assert leaf.public_key() != true.chain[0].public_key()


def test_a_forged_chain_is_believed_where_its_root_is_installed(pki: Pki) -> None:
    true = pki.identity(["news.example"]).chain[0].public_bytes(Encoding.DER)
    assert verdict(pki, pki.forged(true, "Filter Root")) == "unable to get local issuer certificate"
    assert verdict(pki, pki.forged(true, "Filter Root"), trusted=("Filter Root",)) == "good"
    assert verdict(pki, pki.forged(true)) == "self-signed certificate"
    assert verdict(pki, pki.issued(["news.example"], "Filter Root"), trusted=("Filter Root",)) == "good"


def test_what_has_no_names_is_copied_without(pki: Pki) -> None:
    assert pki.forged(pki.root("Other").certificate.public_bytes(Encoding.DER), "Filter Root").chain


def test_what_is_no_certificate_cannot_be_copied(pki: Pki) -> None:
    with pytest.raises(ValueError, match=r"."):
        pki.forged(b"none")


def test_certificates_are_valid_around_the_time_that_is_given(tmp_path: Path) -> None:
    now = datetime(2030, 6, 1, tzinfo=UTC)
    leaf = Pki(tmp_path, now).identity(["a.example"]).chain[0]
    assert leaf.not_valid_before_utc < now - timedelta(days=1) < now + timedelta(days=1) < leaf.not_valid_after_utc


def test_nothing_is_left_in_the_folder(pki: Pki, tmp_path: Path) -> None:
    pki.context(pki.identity(["news.example"]))
    assert not list(tmp_path.iterdir())


def test_forty_leaves_take_little_time(pki: Pki) -> None:
    start = time.process_time()
    for number in range(40):
        pki.context(pki.identity([f"site-{number}.example"]), ("h2", "http/1.1"))
    assert time.process_time() - start < 0.5


def test_certificates_of_ed25519_are_all_of_one_size(tmp_path: Path) -> None:
    pki = Pki(tmp_path, kind="ed25519")
    leaves = [pki.identity([f"{letter}.example"]) for letter in "abcdefgh"]
    assert len({len(leaf.chain[0].public_bytes(Encoding.DER)) for leaf in leaves}) == 1
    leaves[0].chain[0].verify_directly_issued_by(leaves[0].chain[1])
    assert pki.context(leaves[0])


def test_several_may_have_a_certificate_each_for_the_same_names(pki: Pki) -> None:
    shown = [pki.identity(["news.example"], holder=holder) for holder in ("", "edge-1", "edge-2", "edge-1")]
    assert [verdict(pki, identity) for identity in shown] == ["good"] * 4
    assert len({identity.chain[0].fingerprint(identity.chain[0].signature_hash_algorithm) for identity in shown}) == 3
