"""Records as Censored Planet's tools write them, made up for the tests: names are for documentation.

The shapes are those of https://docs.censoredplanet.org; all values are ours.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.archive.shapes import ORIGIN
from trigpoint.archive.censored_planet import hyperquack, satellite

if TYPE_CHECKING:
    from trigpoint.archive.format import Origin
    from trigpoint.model.measurement import Measurement

SERVER = "198.51.100.9"
RESOLVER = "198.51.100.53"
NAME = "www.site.example"
INNOCENT = "control-0123456789abcdef.example"
GENUINE = "93.184.216.34"
OTHER = "130.192.182.17"
"""Public addresses: those for documentation are not routable, which is a sign of its own."""
RESET = f"read tcp 192.0.2.1:40000->{SERVER}:80: read: connection reset by peer"
TIMEOUT = f"read tcp 192.0.2.1:40001->{SERVER}:80: i/o timeout"
UNREACHED = f"dial tcp 0.0.0.0:0->{SERVER}:80: connect: connection timed out"
NO_PORT = f"dial tcp 0.0.0.0:0->{SERVER}:80: bind: address already in use"
REFUSAL = "<html><head><title>Notice</title></head><body>Access to this website is prohibited here.</body></html>"
BLOCK_PAGE = "<html><body>The content is prohibited for viewership from within Pakistan.</body></html>"
SCAN = "CP_Satellite-2021-04-25-12-00-01"


def text(value: object) -> bytes:
    return json.dumps(value).encode()


def lines(*values: object) -> bytes:
    return b"".join(text(value) + b"\n" for value in values)


# --- Hyperquack ------------------------------------------------------------------------------------------------------


def _times(number: int) -> tuple[str, str]:
    return f"2021-05-31T12:00:{number:02}.910941658-04:00", f"2021-05-31T12:00:{number:02}.945004450-04:00"


def tried(number: int, **outcome: Any) -> dict[str, Any]:
    start, end = _times(number)
    return {"matches_template": not outcome, **outcome, "start_time": start, "end_time": end}


def trial(*outcomes: dict[str, Any], service: str = "http", **about: Any) -> dict[str, Any]:
    """Write a record of version 2: an innocent name that passes, each try of the name, an innocent name again."""
    tries = [tried(0, control_url=INNOCENT), *(tried(n, **outcome) for n, outcome in enumerate(outcomes, 1))]
    tries[0]["matches_template"] = True
    if outcomes and outcomes[-1]:
        tries.append({**tried(len(tries)), "control_url": INNOCENT})
    return {
        "vp": SERVER,
        "location": {"country_name": "Kenya", "country_code": "KE"},
        "service": service,
        "test_url": NAME,
        "response": tries,
        "anomaly": bool(outcomes and outcomes[-1]),
        "controls_failed": False,
        "stateful_block": False,
        "tag": "2021-05-31T12:00:00",
        **about,
    }


def page(status: str = "403 Forbidden", body: str = "no", **more: Any) -> dict[str, Any]:
    return {"status_line": status, "headers": {"Content-Type": ["text/html"]}, "body": body, **more}


def old_trial(*results: dict[str, Any], **about: Any) -> dict[str, Any]:
    """Write a record of version 1; innocent names come last, and only where all tries failed."""
    written = []
    for number, result in enumerate(results):
        start, end = _times(number)
        written.append({"Sent": NAME, "Success": len(result) == 0, **result, "StartTime": start, "EndTime": end})
    return {
        "Server": SERVER,
        "Keyword": NAME,
        "Retries": max(len(results) - 1, 0),
        "Results": written,
        "Blocked": False,
        "FailSanity": False,
        "StatefulBlock": False,
        **about,
    }


def sent(name: str, path: str = "/") -> str:
    return f"GET {path} HTTP/1.1\r\nHost: {name}\r\n\r\n"


def quack(record: dict[str, Any], origin: Origin = ORIGIN) -> Measurement:
    return hyperquack.measurement_of(text(record), origin)


# --- Satellite -------------------------------------------------------------------------------------------------------


def answer_v1(answers: object, **about: Any) -> dict[str, Any]:
    return {"resolver": RESOLVER, "query": NAME, "answers": answers, "passed": True, **about}


def answer_v20(response: dict[str, Any], **about: Any) -> dict[str, Any]:
    return {
        "vp": RESOLVER,
        "location": {"country_name": "Kenya", "country_code": "KE"},
        "test_url": NAME,
        "response": response,
        "passed_control": True,
        "connect_error": False,
        "in_control_group": True,
        "anomaly": True,
        "confidence": {"average": 0, "matches": None, "untagged_controls": False, "untagged_response": False},
        "start_time": "2021-04-25 15:37:16.850234875 -0400 EDT m=+13035.126037108",
        "end_time": "2021-04-25 15:37:17.012723422 -0400 EDT m=+13035.288525646",
        **about,
    }


def lookup(
    answers: dict[str, Any] | None = None, *, rcode: int = 0, error: str = "null", url: str = NAME
) -> dict[str, Any]:
    return {"url": url, "has_type_a": bool(answers), "response": answers or {}, "error": error, "rcode": rcode}


def found(*matched: str, asn: int = 64500) -> dict[str, Any]:
    return {"http": "ab", "cert": "cd", "asnum": asn, "asname": "NET", "matched": list(matched) or None}


def answer_v22(*response: dict[str, Any], **about: Any) -> dict[str, Any]:
    return {
        "confidence": {"average": 100, "matches": [100], "untagged_controls": False, "untagged_response": False},
        "passed_liveness": True,
        "connect_error": False,
        "in_control_group": True,
        "anomaly": False,
        "excluded": False,
        "vp": RESOLVER,
        "test_url": NAME,
        "start_time": "2021-10-20 14:51:41.206101745 -0400 EDT",
        "end_time": "2021-10-20 14:51:41.333865024 -0400 EDT",
        "exclude_reason": [],
        "location": {"country_name": "Kenya", "country_code": "KE"},
        "response": list(response),
        **about,
    }


def control_v2(*addresses: str, vp: str = "192.0.2.8") -> dict[str, Any]:
    asked = [("root.example", [GENUINE]), (NAME, list(addresses))]
    return {
        "vp": vp,
        "test_url": NAME,
        "response": [
            {"url": url, "has_type_a": bool(given), "response": given, "error": "null", "rcode": 0}
            for url, given in asked
        ],
        "passed_control": True,
        "connect_error": False,
    }


def fetched(body: str, *, ip: str = OTHER, **more: Any) -> dict[str, Any]:
    return {
        "ip": ip,
        "keyword": NAME,
        "http": page("200 OK", body),
        "https": "Get https://130.192.182.17: remote error: tls: handshake failure",
        "fetched": True,
        "start_time": "2021-04-25 16:37:16 -0400 EDT",
        "end_time": "2021-04-25 16:37:17 -0400 EDT",
        **more,
    }


def asked(record: dict[str, Any], origin: Origin = ORIGIN) -> Measurement:
    return satellite.measurement_of(text(record), origin)
