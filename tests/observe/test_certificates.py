from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.observe import records
from trigpoint.model.facts import LeafFacts
from trigpoint.observe.certificates import NO_LEAF, CertificateMemory, facts, identity


@pytest.mark.parametrize(
    ("names", "server_name"),
    [
        ("example.com www.example.com", "www.example.com"),
        ("Example.COM", "example.com."),
        ("*.example.com", "www.example.com"),
        ("*.EXAMPLE.com", "WWW.example.com"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("1.1.1.1 one.one.one.one", "1.1.1.1"),
        ("2606:4700:4700:0:0:0:0:1111", "2606:4700:4700::1111"),
        ("2606:4700:4700::1111", "[2606:4700:4700::1111]"),
    ],
)
def test_a_certificate_covers_what_its_names_say(names: str, server_name: str) -> None:
    assert identity(records.certificate(1, names)).covers(server_name)


@pytest.mark.parametrize(
    ("names", "server_name"),
    [
        ("example.com", "www.example.com"),
        ("*.example.com", "example.com"),
        ("*.example.com", "a.b.example.com"),  # one label, no more
        ("*.example.com", ".example.com"),
        ("w*.example.com", "www.example.com"),  # only the whole label
        ("www.*.com", "www.example.com"),  # only the first label
        ("*.*.com", "www.example.com"),
        ("*", "localhost"),
        ("*.", "com"),
        ("*.0.0.1", "10.0.0.1"),  # no wildcard for addresses
        ("*.:1", "a.:1"),
        ("", "www.example.com"),
        ("evilexample.com", "example.com"),
    ],
)
def test_a_certificate_does_not_cover_more(names: str, server_name: str) -> None:
    certificate = msgspec.structs.replace(records.certificate(1), names=names)
    assert not identity(certificate).covers(server_name)


def test_the_common_name_counts_for_nothing() -> None:
    certificate = msgspec.structs.replace(records.certificate(1), names=None, subject="CN=www.example.com")
    assert not identity(certificate).covers("www.example.com")


@given(st.text(), st.text())
def test_any_names_are_read(names: str, server_name: str) -> None:
    assert identity(records.certificate(1, names)).covers(server_name) in {True, False}


def leaf(
    certificate: object = None,
    chain: str | None = "",
    name: str | None = "site1.example",
    at: float | None = records.STARTED,
) -> LeafFacts:
    memory = CertificateMemory()
    made = certificate or records.certificate(1)
    memory.add(made)
    return facts(memory.leaf(made.sha256 + chain if chain is not None else None, name, at))


def test_the_first_certificate_of_the_chain_is_the_leaf() -> None:
    expected = LeafFacts(
        leaf_sha256=records.certificate(1).sha256,
        leaf_covers_name=True,
        leaf_is_current=True,
        leaf_is_self_issued=False,
    )
    assert leaf() == leaf(chain=" " + "f" * 64) == expected


def test_no_chain_has_no_leaf() -> None:
    assert leaf(chain=None) == facts(NO_LEAF) == LeafFacts()


def test_without_a_name_nothing_is_covered_or_not() -> None:
    assert leaf(name=None).leaf_covers_name is None
    assert leaf(name="other.example").leaf_covers_name is False


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (records.STARTED - 30 * records.DAY, True),
        (records.STARTED - 30 * records.DAY - 1, False),
        (records.STARTED + 60 * records.DAY, True),
        (records.STARTED + 60 * records.DAY + 1, False),
        (None, None),
    ],
)
def test_a_leaf_is_current_from_its_first_to_its_last_second(at: float | None, expected: bool | None) -> None:
    assert leaf(at=at).leaf_is_current is expected


def test_a_leaf_without_validity_is_neither_current_nor_not() -> None:
    assert leaf(msgspec.structs.replace(records.certificate(1), not_after=None)).leaf_is_current is None


def test_a_leaf_whose_issuer_is_its_subject_is_self_issued() -> None:
    assert leaf(msgspec.structs.replace(records.certificate(1), issuer="CN=site1.example")).leaf_is_self_issued is True


def test_a_leaf_that_cannot_be_parsed_has_a_hash_alone() -> None:
    broken = msgspec.structs.replace(
        records.certificate(1), subject=None, issuer=None, names=None, not_before=None, not_after=None
    )
    assert leaf(broken) == LeafFacts(leaf_sha256=broken.sha256)


def test_a_leaf_that_no_record_held_has_a_hash_alone() -> None:
    assert facts(CertificateMemory().leaf("ab cd", "site1.example", 0.0)) == LeafFacts(leaf_sha256="ab")


def test_memory_is_bounded_and_forgets_the_oldest() -> None:
    memory = CertificateMemory(limit=2)
    for seed in (1, 2, 1, 3):
        memory.add(records.certificate(seed))
    known = [memory.leaf(records.certificate(seed).sha256, "x", 0.0)[3] is not None for seed in (1, 2, 3)]
    assert known == [False, True, True]
