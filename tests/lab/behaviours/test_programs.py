"""Programs that know nothing of the lab see in the kernel fabric what censors and hosts do there."""

from __future__ import annotations

import re
import shutil

import pytest

from tests.lab.behaviours.cases import FORGED
from tests.lab.behaviours.programs import Run, outcomes
from tests.lab.behaviours.stage import world
from tests.lab.test_lab import needs_kernel
from trigpoint.lab.fabrics.part import router_addresses

WEB, LIAR, PUBLIC, DNS_OVER_TCP = ("203.0.113.10", "2001:db8:80::a"), "203.0.113.50", "203.0.113.54", "+tcp"
COULD_NOT_RESOLVE, NOT_CONNECTED, TIMED_OUT, TLS_FAILED, RECEIVE_FAILED, UNTRUSTED = 6, 7, 28, 35, 56, 60  # of curl
NO_REPLY = 9  # of dig


def curl(url: str, code: int = 0, *patterns: str, options: tuple[str, ...] = ()) -> tuple[Run, ...]:
    """Fetch with curl, in both families."""
    told = "\n%{http_code} %{http_version} %{redirect_url}\n"
    common = ("curl", "-q", "-sS", "--max-time", "20", "-w", told, *options)
    return tuple(Run((*common, family, url), code, patterns) for family in ("-4", "-6"))


def dig(name: str, *options: str, at: str = PUBLIC, code: int = 0, told: tuple[str, ...] = ()) -> Run:
    """Ask with dig."""
    patience = "+time=1" if code == NO_REPLY else "+time=10"
    return Run(("dig", "-r", f"@{at}", name, patience, "+tries=1", *options), code, told)


def s_client(name: str, address: str, code: int, *patterns: str) -> Run:
    """Shake hands with openssl."""
    at = f"[{address}]:443" if ":" in address else f"{address}:443"
    options = ("-connect", at, "-servername", name, "-verify_hostname", name, "-verify_return_error")
    return Run(("openssl", "s_client", *options), code, patterns)


SOON = ("--max-time", "1")
RUNS: tuple[Run, ...] = (
    *curl("https://elsewhere.example/", 0, "200 ", "elsewhere.example"),
    *curl("https://elsewhere.example/", 0, r"200 1\.1", options=("--http1.1",)),
    *curl("https://elsewhere.example/", 0, "200 2", options=("--http2",)),
    *curl("http://elsewhere.example/", 0, r"200 1\.1"),
    *curl("http://site-upgrade.example/", 0, r"301 1\.1 https://site-upgrade.example/"),
    *curl("https://site-redirect.example/", 0, "200 2", "elsewhere.example", options=("-L",)),
    *curl("https://elsewhere.example/bytes/200000", 0, "200 2", options=("-o", "/dev/null")),
    *curl("https://tls-reset.example/", TLS_FAILED, "reset by peer"),
    *curl("https://tls-close.example/", TLS_FAILED, "(unexpected eof|SSL_ERROR_SYSCALL)"),
    *curl("https://tls-drop.example/", TIMED_OUT, options=SOON),
    *curl("https://delayed-drop.example/bytes/200000", TIMED_OUT, options=(*SOON, "-o", "/dev/null")),
    *curl("http://http-reset.example/", RECEIVE_FAILED, "reset by peer"),
    *curl("http://http-drop.example/", TIMED_OUT, options=SOON),
    *curl("http://http-block-page.example/", 0, "403 ", "<title>Blocked</title>"),
    *curl("http://http-block-page-on-path.example/", 0, "403 ", "<title>Blocked</title>"),
    *curl("http://http-redirect.example/", 0, "302 1.1 http://warning.example/"),
    *curl("https://tls-interception.example/", UNTRUSTED, "issuer certificate|self.signed"),
    *curl("https://antivirus.example/", 0, "200 "),
    *curl("https://null-route.example/", TIMED_OUT, options=SOON),
    *curl("https://null-route-rst.example/", NOT_CONNECTED, "[Rr]efused|Couldn't connect"),
    *curl("https://null-route-icmp.example/", NOT_CONNECTED, "No route to host|Couldn't connect"),
    *curl("https://site-expired.example/", UNTRUSTED, "expired"),
    *curl("https://site-wrong-name.example/", UNTRUSTED, "does not match|no alternative"),
    *curl("https://site-incomplete.example/", UNTRUSTED, "unable to get local issuer"),
    *curl("https://site-down-refused.example/", NOT_CONNECTED),
    *curl("https://site-down-nxdomain.example/", COULD_NOT_RESOLVE, "resolve"),
    *curl("https://site-down-tls.example/", TLS_FAILED, "alert"),
    *curl("https://site-view-legal.example/", 0, "451 "),
    *curl("https://site-unavailable.example/", 0, "451 "),
    dig("elsewhere.example", told=("status: NOERROR", r"A\s+203\.0\.113\.10", "flags: qr rd ra")),
    dig("elsewhere.example", "AAAA", at="2001:db8:80::36", told=(r"AAAA\s+2001:db8:80::a",)),
    dig("elsewhere.example", DNS_OVER_TCP, told=(r"A\s+203\.0\.113\.10", r"\(TCP\)")),
    dig("nobody.example", told=("status: NXDOMAIN", "AUTHORITY: 1", r"IN\s+SOA")),
    dig("dns-injection.example", told=(rf"A\s+{re.escape(FORGED[0])}",)),
    dig("dns-injection.example", "AAAA", at="2001:db8:80::36", told=(rf"AAAA\s+{FORGED[1]}",)),
    dig("dns-injection.example", DNS_OVER_TCP, told=(r"A\s+203\.0\.113\.10",)),
    dig("dns-injection-nxdomain.example", told=("status: NXDOMAIN", "AUTHORITY: 0")),
    dig("dns-drop.example", code=NO_REPLY, told=("timed out",)),
    dig("dns-reset.example", DNS_OVER_TCP, code=NO_REPLY, told=("reset",)),
    dig("dns-reset.example", told=(r"A\s+203\.0\.113\.10",)),
    *(
        run
        for transport in ("+notcp", DNS_OVER_TCP)
        for run in (
            dig("lie-nxdomain.example", transport, at=LIAR, told=("status: NXDOMAIN", "AUTHORITY: 0")),
            dig("lie-refused.example", transport, at=LIAR, told=("status: REFUSED",)),
            dig("lie-servfail.example", transport, at=LIAR, told=("status: SERVFAIL",)),
            dig("lie-bogon.example", transport, at=LIAR, told=(r"A\s+127\.0\.0\.1",)),
            dig("lie-silent.example", transport, at=LIAR, code=NO_REPLY, told=("timed out|no servers",)),
            dig("elsewhere.example", transport, at=LIAR, told=(r"A\s+203\.0\.113\.10",)),
        )
    ),
    *(
        run
        for address in WEB
        for run in (
            s_client("elsewhere.example", address, 0, r"Verify return code: 0 \(ok\)"),
            s_client("tls-reset.example", address, 1, "errno=104"),
            s_client("site-self-signed.example", address, 1, "verify error:num=18"),
            s_client("site-not-yet.example", address, 1, "verify error:num=9"),
            s_client("site-wrong-name.example", address, 1, "[Hh]ostname mismatch"),
        )
    ),
)


@needs_kernel
def test_curl_dig_and_openssl_see_what_censors_and_hosts_do(subtests: pytest.Subtests) -> None:
    here = tuple(run for run in RUNS if shutil.which(run.command[0]))
    if not here:
        pytest.skip("no curl, dig or openssl on the PATH")
    for run, (code, text) in zip(here, outcomes(here), strict=True):
        with subtests.test(command=" ".join(run.command)):
            assert code == run.code, text
            for pattern in run.patterns:
                assert re.search(pattern, text), f"no {pattern!r} in {text}"


@needs_kernel
def test_traceroute_names_every_router_and_the_end() -> None:
    if shutil.which("traceroute") is None:
        pytest.skip("no traceroute on the PATH")
    runs = tuple(
        Run(("traceroute", family, "-n", "-q", "1", "-w", "0.5", to), 0)
        for family, to in zip(("-4", "-6"), WEB, strict=True)
    )
    network = world().network("a1")
    for index, (code, text) in enumerate(outcomes(runs)):
        routers = [router_addresses(world(), network, hop)[index] for hop in range(1, network.hops + 1)]
        found = re.findall(r"^\s*\d+\s+(\S+)", text, re.MULTILINE)
        assert (code, found) == (0, [*routers, WEB[index]]), text
