"""Our web servers are held against nginx: the same client, past the same censors, sees the same of both."""

from __future__ import annotations

import asyncio
import re
import shutil
import ssl
from typing import TYPE_CHECKING, NamedTuple

from tests.lab.behaviours.programs import Run, outcome
from tests.lab.behaviours.real_servers import REAL, SIZES, held, moved, needs, running, write_nginx
from tests.lab.behaviours.real_servers import REAL_ADDRESSES as THEIRS
from tests.lab.behaviours.stage import Stage, world
from tests.lab.client import Pipe, failure_of
from tests.lab.test_lab import needs_kernel
from trigpoint.lab.lab import Lab

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    import pytest

    from tests.lab.behaviours.stage import Played
    from trigpoint.lab.stack import Stack

OURS, NAME = ("203.0.113.10", "2001:db8:80::a"), "elsewhere.example"


class Answer(NamedTuple):
    """What came back over a connection."""

    head: str
    """Status code and phrase."""
    fields: dict[str, str]
    """Header fields that matter."""
    sizes: tuple[int, ...]
    """Of the bodies."""
    ends: str
    """How it ended."""


UNSAID = ("connection", "keep-alive")  # it means what its absence means (RFC 9112, section 9.3)
_IDLE_SECONDS = 0.7  # after which nothing more is waited for
_LATE_SECONDS = 15.0  # for the first octets, which a loaded machine may take long to bring
MATTER = {"content-type", "connection", "transfer-encoding", "content-length"}


async def raw(stack: Stack, address: str, request: bytes) -> Answer:
    """Send bytes to port 80; tell the first answer, and how the connection ended."""
    transport, pipe = await stack.connect(Pipe, (address, 80))
    transport.write(request)
    answer, ends = b"", "waits"
    try:
        while True:
            answer += await asyncio.wait_for(pipe.read(), _IDLE_SECONDS if answer else _LATE_SECONDS)
    except TimeoutError:
        pass
    except (EOFError, OSError) as error:
        ends = failure_of(error)
    finally:
        transport.abort()
    parts = [part.partition(b"\r\n\r\n") for part in answer.split(b"HTTP/1.1 ")[1:]]
    status, *lines = parts[0][0].decode("latin-1").split("\r\n")
    fields = {key.lower(): value for key, _, value in (line.partition(": ") for line in lines)}
    matter = {key: value for key, value in fields.items() if key in MATTER and (key, value) != UNSAID}
    return Answer(status, matter, tuple(len(body) for _, _, body in parts), ends)


def get(path: str, *fields: str, method: str = "GET", version: str = "1.1", host: str = NAME) -> bytes:
    return "\r\n".join(
        (f"{method} {path} HTTP/{version}", *([f"Host: {host}"] if host else []), *fields, "", "")
    ).encode()


CLOSING = "Connection: close"
PATH = f"/bytes/{SIZES[0]}"
REQUESTS = {
    "a file, then the end": get(PATH, CLOSING),
    "a file, and more may be asked": get(PATH),
    "its head": get(PATH, CLOSING, method="HEAD"),
    "two files, one after the other": get(PATH) + get(PATH, CLOSING),
    "two files, asked for at once, the first of which is a head": get(PATH, method="HEAD") + get(PATH, CLOSING),
    "an older version": get(PATH, version="1.0"),
    "an older version that keeps the connection": get(PATH, "Connection: keep-alive", version="1.0"),
    "a name in capitals": get(PATH, CLOSING, host=NAME.upper()),
    "a name with its port": get(PATH, CLOSING, host=f"{NAME}:80"),
    "a name that is not served": get("/", CLOSING, host="stranger.example"),
    "no name": get(PATH, CLOSING, host=""),
    "two names": get(PATH, f"Host: {NAME}", CLOSING),
    "no request": b"\x00\x01\x02\x03\r\n\r\n",
}
STATUS_ALONE = {
    "a name that is not served",
    "no name",
    "two names",
    "no request",
    "an older version that keeps the connection",  # which a server may end all the same (RFC 9112, appendix C.2.2)
}


async def shaken(stack: Stack, address: str, trusted: str, name: str, **settings: object) -> tuple[object, ...]:
    """Shake hands; tell the version, the protocol that was chosen, the certificate's issuer and the chain's length."""
    context = ssl.create_default_context(cadata=trusted)
    for key, value in settings.items():
        if key == "alpn":
            context.set_alpn_protocols(value)  # type: ignore[arg-type]
        else:
            setattr(context, key, value)
    try:
        transport, _ = await stack.connect(asyncio.Protocol, (address, 443), tls=context, server_name=name)
    except OSError as error:
        return (failure_of(error),)
    seen = transport.get_extra_info("ssl_object")
    issuer = dict(pair for (pair,) in seen.getpeercert()["issuer"])["commonName"]
    found = seen.version(), seen.selected_alpn_protocol(), issuer, len(seen._sslobj.get_unverified_chain())
    transport.abort()
    await asyncio.sleep(0)
    return found


OLD, NEW = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
HANDSHAKES: dict[str, dict[str, object]] = {
    "both protocols": {"alpn": ["h2", "http/1.1"]},
    "the other order": {"alpn": ["http/1.1", "h2"]},
    "the newer": {"alpn": ["h2"]},
    "the older": {"alpn": ["http/1.1"]},
    "none": {},
    "an unknown one": {"alpn": ["other"]},
    "TLS 1.2": {"maximum_version": OLD, "alpn": ["h2"]},
    "TLS 1.3": {"minimum_version": NEW, "alpn": ["h2"]},
}


CURLS = {
    "curl, a file over HTTP/2": (PATH, "--http2"),
    "curl, its head over HTTP/2": (PATH, "--http2", "--head", "-o", "/dev/null"),
    "curl, a file over HTTP/1.1": (PATH, "--http1.1"),
    "curl, several files over one connection of HTTP/2": (f"/bytes/{{{SIZES[0]},{SIZES[1]}}}", "--http2", "--parallel"),
}
TOLD = "%{http_code} %{http_version} %{size_download} %{content_type} %{num_connects}\n"


async def curled(lab: Lab, address: str, authorities: str, path: str, *options: str) -> str:
    """Fetch with curl; tell what it says of it."""
    at = f"[{address}]" if ":" in address else address
    whole = ("curl", "-q", "-sS", "-o", "/dev/null", "-w", TOLD, "--cacert", authorities, "--connect-to", f"::{at}:443")
    command = (*whole, *options, f"https://{NAME}{path}")
    _, text = await outcome(lab._fabric, Run(command, 0))
    return "\n".join(sorted(line for line in text.splitlines() if re.match(r"\d{3} \d", line)))


@needs_kernel
def test_our_web_servers_are_as_nginx(tmp_path: Path, subtests: pytest.Subtests) -> None:
    needs("nginx")
    cases = moved({"https", "http"})
    hosts = {visit.url.split("/")[2] for case in cases for visit in (case.guilty, case.innocent)}
    command, trusted = write_nginx(tmp_path, sorted({NAME, *hosts}), THEIRS)
    (tmp_path / "authorities.pem").write_text(trusted)

    async def compared(stack: Stack, ask: Callable[[str], Awaitable[object]]) -> list[object]:
        return list(
            await asyncio.gather(*(ask(address) for pair in zip(OURS, THEIRS, strict=True) for address in pair))
        )

    async def main(lab: Lab) -> tuple[list[Played], dict[str, list[object]]]:
        stack, ours = lab.client(), lab.bundle().read_text()
        async with running(lab._fabric, command, THEIRS[0], 443):
            plays = await Stage(lab, 1.0, 40, trusted).play(cases)
            asked = {
                what: lambda address, request=request: raw(stack, address, request)
                for what, request in REQUESTS.items()
            } | {
                what: lambda address, more=more: shaken(
                    stack, address, trusted if address in THEIRS else ours, more.get("name", NAME), **more
                )
                for what, more in HANDSHAKES.items()
            }
            asked["a name that it has no certificate for"] = lambda address: shaken(
                stack, address, trusted if address in THEIRS else ours, "stranger.example"
            )
            if shutil.which("curl"):
                files = dict.fromkeys(OURS, str(lab.bundle())) | dict.fromkeys(
                    THEIRS, str(tmp_path / "authorities.pem")
                )
                asked |= {
                    what: lambda address, more=more: curled(lab, address, files[address], *more)
                    for what, more in CURLS.items()
                }
            found = await asyncio.gather(*(compared(stack, ask) for ask in asked.values()))
        return plays, dict(zip(asked, found, strict=True))

    plays, found = Lab(world(vacant=REAL), fabric="kernel").play(main)
    held(plays, subtests)
    for what, answers in found.items():
        with subtests.test(what=what):
            told = [answer.head.split()[0] for answer in answers] if what in STATUS_ALONE else answers
            assert told == [told[1]] * 4
