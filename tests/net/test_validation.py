from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.net.authorities import BEGAN, DAY, ENDS, Authority
from trigpoint.net import validation
from trigpoint.net.dial.trust import trust
from trigpoint.net.validation import Authorities, Path, authorities

NOW = 1_700_000_000.0
NAME = "www.example.org"
ROOT, STRANGER = Authority("Root"), Authority("Stranger")
MIDDLE = Authority("Middle", ROOT)
KNOWN = Authorities(ROOT.pem)


def path(*chain: bytes, at: float = NOW, known: Authorities = KNOWN) -> Path:
    return known.path(chain, repr(chain), at)


def test_a_chain_leads_to_a_known_authority_sent_along_or_not() -> None:
    leaf = MIDDLE.leaf(NAME)
    assert path(leaf, MIDDLE.der) is Path.TRUSTED
    assert path(leaf, MIDDLE.der, ROOT.der) is Path.TRUSTED
    assert path(leaf, STRANGER.der, MIDDLE.der) is Path.TRUSTED, "too much, and out of order, as servers send it"
    assert path(ROOT.leaf(NAME)) is Path.TRUSTED


def test_a_chain_to_an_authority_that_is_not_known_accuses_nobody() -> None:
    assert path(STRANGER.leaf(NAME), STRANGER.der) is Path.UNKNOWN
    assert path(STRANGER.leaf(NAME)) is Path.INCOMPLETE
    assert path(MIDDLE.leaf(NAME)) is Path.INCOMPLETE
    middle = Authority("Middle of another", STRANGER)
    assert path(middle.leaf(NAME), middle.der, STRANGER.der) is Path.UNKNOWN


def test_who_names_a_known_authority_that_never_signed_is_a_forger() -> None:
    forger = Authority("Root")
    assert path(forger.leaf(NAME)) is Path.FORGED
    assert path(forger.leaf(NAME), ROOT.der) is Path.FORGED
    middle = Authority("Middle")
    assert path(middle.leaf(NAME), MIDDLE.der) is Path.FORGED, "the certificate sent along is another's"


def test_a_forger_who_sends_its_own_root_of_the_same_name_leads_to_nobody_who_is_known() -> None:
    forger = Authority("Root")
    assert path(forger.leaf(NAME), forger.der) is Path.UNKNOWN


def test_a_leaf_that_signs_itself_is_nobodys() -> None:
    own = Authority(NAME)
    assert path(own.der) is Path.SELF_SIGNED
    assert path(Authority("Root").der) is Path.SELF_SIGNED, "by the name of a known authority, too"


def test_an_authority_that_had_ended_or_not_begun_is_told() -> None:
    short = Authority("Short", ROOT, until=NOW)
    chain = (short.leaf(NAME), short.der)
    assert path(*chain, at=NOW - DAY) is Path.TRUSTED
    assert path(*chain, at=NOW + DAY) is Path.EXPIRED
    assert path(*chain, at=NOW - DAY) is Path.TRUSTED
    assert path(*chain, at=BEGAN - DAY) is Path.EXPIRED
    assert path(*chain, at=ENDS + DAY) is Path.EXPIRED


def test_what_breaks_a_rule_is_neither_trusted_nor_forged() -> None:
    leaf = MIDDLE.leaf(NAME)
    own = Authority("of a leaf")
    own.name = validation.x509.load_der_x509_certificate(leaf).subject
    assert path(own.leaf(NAME), leaf, MIDDLE.der) is not Path.TRUSTED, "a leaf signs nothing"


@pytest.mark.parametrize("chain", [(), (b"",), (b"no certificate",), (ROOT.leaf(NAME), b"\x30\x03\x02\x01\x01")])
def test_what_cannot_be_read_is_invalid(chain: tuple[bytes, ...]) -> None:
    assert path(*chain) is Path.INVALID


@pytest.mark.parametrize("at", [float("inf"), 1e300, -1e300])
def test_a_time_beyond_the_calendar_is_invalid(at: float) -> None:
    assert path(ROOT.leaf(NAME), at=at) is Path.INVALID


def test_a_chain_is_looked_at_once_as_long_as_the_time_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Authorities(ROOT.pem)
    chain = (MIDDLE.leaf(NAME), MIDDLE.der)
    looked = list[float]()
    find = known._find
    monkeypatch.setattr(known, "_find", lambda chain, at: (looked.append(at), find(chain, at))[1])
    for at in (NOW, NOW + DAY, NOW, NOW + 2 * DAY):
        assert known.path(chain, "key", at) is Path.TRUSTED
    assert looked == [NOW]


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "_REMEMBERED", 2)
    monkeypatch.setattr(validation, "_STORES", 2)
    known = Authorities(ROOT.pem)
    leaf = ROOT.leaf(NAME)
    for number in range(6):
        assert known.path((leaf,), str(number), NOW + number * DAY) is Path.TRUSTED
    assert len(known._found) <= 2
    assert len(known._stores) <= 2


def test_signatures_that_cannot_be_checked_accuse_nobody() -> None:
    assert validation._signed(ROOT.leaf(NAME), b"no certificate")


def test_the_authorities_of_a_bundle_are_made_once() -> None:
    pem = trust(now=0).pem
    assert authorities(pem) is authorities(pem)
    assert len(authorities(pem)._roots) > 50


LEAF = ROOT.leaf(NAME)


@given(st.integers(0, 400), st.binary(max_size=20))
def test_hostile_bytes_lead_to_an_answer(cut: int, noise: bytes) -> None:
    changed = LEAF[:cut] + noise + LEAF[cut + len(noise) :]
    assert path(changed, MIDDLE.der) in set(Path)
