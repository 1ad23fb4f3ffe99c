"""All rules in order: the layers from name resolution upwards, then the target as a whole."""

from __future__ import annotations

import hashlib
from types import MappingProxyType
from typing import TYPE_CHECKING

from trigpoint.judge.rule import Layer, Rule
from trigpoint.judge.rules.dns import DNS
from trigpoint.judge.rules.http import HTTP
from trigpoint.judge.rules.quic import QUIC
from trigpoint.judge.rules.tcp import TCP
from trigpoint.judge.rules.tls import TLS
from trigpoint.judge.rules.whole import WHOLE
from trigpoint.reference.artefacts import ARTEFACTS, FILTERING_RESOLVER_NETWORKS, REFUSAL_WORDS, REQUEST_WORDS
from trigpoint.reference.services import RETIRED_HOSTS, SERVICES

if TYPE_CHECKING:
    from collections.abc import Mapping

CASCADE: Mapping[Layer, tuple[Rule, ...]] = MappingProxyType(
    {Layer.DNS: DNS, Layer.TCP: TCP, Layer.TLS: TLS, Layer.QUIC: QUIC, Layer.HTTP: HTTP, Layer.WHOLE: WHOLE}
)
"""Rules by layer, in the order in which a connection is made."""

RULES: tuple[Rule, ...] = tuple(rule for rules in CASCADE.values() for rule in rules)
"""Every rule in order; where several decide alike, the first is quoted."""


def _fingerprint() -> str:
    """Hash what the rules say and read: conditions, words, and the built-in tables."""
    parts = [f"{rule.id} {rule.condition} {rule.state} {rule.mechanism} {rule.explanation}" for rule in RULES]
    parts += [repr(row) for row in (*ARTEFACTS, *REFUSAL_WORDS, *REQUEST_WORDS, *SERVICES.values())]
    parts += [repr(row) for row in (*FILTERING_RESOLVER_NETWORKS, *sorted(RETIRED_HOSTS.items()))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


RULES_VERSION = f"2026.1+{_fingerprint()}"
"""Edition of the rules, and a hash of their text, so that no change goes unseen (R7)."""
