"""The lab's servers beside those that the Internet runs: nginx is asked the same as ours, and unbound asks ours."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import dns.message
import dns.query
import dns.rcode
import pytest

from tests.lab.services.clients import ask, talk, told
from tests.lab.services.loopback import AUTHORITY, made, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NGINX, UNBOUND = (shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/bin") for name in ("nginx", "unbound"))
SECONDS = 10


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def program(*command: str, port: int) -> Iterator[None]:
    """Run a server until the end, once it listens."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            for _ in range(200):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                if process.poll() is not None:
                    pytest.skip(f"{command[0]} does not start here: {process.communicate()[1][-200:]!r}")
                try:
                    process.wait(0.02)
                except subprocess.TimeoutExpired:
                    continue
            yield
        finally:
            process.terminate()
            process.communicate(timeout=SECONDS)


REQUESTS = {
    "plain": b"GET / HTTP/1.1\r\nHost: news.example\r\nConnection: close\r\n\r\n",
    "head": b"HEAD / HTTP/1.1\r\nHost: news.example\r\nConnection: close\r\n\r\n",
    "old": b"GET / HTTP/1.0\r\n\r\n",
    "two": b"GET / HTTP/1.1\r\nHost: news.example\r\n\r\n" * 2 + b"GET / HTTP/1.0\r\nHost: news.example\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n",
    "nonsense": b"nonsense\r\n\r\n",
    "bad length": b"POST / HTTP/1.1\r\nHost: news.example\r\nContent-Length: -1\r\n\r\n",
}


def statuses(heard: bytes) -> list[str]:
    return [line.split()[1].decode() for line in heard.split(b"\n") if b"HTTP/1.1 " in line[-60:] and line.split()[1:]]


def closes(heard: bytes) -> bool:
    return b"connection: close" in heard.lower()


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian: apt-get install nginx-light)")
@pytest.mark.parametrize("case", REQUESTS)
def test_nginx_answers_with_the_same_status_and_ends_alike(case: str, tmp_path: Path) -> None:
    port = free_port()
    config = tmp_path / "nginx.conf"
    config.write_text(
        f"pid {tmp_path}/pid; error_log stderr; daemon off; master_process off; events {{}} http {{ access_log off;"
        f" client_body_temp_path {tmp_path}/b; proxy_temp_path {tmp_path}/p; fastcgi_temp_path {tmp_path}/f;"
        f" uwsgi_temp_path {tmp_path}/u; scgi_temp_path {tmp_path}/s;"
        f' server {{ listen 127.0.0.1:{port}; server_name news.example; location / {{ return 200 "hello"; }} }} }}\n'
    )

    async def of_nginx() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(REQUESTS[case])
        heard = await asyncio.wait_for(reader.read(), SECONDS)
        writer.close()
        return heard

    async def of_ours() -> bytes:
        async with running(made()) as lab:
            return await talk(lab, REQUESTS[case])

    with program(str(NGINX), "-e", "stderr", "-p", str(tmp_path), "-c", str(config), port=port):
        theirs = asyncio.run(of_nginx())
    ours = asyncio.run(of_ours())
    if case == "old":  # without a name, nginx shows its first site and ours says that there is none
        assert (statuses(theirs), statuses(ours)) == (["200"], ["404"])
        return
    assert statuses(ours) == statuses(theirs)
    assert closes(ours) == closes(theirs)


@pytest.mark.skipif(UNBOUND is None, reason="unbound is not installed (Debian: apt-get install unbound)")
def test_unbound_believes_our_authority_and_says_what_our_resolver_says(tmp_path: Path) -> None:
    sites = [
        {"name": "news.example", "hosts": ["web", "second"], "aliases": ["www.news.example"]},
        {"name": "cdn.example", "hosts": ["web"], "cname": ["edge.net.example"]},
        {"name": "broken.example", "hosts": ["web"], "fault": "servfail"},
    ]
    records = [{"name": "many.example", "type": "A", "value": f"192.0.2.{number}"} for number in range(100, 250)]
    questions = [
        ("news.example", "A"),
        ("WWW.news.example", "A"),
        ("news.example", "AAAA"),
        ("cdn.example", "A"),
        ("no.example", "A"),
        ("broken.example", "A"),
        ("many.example", "A"),
    ]

    def said(message: dns.message.Message) -> tuple[str, list[str]]:
        return dns.rcode.to_text(message.rcode()), sorted(line.lower() for line in told(message))

    async def run() -> None:
        async with running(made(sites, record=records)) as lab:
            host, udp = lab.end(AUTHORITY, 53, "udp")
            port = free_port()
            config = tmp_path / "unbound.conf"
            config.write_text(
                f"server:\n interface: 127.0.0.1@{port}\n do-daemonize: no\n use-syslog: no\n username: ''\n"
                " chroot: ''\n"
                f" directory: '{tmp_path}'\n pidfile: ''\n do-not-query-localhost: no\n module-config: iterator\n"
                " num-threads: 1\n local-zone: 'example.' nodefault\n qname-minimisation: yes\n use-caps-for-id: yes\n"
                f"remote-control:\n control-enable: no\nstub-zone:\n name: 'example.'\n stub-addr: {host}@{udp}\n"
            )
            loop = asyncio.get_running_loop()
            with program(str(UNBOUND), "-c", str(config), port=port):
                for name, rdtype in questions:
                    query = dns.message.make_query(name, rdtype)
                    theirs = await loop.run_in_executor(None, dns.query.tcp, query, "127.0.0.1", SECONDS, port)
                    ours = await ask(lab, name, rdtype, by="tcp")
                    assert said(theirs) == said(ours), name

    asyncio.run(run())
