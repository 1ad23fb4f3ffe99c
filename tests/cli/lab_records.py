"""Small records as a probe in the lab writes them, and surveys of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.archive import shapes

if TYPE_CHECKING:
    from pathlib import Path

SERVER = "203.0.113.20"


def visit(
    url: str, *, world: str | None = "iran", asn: int = 64501, failure: str | None = None, cc: str = "XE"
) -> dict[str, Any]:
    """A visit to a site; ``failure`` is that of the TLS handshake, which the control completed."""
    keys = shapes.keys(
        tls_handshakes=[shapes.tls(failure=failure)],
        quic_handshakes=[],
        network_events=[],
        requests=[shapes.request() | ({"failure": failure, "response": {}} if failure else {})],
        control=shapes.control(
            dns={"failure": None, "addrs": ["198.51.100.7"]},
            tls_handshake={"198.51.100.7:443": {"server_name": "site.example", "status": True, "failure": None}},
            quic_handshake={},
        ),
    )
    annotations = {"lab_world": world} if world is not None else {}
    given = {"input": url, "annotations": annotations, "probe_asn": f"AS{asn}", "probe_cc": cc, "test_keys": keys}
    host = url.removeprefix("https://").partition("/")[0]
    text = json.dumps(shapes.record(**given))
    found: dict[str, Any] = json.loads(text.replace("site.example", host).replace("198.51.100.7", SERVER))
    return found


def write(path: Path, *records: dict[str, Any]) -> Path:
    """Write records as JSON Lines."""
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    return path
