"""Golden records: each shape and each outcome that Censored Planet's tools can meet, written by us."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.archive.censored_planet.records import (
    BLOCK_PAGE,
    GENUINE,
    INNOCENT,
    NAME,
    NO_PORT,
    OTHER,
    REFUSAL,
    RESET,
    RESOLVER,
    TIMEOUT,
    UNREACHED,
    answer_v1,
    answer_v20,
    answer_v22,
    control_v2,
    fetched,
    found,
    lookup,
    old_trial,
    page,
    sent,
    trial,
    tried,
)

LATE = "Get https://198.51.100.9: net/http: request canceled (Client.Timeout exceeded while awaiting headers)"
CLOSED = "Get https://198.51.100.9: unexpected EOF"
CLOSE = "Get http://198.51.100.9: EOF"
ALERT = "Get https://198.51.100.9: remote error: tls: unrecognized name"
FACEBOOK, TWITTER = 32934, 13414

_SECRET = 0x7A11_50F7_0000_0001  # any number: certificates are the same each time


@cache
def certificate(issuer: str, subject: str = "server.example") -> str:
    """Make a certificate with names only: nobody checks its signature here."""
    key = ec.derive_private_key(_SECRET, ec.SECP256R1())
    named = [x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, name)]) for name in (subject, issuer)]
    made = (
        x509.CertificateBuilder()
        .subject_name(named[0])
        .issuer_name(named[1])
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2021, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2022, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    )
    return base64.b64encode(made.public_bytes(Encoding.DER)).decode()


def failed(error: str, times: int = 4) -> tuple[dict[str, Any], ...]:
    return ({"error": error},) * times


def answered(response: object, times: int = 4, **more: Any) -> tuple[dict[str, Any], ...]:
    return ({"response": response, **more},) * times


def without_end(record: dict[str, Any]) -> dict[str, Any]:
    """Leave out the innocent name after the tries."""
    return record | {"response": record["response"][:-1]}


def with_failing_end(record: dict[str, Any]) -> dict[str, Any]:
    last = tried(59, error=TIMEOUT, control_url=INNOCENT)
    return without_end(record) | {"response": [*record["response"][:-1], last]}


TRIALS: dict[str, dict[str, Any]] = {
    **{f"as expected, {service}": trial({}, service=service) for service in ("echo", "discard", "http", "https")},
    "as expected, version 1": old_trial({}),
    "as expected after a reset": trial(*failed(RESET, 1), {}),
    "reset": trial(*failed(RESET)),
    "reset, version 1": old_trial(*({"Error": RESET},) * 5, {"Sent": sent("innocent.example")}, Retries=4),
    "timeout": trial(*failed(TIMEOUT), service="discard"),
    "timeout, http": trial(*failed(TIMEOUT)),
    "close": trial(*failed(CLOSE)),
    "reset and timeout": trial(*failed(RESET, 2), *failed(TIMEOUT, 2), service="echo"),
    "reset, two tries": trial(*failed(RESET, 2)),
    "reset, three tries and one that did not connect": trial(*failed(RESET, 3), *failed(UNREACHED, 1)),
    "reset, no innocent name after it": without_end(trial(*failed(RESET))),
    "reset, the server fails after it": with_failing_end(trial(*failed(RESET))),
    "handshake reset": trial(*failed(RESET), service="https"),
    "handshake timeout": trial(*failed(TIMEOUT), service="https"),
    "handshake closed": trial(*failed(CLOSE), service="https"),
    "handshake reset, two tries": trial(*failed(RESET, 2), service="https"),
    "stall after the handshake": trial(*failed(LATE), service="https"),
    "close after the handshake": trial(*failed(CLOSED), service="https"),
    "alert": trial(*failed(ALERT), service="https"),
    "unreached": trial(*failed(UNREACHED)),
    "no port left": trial(*failed(NO_PORT)),
    "block page, echo": trial(*answered(f"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n{BLOCK_PAGE}"), service="echo"),
    "block page without a status": trial(*answered(BLOCK_PAGE), service="discard"),
    "block page, http": trial(*answered(page("200 OK", BLOCK_PAGE))),
    "block page for all": trial(
        response=[{**tried(0, response=page("200 OK", BLOCK_PAGE)), "control_url": INNOCENT}], controls_failed=True
    ),
    "refusal, echo": trial(*answered(f"HTTP/1.1 403 No\r\n\r\n{REFUSAL}"), service="echo"),
    "refusal, echo, once": trial(*answered(REFUSAL, 1), service="echo"),
    "refusal, http": trial(*answered(page("403 Forbidden", REFUSAL), error="Status lines do not match")),
    "another page, echo": trial(*answered("HTTP/1.1 200 OK\r\n\r\nwelcome"), service="echo"),
    "another page, http": trial(
        *answered(page("301 Moved Permanently", "", headers={"Location": ["https://x.example"]}))
    ),
    "another page, version 1": old_trial({"Received": page(), "Error": "Incorrect web response: bodies don't match"}),
    "another page of a known authority": trial(
        *answered(page("200 OK", "<title>Shop</title>", Certificate=certificate("DigiCert Inc"))), service="https"
    ),
    "refusal of a known authority": trial(
        *answered(page("403 No", "<title>Blocked</title>", Certificate=certificate("DigiCert Inc"))), service="https"
    ),
    "another page of its own authority": trial(
        *answered(page("200 OK", "x", Certificate=certificate("server.example"))), service="https"
    ),
    "the server fails": trial(response=[{**tried(0, error=TIMEOUT), "control_url": INNOCENT}], controls_failed=True),
}

QUESTIONS: dict[str, dict[str, Any]] = {
    **{f"shares {tag}, version 1": answer_v1({GENUINE: [tag]}) for tag in ("ip", "http", "cert", "asnum")},
    "shares nothing, version 1": answer_v1({OTHER: []}, passed=False),
    "no tags, version 1": answer_v1({OTHER: ["no_tags"]}),
    "no control, version 1": answer_v1([GENUINE]),
    "no answer, version 1": {"resolver": RESOLVER, "query": NAME, "error": "no_answer"},
    "shares certificate, version 2.0": answer_v20({GENUINE: ["cert"], "rcode": ["0"]}),
    "shares nothing, version 2.0": answer_v20({OTHER: [], "rcode": ["0"]}),
    "servfail, version 2.0": answer_v20({"rcode": ["2", "2", "2", "2"]}),
    "shares all, version 2.2": answer_v22(lookup({GENUINE: found("ip", "http", "cert", "asnum", "asname")})),
    "timeout, then shares network": answer_v22(
        lookup(rcode=-1, error="i/o timeout"), lookup({GENUINE: found("asnum", "asname")})
    ),
    "shares nothing": answer_v22(lookup({OTHER: found()})),
    "unknown addresses": answer_v22(
        lookup({OTHER: {"http": "", "cert": "", "asnum": 0, "asname": "", "matched": None}})
    ),
    "of a company that hosts nobody else": answer_v22(lookup({OTHER: found(asn=FACEBOOK)})),
    "of two such companies": answer_v22(lookup({OTHER: found(asn=FACEBOOK), GENUINE: found(asn=TWITTER)})),
    "of such a company in part": answer_v22(lookup({OTHER: found(asn=FACEBOOK), GENUINE: found()})),
    "of such a company, as the control's": answer_v22(lookup({OTHER: found("asnum", asn=FACEBOOK)})),
    "of such a company, without a control": answer_v22(lookup({OTHER: found(asn=FACEBOOK)}), in_control_group=False),
    "not routable": answer_v22(lookup({"127.0.0.1": found(asn=0), "10.0.0.1": found(asn=0)})),
    "not routable, a dead resolver": answer_v22(lookup({"127.0.0.1": found(asn=0)}), passed_liveness=False),
    "not routable, as the control's": answer_v22(lookup({"127.0.0.1": found("ip", asn=0)})),
    "denied": answer_v22(lookup(rcode=3)),
    "denied, version 2.0": answer_v20({"rcode": ["3"]}),
    "denied, and failed before": answer_v22(lookup(rcode=3), lookup(rcode=2)),
    "denied by a dead resolver": answer_v22(lookup(rcode=3), passed_liveness=False),
    "denied, without a control": answer_v22(lookup(rcode=3), in_control_group=False),
    "denied by a filter of one's choice": answer_v22(lookup(rcode=3), vp="9.9.9.9"),
    "refused": answer_v22(lookup(rcode=5)),
    "refused, with the control's answer": answer_v22(lookup(rcode=5)) | {"beside": {"control": [control_v2(GENUINE)]}},
    "nothing in it": answer_v22(lookup(rcode=0)),
    "unanswered": answer_v22(lookup(rcode=-1, error="read udp 192.0.2.1:9->198.51.100.53:53: i/o timeout")),
    "not reached": answer_v22(lookup(rcode=-1, error="read udp 192.0.2.1:9->198.51.100.53:53: connection refused")),
    "the control's answer": answer_v22(lookup({GENUINE: {}}), in_control_group=None)
    | {"beside": {"control": [control_v2(GENUINE)]}},
    "the control's network": answer_v22(lookup({OTHER: {"asnum": 64501}}), in_control_group=None)
    | {"beside": {"control": [control_v2(GENUINE)], "networks": {GENUINE: {"asnum": 64501}}}},
    "a block page of such a company was fetched": answer_v22(lookup({OTHER: found(asn=FACEBOOK)}))
    | {"beside": {"pages": [fetched(BLOCK_PAGE)]}},
    "a block page was fetched there": answer_v22(lookup({OTHER: found()}))
    | {"beside": {"pages": [fetched(BLOCK_PAGE)]}},
    "another page was fetched there": answer_v22(lookup({OTHER: found()}))
    | {"beside": {"pages": [fetched("welcome")]}},
    "the site's certificate was fetched there": answer_v22(lookup({OTHER: found()}))
    | {
        "beside": {
            "pages": [
                fetched("x", https=page("200 OK", "x"), trusted_cert=True, cert_hostname_match=True),
            ]
        }
    },
}
