from __future__ import annotations

import base64
import datetime as dt
import json
import ssl
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.lab.fabrics.virtual.carriers import SERVER, SERVER6
from tests.net.dial.peers import NAME
from trigpoint.net.certificates import parse_certificate
from trigpoint.net.dial.chain import INVALID, UNKNOWN, WRONG_NAME, chain_failure, is_for
from trigpoint.net.dial.trust import Trust, trust

if TYPE_CHECKING:
    from pathlib import Path

    from trigpoint.lab.services.pki import Pki
    from trigpoint.net.serve.identity import Identity

DAY = 86_400


def _chain(identity: Identity) -> tuple[bytes, ...]:
    return tuple(certificate.public_bytes(Encoding.DER) for certificate in identity.chain)


def _leaf(*names: x509.GeneralName, usage: x509.ObjectIdentifier | None = None, days: int = 1) -> bytes:
    """Make a certificate that signs itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    builder = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=10))
        .not_valid_after(now + dt.timedelta(days=days))
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    if usage:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def _with(trusted: Trust, der: bytes) -> Trust:
    return Trust(trusted.pem + ssl.DER_cert_to_PEM_cert(der).encode(), "test", trusted.now)


@pytest.mark.parametrize(
    ("kind", "failure"),
    [
        ("good", None),
        ("expired", INVALID),
        ("not_yet", INVALID),
        ("wrong_name", WRONG_NAME),
        ("self_signed", UNKNOWN),
        ("unknown_ca", UNKNOWN),
        ("incomplete", UNKNOWN),
    ],
)
def test_a_chain_is_judged(kind: str, failure: str | None, pki: Pki, trusted: Trust) -> None:
    assert chain_failure(_chain(pki.identity((NAME,), kind=kind)), NAME, trusted) == failure


@pytest.mark.parametrize(
    ("kind", "name", "failure"),
    [
        ("expired", "other.example", INVALID),
        ("self_signed", "other.example", WRONG_NAME),
        ("unknown_ca", "other.example", WRONG_NAME),
    ],
)
def test_validity_comes_before_the_name_and_the_name_before_the_path(
    kind: str, name: str, failure: str, pki: Pki, trusted: Trust
) -> None:
    assert chain_failure(_chain(pki.identity((NAME,), kind=kind)), name, trusted) == failure


def test_the_time_is_that_of_the_trust(pki: Pki, bundle: Path, trusted: Trust) -> None:
    chain = _chain(pki.identity((NAME,)))
    assert chain_failure(chain, NAME, trust(bundle, now=trusted.now + 59 * DAY)) is None
    assert chain_failure(chain, NAME, trust(bundle, now=trusted.now + 61 * DAY)) == INVALID
    old = _chain(pki.identity((NAME,), kind="expired"))
    assert chain_failure(old, NAME, trust(bundle, now=trusted.now - 60 * DAY)) is None


def test_order_and_excess_of_what_is_sent_do_not_matter(pki: Pki, trusted: Trust) -> None:
    leaf, authority = _chain(pki.identity((NAME,)))
    stranger = _chain(pki.identity(("elsewhere.example",), kind="self_signed"))[0]
    assert chain_failure((leaf, stranger, authority, authority), NAME, trusted) is None
    assert chain_failure((leaf, b"no certificate", authority), NAME, trusted) is None


def test_whoever_is_trusted_ends_a_path_also_without_signing_itself(pki: Pki, trusted: Trust) -> None:
    leaf, authority = _chain(pki.identity((NAME,)))
    alone = Trust(ssl.DER_cert_to_PEM_cert(authority).encode(), "test", trusted.now)
    assert chain_failure((leaf,), NAME, alone) is None


def test_an_authority_that_is_not_one_vouches_for_nothing(pki: Pki, trusted: Trust) -> None:
    leaf = _leaf(x509.DNSName(NAME))
    assert chain_failure((leaf, *_chain(pki.identity((NAME,)))), NAME, trusted) == UNKNOWN


@pytest.mark.parametrize("chain", [(), (b"",), (b"no certificate",), (b"\x30\x03\x02\x01\x01",)])
def test_what_is_no_certificate_is_invalid(chain: tuple[bytes, ...], trusted: Trust) -> None:
    assert chain_failure(chain, NAME, trusted) == INVALID


def test_a_certificate_that_is_not_for_servers_is_invalid(trusted: Trust) -> None:
    client = _leaf(x509.DNSName(NAME), usage=ExtendedKeyUsageOID.CLIENT_AUTH)
    server = _leaf(x509.DNSName(NAME), usage=ExtendedKeyUsageOID.SERVER_AUTH)
    assert chain_failure((client,), NAME, _with(trusted, client)) == INVALID
    assert chain_failure((server,), NAME, _with(trusted, server)) is None


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        (NAME, NAME, True),
        (NAME, "SITE.Example.", True),
        (NAME, f"www.{NAME}", False),
        (f"*.{NAME}", f"www.{NAME}", True),
        (f"*.{NAME}", "xn--bcher-kva.site.example", True),
        (f"*.{NAME}", NAME, False),
        (f"*.{NAME}", f"a.b.{NAME}", False),
        (f"w*.{NAME}", f"www.{NAME}", False),
        ("www.*.example", f"www.{NAME}", False),
        ("*", "example", False),
        ("xn--bcher-kva.example", "bücher.example", True),
        ("under_score.example", "under_score.example", True),
        (SERVER, SERVER, False),
    ],
)
def test_names_are_compared_label_by_label(pattern: str, name: str, matches: bool) -> None:
    assert is_for(parse_certificate(_leaf(x509.DNSName(pattern))), name) is matches


def test_addresses_are_compared_as_numbers(pki: Pki) -> None:
    leaf = parse_certificate(_chain(pki.identity((NAME,), (SERVER, SERVER6)))[0])
    assert is_for(leaf, SERVER)
    assert is_for(leaf, "[2001:DB8:80:0::10]")
    assert not is_for(leaf, "203.0.113.1")


def test_names_that_cannot_be_read_are_none() -> None:
    leaf = _leaf(x509.DNSName(NAME))
    identifier = bytes.fromhex("0603551d11")
    at = leaf.index(identifier) + len(identifier) + 3  # the length of the list behind tag and length of its string
    damaged = leaf[:at] + b"\x7f" + leaf[at + 1 :]
    assert is_for(parse_certificate(leaf), NAME)
    assert not is_for(parse_certificate(damaged), NAME)


def test_a_certificate_that_says_nothing_of_its_use_may_be_a_servers(trusted: Trust) -> None:
    silent = _leaf(x509.DNSName(NAME))
    assert chain_failure((silent,), NAME, _with(trusted, silent)) is None


def test_the_common_name_does_not_count() -> None:
    assert not is_for(parse_certificate(_leaf()), NAME)


def test_chains_from_the_field_are_judged_as_they_were(corpus: Path) -> None:
    """Except where a root was removed from browsers since, or the client had an authority of its own (Signal)."""
    judged = 0
    for path in sorted(corpus.glob("dev/*/measurement.json")):
        measurement = json.loads(path.read_bytes())
        keys = measurement.get("test_keys") if isinstance(measurement, dict) else None
        for shaken in (keys.get("tls_handshakes") or ()) if isinstance(keys, dict) else ():
            chain = [base64.b64decode(shown["data"]) for shown in shaken.get("peer_certificates") or ()]
            if not chain or shaken["no_tls_verify"]:
                continue
            start = dt.datetime.fromisoformat(measurement["measurement_start_time"]).replace(tzinfo=dt.UTC)
            now = trust(now=start.timestamp())
            found = chain_failure(chain, shaken["server_name"], now)
            if found == UNKNOWN and shaken["failure"] is None:
                assert chain_failure(chain, shaken["server_name"], _with(now, chain[-1])) is None
            else:
                assert found == shaken["failure"]
                judged += 1
    assert judged > 30
