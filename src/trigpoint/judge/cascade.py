"""All rules in order: the layers from name resolution upwards, then the target as a whole."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import polars as pl

from trigpoint.judge.rule import Layer, Rule
from trigpoint.judge.rules.dns import DNS
from trigpoint.judge.rules.hellos import TLS_HELLOS
from trigpoint.judge.rules.http import HTTP
from trigpoint.judge.rules.quic import QUIC
from trigpoint.judge.rules.remote import REMOTE_HTTP, REMOTE_TCP, REMOTE_TLS, REMOTE_WHOLE
from trigpoint.judge.rules.remote_dns import REMOTE_DNS
from trigpoint.judge.rules.service import SERVICE
from trigpoint.judge.rules.signs import DNS_SIGNS, HTTP_SIGNS, TCP_SIGNS, TLS_SIGNS
from trigpoint.judge.rules.tcp import TCP
from trigpoint.judge.rules.tls import TLS
from trigpoint.judge.rules.whole import WHOLE
from trigpoint.model.provenance import ReferenceFile
from trigpoint.net.dial.trust import trust
from trigpoint.reference.artefacts import (
    ARTEFACTS,
    CONTENT_NETWORKS,
    FILTERING_RESOLVER_NETWORKS,
    REFUSAL_WORDS,
    REQUEST_WORDS,
    SINGLE_COMPANY_NETWORKS,
)
from trigpoint.reference.services import RETIRED_HOSTS, SERVICES, WHOLES
from trigpoint.reference.special_purpose import IPV4_BLOCKS, IPV6_BLOCKS

if TYPE_CHECKING:
    from collections.abc import Mapping

CASCADE: Mapping[Layer, tuple[Rule, ...]] = MappingProxyType(
    {
        Layer.DNS: REMOTE_DNS + DNS + DNS_SIGNS,
        Layer.TCP: REMOTE_TCP + TCP + TCP_SIGNS,
        Layer.TLS: REMOTE_TLS + TLS + TLS_HELLOS + TLS_SIGNS,
        Layer.QUIC: QUIC,
        Layer.HTTP: REMOTE_HTTP + HTTP + HTTP_SIGNS,
        Layer.WHOLE: REMOTE_WHOLE + WHOLE,
        Layer.SERVICE: SERVICE,
    }
)
"""Rules by layer, in the order in which a connection is made."""

RULES: tuple[Rule, ...] = tuple(
    sorted((rule for rules in CASCADE.values() for rule in rules), key=lambda rule: rule.yields)
)
"""Every rule in order, those that give way last; where several decide alike, the first is quoted."""


def explains(layer: Layer, explanation: str) -> pl.Expr:
    """Say of each row of a layer's frame whether a rule of the layer explains it so."""
    return pl.any_horizontal(rule.expression for rule in CASCADE[layer] if rule.explanation == explanation)


def _own_text() -> str:
    """Read the program text of the judge, so that no change of how rules run goes unseen."""
    folder = Path(__file__).parent
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py")))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def references() -> tuple[ReferenceFile, ...]:
    """Name what verdicts rest on in any case: the built-in tables and the authorities, each with its hash (R7)."""
    trusted = trust(now=0)
    tables = {
        "built-in artefacts of filtering": (
            *ARTEFACTS,
            *REFUSAL_WORDS,
            *REQUEST_WORDS,
            *FILTERING_RESOLVER_NETWORKS,
            *SINGLE_COMPANY_NETWORKS,
            *CONTENT_NETWORKS,
        ),
        "built-in endpoints of services": (*SERVICES.values(), *WHOLES.values(), *sorted(RETIRED_HOSTS.items())),
        "built-in special-purpose addresses": (*IPV4_BLOCKS, *IPV6_BLOCKS),
    }
    return (
        *(ReferenceFile(name=name, sha256=_hash("\n".join(map(repr, rows)))) for name, rows in tables.items()),
        ReferenceFile(name=f"authorities of {trusted.version}", sha256=hashlib.sha256(trusted.pem).hexdigest()),
    )


RULES_VERSION = f"2026.2+{_hash(_own_text())[:12]}"
"""Edition of the rules, and a hash of their text, so that no change goes unseen (R7)."""
