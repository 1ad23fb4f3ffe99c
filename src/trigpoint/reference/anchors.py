"""Authorities of one service alone: its own programs trust them, and no public list has them.

An authority is a name and a public key (:rfc:`5280`, section 6.1.1, "trust anchor information"); what else stands in
its certificate is not needed to check a chain, and is not kept here.
"""

from __future__ import annotations

import base64

import msgspec


class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """One authority."""

    organisation: str
    """Of its name."""
    name: tuple[tuple[str, str], ...]
    """Its name as attributes and values, in their order (:rfc:`4514` has the short names)."""
    modulus: int
    """Of its RSA key; the exponent is 65,537."""
    expires_at: float
    """When it ends, seconds since 1970-01-01 UTC."""
    certificate_sha256: str
    """SHA-256 of its certificate's DER, hex: by this it can be found and compared."""
    source: str
    """Where the service publishes it."""


SIGNAL = Anchor(
    organisation="Signal Messenger, LLC",
    name=(
        ("C", "US"),
        ("ST", "California"),
        ("L", "Mountain View"),
        ("O", "Signal Messenger, LLC"),
        ("CN", "Signal Messenger"),
    ),
    modulus=int.from_bytes(
        base64.b64decode(
            "xHnIn8TBx5Q4cWxEVXRKzoRrCztPD1HTZAE42dZE+dbj3+ST4kW7rPReCfxoAUOADUgIyA2bhWNFjrxv4tKr8bYaVu9KHKfC"
            "I5IlkzYgPNc0DUHQolmxg1OAdbC4tqOCYCTMHkpEBYsg8p6loB6cPipr8rQs0Vp7666bSHxOBj8TTrALVxW1R/vvCTuNiGik"
            "VZW36Xv5VB244mJiKUK6GTxj2ODqpfCjN6N/Tmz506NVqDOJqMjjmaVN5VdWsH7b1gcdbG0wS9NrEFnx0cYDVRfj49H3QzDB"
            "XRSaGwK6y1XytlGvnWDeKVeVyMc1Wq0kVu9wl6kPtqpaD1v8p6Wt4EbWHhlleI5e3g9D5nh6SjmO/InT+B9Y3wL9EwFXiqbg"
            "eWRWdrM3Mksa0GvHexSH9JDSXvYCEY20Pl675zfmWb4+nfvLgSavC30GhYZVXyNP2iHYIEnGqUe8PKC6b3X5VFqnEy3l1TS1"
            "a4NeXBA8HZVfD1bHE/yk9G3zcyiPNKgavC8kZmrgKj9Ag42smBm9lAGm54Xn4JkWOmgROZl8XW8gBM8wkt7w8Y3kw/L/J2w6"
            "vkg+pSYtIu44MBHzQ4XvVyudG2iteVHXPAq/2ZYRjIzZlqgXdIyKWmZta81gNJOFcF7Q8KQV0s/KARbIYl7NxQ+ox2NiITkd"
            "6aW8neKkVKc="
        ),
        "big",
    ),
    expires_at=1_958_517_950.0,  # 2032-01-24
    certificate_sha256="ddb0f92bb95c8d6fd202ea6e8cc5ccd182b544f8cd696f47d580659ddc9df65a",
    source="Signal's programs, which carry it; ooni/probe issue 2344 and ooni/probe-cli, experiment signal 0.2.2",
)
"""Signs for Signal's servers since October 2022; the one before ended on 2023-03-23."""
