"""Records made from a seed, and a reader of files that name them: what ``archive`` gives, without ``archive``."""

from __future__ import annotations

import hashlib
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from trigpoint.model.measurement import Measurement, Reject
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

if TYPE_CHECKING:
    from collections.abc import Iterator

STARTED = 1_700_000_000.0
"""2023-11-14T22:13:20Z."""

DAY = 86_400.0


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def certificate(seed: int, names: str | None = None) -> Certificate:
    name = f"site{seed}.example"
    return Certificate(
        sha256=sha256(f"certificate {seed}"),
        subject=f"CN={name}",
        issuer="CN=Some Authority",
        names=names or f"{name} *.{name}",
        not_before=STARTED - 30 * DAY,
        not_after=STARTED + 60 * DAY,
        key_sha256=sha256(f"key {seed}"),
        der=hashlib.sha512(str(seed).encode()).digest() * 12,
    )


def body(seed: int, size: int = 4000) -> Body:
    content = b"".join(hashlib.sha256(f"{seed} {block}".encode()).hexdigest().encode() for block in range(size // 64))
    return Body(sha256=hashlib.sha256(content).hexdigest(), body_bytes=len(content), content=content)


def steps(seed: int, rounds: int = 4) -> tuple[Step, ...]:
    """Six steps a round, one of each kind."""
    made: list[Step] = []
    chain = f"{sha256(f'certificate {seed}')} {sha256('certificate 0')}"
    for hop in range(rounds):
        address, name = f"93.184.{seed % 200}.{hop + 1}", f"site{seed}.example"
        start = 6 * hop

        def key(offset: int, part: str, start: int = start, hop: int = hop) -> dict[str, object]:
            number = start + offset
            return {
                "step": number,
                "pointer": f"/test_keys/{part}/{number}",
                "vantage": "probe",
                "hop": hop,
                "transaction": number + 1,
                "started": 0.1 * number,
                "ended": 0.1 * number + 0.05,
            }

        answers = (
            DnsAnswer(number=0, answer_type="CNAME", name=f"edge.{name}", ttl_seconds=60),
            DnsAnswer(number=1, answer_type="A", address=address, ttl_seconds=60, annotated_asn=15133),
        )
        made += [
            DnsLookup(
                **key(0, "queries"), hostname=name, query_type="A", engine="udp", answer_count=2, answers=answers
            ),
            TcpConnect(**key(1, "tcp_connect"), address=address, port=443, annotated_asn=15133),
            TlsHandshake(
                **key(2, "tls_handshakes"),
                address=address,
                port=443,
                server_name=name,
                version="TLSv1.3",
                certificate_chain=chain,
            ),
            QuicHandshake(
                **key(3, "quic_handshakes"),
                address=address,
                port=443,
                server_name=name,
                failure="generic_timeout_error",
            ),
            HttpRoundTrip(
                **key(4, "requests"),
                url=f"https://{name}/",
                scheme="https",
                host=name,
                method="GET",
                status=200,
                headers="Content-Type: text/html\nServer: nginx",
                title=f"Site {seed}",
                body_sha256=body(seed).sha256,
                body_bytes=body(seed).body_bytes,
            ),
            Datagram(**key(5, "network_events"), protocol="stun", address=address, port=3478, sent_bytes=20),
        ]
    return tuple(made)


def measurement(seed: int, **changes: object) -> Measurement:
    """A measurement whose id depends on the seed alone."""
    made = Measurement(
        id=sha256(f"measurement {seed}"),
        nettest="web_connectivity",
        nettest_version="0.5.28",
        software="ooniprobe 3.22.0",
        probe_cc="IR",
        probe_asn=44244,
        started_at=STARTED + seed,
        runtime_seconds=2.5,
        input=f"https://site{seed}.example/",
        target=f"site{seed}.example",
        has_control=True,
        source="0" * 64,
        path="some.jsonl",
        line=1,
        steps=steps(seed),
        certificates=(certificate(seed), certificate(0)),
        bodies=(body(seed),),
    )
    return msgspec.structs.replace(made, **changes)


def read(path: Path, source: str) -> Iterator[Measurement | Reject]:
    """Read a file of JSON Lines, each an order: ``seed`` with changes, ``reject``, ``fail``, ``kill`` or ``meet``."""
    content = path.read_bytes()
    for line, text in enumerate(content.splitlines(), start=1):
        order = msgspec.json.decode(text)
        if "seed" in order:
            changes = {name: value for name, value in order.items() if name != "seed"}
            yield measurement(order["seed"], source=source, path=str(path), line=line, **changes)
        elif "reject" in order:
            yield Reject(path=str(path), line=line, reason=order["reject"])
        else:
            _misbehave(order)


def _misbehave(order: dict[str, str]) -> None:
    if "fail" in order:
        raise ValueError(order["fail"])
    if "meet" in order and Path(order["meet"]).exists():
        Path(order["meet"]).write_bytes(b"here")  # a named pipe: returns when the other side reads
        # Stay busy until killed, interrupted, or the pipe is gone. A call that blocks would not do: Polars installs
        # a handler of SIGINT after which the system goes on with such a call (SA_RESTART).
        while Path(order["meet"]).exists():
            pass
    if "kill" in order and not Path(order["kill"]).exists():
        Path(order["kill"]).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if "always_kill" in order:
        os.kill(os.getpid(), signal.SIGKILL)


def stream(path: Path, source: str) -> Iterator[Measurement]:
    """Read a file that holds a number: so many small measurements, each with a certificate and a body of its own."""
    content = path.read_bytes()
    template = measurement(0, source=source, path=str(path), steps=steps(0, rounds=1))
    for seed in range(int(content)):
        key = f"{seed:064x}"
        yield msgspec.structs.replace(
            template,
            id=key,
            line=seed + 1,
            certificates=(msgspec.structs.replace(template.certificates[0], sha256=key),),
            bodies=(Body(sha256=key, body_bytes=2000, content=key.encode() * 31),),
        )


def identify(path: Path) -> str:
    if "nothing" in path.name:
        message = "no format"
        raise ValueError(message)
    return "orders"


def write(path: Path, *orders: dict[str, object]) -> Path:
    """Write a file that :func:`read` reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(msgspec.json.encode(order) + b"\n" for order in orders))
    return path


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its content, and every folder."""
    return {
        entry.relative_to(folder).as_posix(): entry.read_bytes() if entry.is_file() else b"folder"
        for entry in sorted(folder.rglob("*"))
    }
