"""Taking the probe's own address out of a record, wherever it was echoed (R10).

Probes replace their address before they upload, as far as they can. A record that still names it in ``probe_ip`` tells
what to look for: pages and headers of servers that echo a visitor's address (:rfc:`7239`) are the usual places.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any

_IPV4 = 4
_NOBODY = "127.0.0.1"  # what nearly all records say; looking no further saves 4 us a measurement

SCRUBBED = b"[scrubbed]"
"""What stands in the address's place, as OONI's probes write it."""


def without_probe_address(record: bytes, value: Any) -> bytes | None:  # noqa: ANN401 - JSON of any form
    """Write the record without the address that it names as the probe's.

    Args:
        record: the raw JSON text.
        value: the same record, decoded.

    Returns:
        The text without it, or ``None`` where the record names no real address.

    """
    given = value.get("probe_ip") if isinstance(value, dict) else None
    if given == _NOBODY or not isinstance(given, str):
        return None
    pattern = _spellings(given)
    return None if pattern is None else re.sub(pattern, SCRUBBED, record)


def _spellings(given: str) -> bytes | None:
    """Give a pattern that finds an address however it is spelt. None: it is no address, or nobody's."""
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return None
    if address.is_loopback or address.is_unspecified:  # what probes write in its place
        return None
    if address.version == _IPV4:
        pattern = rf"(?<![0-9.]){re.escape(str(address))}(?![0-9]|\.[0-9])"
    else:
        spellings = {text for form in (given, str(address), address.exploded) for text in (form, form.upper())}
        found = "|".join(re.escape(spelling) for spelling in sorted(spellings))
        pattern = rf"(?<![0-9A-Fa-f:])(?:{found})(?![0-9A-Fa-f:])"
    return pattern.encode()
