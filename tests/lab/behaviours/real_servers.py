"""Servers of other projects, nginx and unbound, in a place of the lab."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization

from tests.lab.behaviours.programs import nothing
from tests.lab.behaviours.stage import CASES, harm
from tests.lab.client import Pipe
from trigpoint.lab.services.pki import Pki

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from tests.lab.behaviours.cases import Case
    from tests.lab.behaviours.stage import Played
    from trigpoint.lab.fabrics.kernel.fabric import KernelFabric

REAL = 70
REAL_ADDRESSES = ("203.0.113.70", "2001:db8:80::46")
SIZES = (20_000, 120_000, 200_000)
_SECONDS = 10.0
_NGINX = """
daemon off;
master_process off;
user root root;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  ssl_certificate {folder}/chain.pem;
  ssl_certificate_key {folder}/key.pem;
  ssl_protocols TLSv1.2 TLSv1.3;
  server {{
{listens}
    server_name {names};
    charset utf-8;
    location / {{ default_type text/html; return 200 "<title>$host</title>"; }}
    location /bytes/ {{ default_type application/octet-stream; root {folder}; }}
  }}
  server {{
{strangers}
    return 404;
  }}
}}
"""
_UNBOUND = """
server:
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: "{folder}/unbound.pid"
  use-syslog: no
  logfile: "{folder}/unbound.log"
  do-daemonize: no
  module-config: "iterator"
  access-control: 0.0.0.0/0 allow_snoop
  access-control: ::0/0 allow_snoop
  do-not-query-localhost: no
  num-threads: 1
  minimal-responses: yes
{interfaces}
stub-zone:
  name: "example"
  stub-addr: {authority}
stub-zone:
  name: "."
  stub-addr: {authority}
"""


def write_nginx(folder: Path, names: Sequence[str], addresses: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Write all that nginx needs; gives its command, and the authority to be trusted as PEM."""
    pki = Pki(folder)
    identity = pki.identity(names)
    encoding = serialization.Encoding.PEM
    Path(folder, "chain.pem").write_bytes(b"".join(each.public_bytes(encoding) for each in identity.chain))
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    Path(folder, "key.pem").write_bytes(identity.key.private_bytes(encoding, *plain))
    Path(folder, "bytes").mkdir()
    for size in SIZES:
        Path(folder, "bytes", str(size)).write_bytes(b"x" * size)
    shown = [f"[{address}]" if ":" in address else address for address in addresses]
    ports = [f"    listen {at}:{port}" for at in shown for port in ("80{}", "443{} ssl http2")]
    listens, strangers = ("\n".join(port.format(kind) + ";" for port in ports) for kind in ("", " default_server"))
    text = _NGINX.format(folder=folder, listens=listens, strangers=strangers, names=" ".join(names))
    Path(folder, "nginx.conf").write_text(text)
    return (
        "nginx",
        "-p",
        str(folder),
        "-e",
        f"{folder}/error.log",
        "-c",
        f"{folder}/nginx.conf",
    ), pki.bundle().decode()


def write_unbound(folder: Path, addresses: Sequence[str], authority: str) -> tuple[str, ...]:
    """Write all that unbound needs, which asks an authoritative server of the lab for everything; gives its command."""
    lines = [f"  {key}: {address}" for key in ("interface", "outgoing-interface") for address in addresses]
    text = _UNBOUND.format(folder=folder, interfaces="\n".join(lines), authority=authority)
    Path(folder, "unbound.conf").write_text(text)
    return ("unbound", "-d", "-c", f"{folder}/unbound.conf")


@asynccontextmanager
async def running(fabric: KernelFabric, command: Sequence[str], address: str, port: int) -> AsyncIterator[None]:
    """Run a server outside, from when it listens until it is told to end."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    with nothing() as empty:
        streams = (empty.fileno(),) * 3
        program = await fabric.program("outside", command, variables={"PATH": path}, streams=streams)
    try:
        async with asyncio.timeout(_SECONDS):
            while not await _listens(fabric, address, port):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.02)
        yield
    finally:
        await program.signal(signal.SIGTERM)
        await program.wait()


async def _listens(fabric: KernelFabric, address: str, port: int) -> bool:
    with suppress(OSError):
        transport, _ = await fabric.stack("control").connect(Pipe, (address, port))
        transport.abort()
        return True
    return False


def needs(program: str) -> None:
    """Skip without a program."""
    if shutil.which(program, path="/usr/sbin:/usr/local/sbin:/usr/bin") is None:
        pytest.skip(f"no {program} here (Debian: apt-get install {program})")


def moved(schemes: set[str]) -> list[Case]:
    """Give the cases of censors in which everybody asks a shared host, with the real server in its place."""
    return [
        case._replace(guilty=case.guilty._replace(host="real"), innocent=case.innocent._replace(host="real"))
        for case in CASES
        if case.censor
        and case.guilty.host == case.innocent.host
        and case.guilty.host in {"web", "public"}
        and {visit.url.partition(":")[0] for visit in (case.guilty, case.innocent)} <= schemes
        and not case.effect.slow_seconds
        and case.network == "a1"
    ]


def held(plays: list[Played], subtests: pytest.Subtests) -> None:
    """See that guilty and innocent saw of the real server what they see of ours."""
    for play in plays:
        with subtests.test(case=play.case.name, family=play.family):
            assert [play.case.effect.unmet(seen, play.family) for seen in play.guilty] == [[], []]
            assert [harm(play.case.innocent, seen) for seen in play.innocent] == [[], []]
