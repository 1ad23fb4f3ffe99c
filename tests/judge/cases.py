"""Small measurements for the judge: a site as the probe and the control saw it, in a few words."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.judge import judge
from trigpoint.model.measurement import Measurement
from trigpoint.model.step import (
    Body,
    Certificate,
    Datagram,
    DnsAnswer,
    DnsLookup,
    HttpRoundTrip,
    QuicHandshake,
    Step,
    TcpConnect,
    TlsHandshake,
)
from trigpoint.observe import tables

if TYPE_CHECKING:
    import polars as pl

    from trigpoint.reference.matching import Fingerprints

HOST = "www.example.org"
"""The site."""
GENUINE = "93.184.216.34"
"""Its address, by the control."""
OTHER = "130.192.182.17"
"""A public address of somebody else."""
RESET, TIMEOUT, CLOSE = "connection_reset", "generic_timeout_error", "eof_error"
STARTED = 1_700_000_000.0


@lru_cache(maxsize=1024)
def judged(record: Measurement, fingerprints: Fingerprints | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Judge a measurement alone; once, however many tests ask of it."""
    return judge(tables([record]), fingerprints=fingerprints)


class Case:
    """Collects steps with running numbers."""

    def __init__(self, nettest: str = "web_connectivity", **about: Any) -> None:
        self.steps: list[Step] = []
        self.bodies: list[Body] = []
        self.certificates: list[Certificate] = []
        self.about: dict[str, Any] = {
            "id": "0" * 64,
            "nettest": nettest,
            "probe_cc": "XL",
            "probe_asn": 64512,
            "started_at": STARTED,
            "source": "f" * 64,
            "path": "case.json",
            "line": 1,
            **about,
        }
        if nettest == "web_connectivity":
            self.about = {"input": f"https://{HOST}/", "target": HOST, "has_control": True, **self.about}

    def _key(self, kind: str, **more: Any) -> dict[str, Any]:
        number = len(self.steps)
        key = {"step": number, "pointer": f"/test_keys/{kind}/{number}", "vantage": "probe", "hop": 0}
        return key | {name: value for name, value in more.items() if value is not None}

    def dns(self, *addresses: str, failure: str | None = None, **more: Any) -> Case:
        answers = tuple(
            DnsAnswer(
                number=number,
                answer_type="AAAA" if ":" in address else "A",
                address=address,
                annotated_asn=more.get("asn"),
            )
            for number, address in enumerate(addresses)
        )
        more.pop("asn", None)
        fields: dict[str, Any] = {"hostname": HOST, "engine": "system", "query_type": "A", **more}
        self.steps.append(
            DnsLookup(**self._key("queries", failure=failure, **fields), answers=answers, answer_count=len(answers))
        )
        return self

    def tcp(self, address: str = GENUINE, port: int = 443, failure: str | None = None, **more: Any) -> Case:
        self.steps.append(TcpConnect(**self._key("tcp_connect", address=address, port=port, failure=failure, **more)))
        return self

    def tls(self, address: str | None = GENUINE, failure: str | None = None, **more: Any) -> Case:
        fields: dict[str, Any] = {"port": 443, "server_name": HOST, "is_verified": True, **more}
        self.steps.append(TlsHandshake(**self._key("tls_handshakes", address=address, failure=failure, **fields)))
        return self

    def quic(self, address: str = GENUINE, failure: str | None = None, **more: Any) -> Case:
        fields: dict[str, Any] = {"port": 443, "server_name": HOST, **more}
        self.steps.append(QuicHandshake(**self._key("quic_handshakes", address=address, failure=failure, **fields)))
        return self

    def http(self, url: str = f"https://{HOST}/", failure: str | None = None, **more: Any) -> Case:
        scheme, _, rest = url.partition("://")
        host, _, port = rest.split("/", 1)[0].partition(":")
        body: str | None = more.pop("body", None)
        fields: dict[str, Any] = {
            "url": url,
            "scheme": scheme,
            "host": host,
            "port": int(port) if port else {"http": 80, "https": 443}[scheme],
            "method": "GET",
            **more,
        }
        if body is not None:
            fields |= {"body_sha256": f"{len(self.bodies):064x}", "body_bytes": len(body)}
            self.bodies.append(Body(sha256=fields["body_sha256"], body_bytes=len(body), content=body.encode()))
        self.steps.append(HttpRoundTrip(**self._key("requests", failure=failure, **fields)))
        return self

    def datagram(self, **more: Any) -> Case:
        self.steps.append(Datagram(**self._key("received", **{"protocol": "http_line", **more})))
        return self

    def certificate(self, sha256: str, **more: Any) -> Case:
        self.certificates.append(Certificate(sha256=sha256, der=sha256.encode(), **more))
        return self

    def control(
        self, *, works: bool = True, addresses: tuple[str, ...] = (GENUINE,), title: str = "The Example"
    ) -> Case:
        """Add a control that connects to the genuine address and gets the page, or gets nothing."""
        where = {"vantage": "control", "hop": None}
        self.dns(*addresses, failure=None if addresses else "dns_nxdomain_error", engine=None, **where)
        for address in addresses:
            for port in (80, 443):
                self.tcp(address, port, None if works else TIMEOUT, **where)
            self.tls(address, None if works else TIMEOUT, is_verified=None, **where)
        page = {"status": 200, "title": title, "body_bytes": 5000, "headers": "X-Own: yes\nServer: nginx"}
        self.http(failure=None if works else TIMEOUT, **where, **(page if works else {}))
        return self

    def record(self, **changes: Any) -> Measurement:
        return Measurement(
            **(self.about | changes),
            steps=tuple(self.steps),
            bodies=tuple(self.bodies),
            certificates=tuple(self.certificates),
        )

    def verdicts(self) -> dict[str, dict[str, Any]]:
        """Judge it alone: target to verdict."""
        _, verdicts = judged(self.record())
        return {row["target"]: row for row in verdicts.iter_rows(named=True)}

    def findings(self, fingerprints: Fingerprints | None = None) -> list[dict[str, Any]]:
        """Judge it alone: every finding."""
        found, _ = judged(self.record(), fingerprints)
        return found.to_dicts()

    def verdict(self, target: str = HOST) -> dict[str, Any]:
        return self.verdicts()[target]

    def says(self, target: str = HOST) -> tuple[str, str, str]:
        """State, mechanisms of what is blocked (or interference with what is not), explanations."""
        row = self.verdict(target)
        named = row["mechanisms"] if row["state"] == "blocked" else row["interference"]
        return row["state"], named, row["explanations"]

    def signs(self, target: str = HOST) -> str:
        """Signs of what is not decided."""
        row = self.verdict(target)
        assert row["state"] == "insufficient", row
        return str(row["mechanisms"])

    def fired(self, target: str = HOST) -> set[str]:
        return set(self.verdict(target)["rules"].split())


def leaf(**changes: Any) -> dict[str, Any]:
    """Fields of a certificate that covers the site and is current."""
    return msgspec.to_builtins({"subject": f"CN={HOST}", "issuer": "CN=Some Authority", "names": HOST}) | {
        "not_before": STARTED - 1000,
        "not_after": STARTED + 1000,
        **changes,
    }
