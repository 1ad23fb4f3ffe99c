"""The verb ``trigpoint control``."""

from __future__ import annotations

import json
import re
import signal
import ssl
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING

import pytest

from trigpoint.control.identity import self_made
from trigpoint.net.serve.identity import key_pem, pem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.commands import Said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_listens_serves_and_ends_when_told(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "trigpoint", "control", "--listen", "127.0.0.1:0", "--echo", "127.0.0.1:0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            said = process.stderr.readline()
            places = re.findall(r"127\.0\.0\.1:(\d+)", said)
            assert len(places) == 2, said
            with urllib.request.urlopen(f"http://127.0.0.1:{places[0]}/health", timeout=20) as reply:
                assert json.load(reply)["status"] == "ok"
            process.send_signal(number)
            assert process.wait(20) == 0
            assert process.stderr.read() == "Ended.\n"
        finally:
            process.kill()


def test_a_certificate_of_files_is_shown_under_any_name(tmp_path: Path) -> None:
    identity = self_made()
    certificate, key = tmp_path / "c.pem", tmp_path / "k.pem"
    certificate.write_bytes(pem(identity.chain[0]))
    key.write_bytes(key_pem(identity.key))
    places = ("--listen", "127.0.0.1:0", "--https", "127.0.0.1:0", "--certificate", certificate, "--key", key)
    trusting = ssl.create_default_context(cafile=str(certificate))
    trusting.check_hostname = False
    command = [sys.executable, "-m", "trigpoint", "control", *map(str, places)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            (port,) = re.findall(r"https 127\.0\.0\.1:(\d+)", process.stderr.readline())
            with urllib.request.urlopen(f"https://localhost:{port}/health", timeout=20, context=trusting) as reply:
                assert json.load(reply)["services"]["https"] == [f"127.0.0.1:{port}"]
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--listen", "here"), "no address with a port"),
        (("--listen", "127.0.0.1"), "no address with a port"),
        (("--listen", "localhost:80"), "no address with a port"),
        (("--listen", "192.0.2.1:8080"), "192.0.2.1"),
        (("--whoami", "who.example"), "--dns"),
        (("--dns", "127.0.0.1:0"), "--whoami"),
        (("--resolver", "8.8.8.8"), "is no resolver"),
        (("--asn-database", "missing.mmdb"), "missing.mmdb"),
        (("--rate", "-1"), "--rate"),
        (("--at-once", "0"), "--at-once"),
        (("--silent", "127.0.0.1"), "no address with a port"),
        (("--https", "127.0.0.1:0", "--certificate", "c.pem"), "need each other"),
        (("--quic", "127.0.0.1:0", "--key", "c.pem"), "need each other"),
        (("--certificate", "c.pem", "--key", "k.pem"), "say where to listen"),
        (("--https", "127.0.0.1:0", "--certificate", "c.pem", "--key", "k.pem"), "k.pem cannot be read"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    trigpoint: Callable[..., Said],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    why: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.pem").write_bytes(pem(self_made().chain[0]))
    said = trigpoint("control", *arguments)
    assert said.status == 2
    assert why in said.sentence
