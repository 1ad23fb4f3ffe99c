"""The census of what hosts do: resolvers that lie, and sites that refuse, fail, challenge or show bad certificates."""

from __future__ import annotations

from typing import Any

from tests.lab.behaviours.cases import FORGED, NOTICE, RESOLVER, Case, Effect, Visit, host

LIES: dict[str, dict[str, Any]] = {
    "nxdomain": {"lie": {"rcode": "nxdomain"}},
    "nxdomain-soa": {"lie": {"rcode": "nxdomain", "with_soa": True}},
    "refused": {"lie": {"rcode": "refused"}},
    "servfail": {"lie": {"rcode": "servfail"}},
    "empty": {"lie": {"rcode": "noerror"}},
    "bogon": {"lie": {"pool": ["127.0.0.1", "::1"]}},
    "page": {"lie": {"pool": list(NOTICE), "is_block_page": True}},
    "silent": {"is_silent": True},
}
LIAR = host(
    "liar",
    50,
    resolver={"lies": [{"names": {"suffix": [f"lie-{kind}.example"]}, **rule} for kind, rule in LIES.items()]},
)
REWRITER = host("rewriter", 51, resolver={"nxdomain_rewrite": list(FORGED)})


def lie(kind: str, effect: Effect, scheme: str = "dns") -> Case:
    """Make a case of a name about which a resolver lies."""
    return Case(
        f"resolver:{kind}:{scheme}",
        Visit(f"{scheme}://lie-{kind}.example/", "liar"),
        effect,
        Visit("dns://elsewhere.example/", "liar"),
    )


RESOLVER_LIES: tuple[Case, ...] = (
    *(
        case
        for scheme in ("dns", "dns-tcp")
        for case in (
            lie("nxdomain", Effect("dns", "dns_nxdomain_error", has_soa=False), scheme),
            lie("nxdomain-soa", Effect("dns", "dns_nxdomain_error", has_soa=True), scheme),
            lie("refused", Effect("dns", "dns_refused_error"), scheme),
            lie("servfail", Effect("dns", "dns_servfail_error"), scheme),
            lie("empty", Effect("dns", "dns_no_answer", has_soa=False), scheme),
            lie("bogon", Effect(answers=(("127.0.0.1", "::1"),)), scheme),
            lie("page", Effect(answers=(NOTICE,)), scheme),
            lie("silent", Effect("dns", "generic_timeout_error"), scheme),
        )
    ),
    Case(
        "resolver:block-page",
        Visit("http://lie-page.example/", "notice"),
        Effect(status=200, words=b"Access to this site is restricted."),
        Visit("http://elsewhere.example/"),
        hosts=({"name": "notice", "addresses": list(NOTICE), "notice": {}},),
    ),
    Case(
        "resolver:block-page-tls",
        Visit("https://lie-page.example/", "notice"),
        Effect("tls", "ssl_invalid_hostname"),
        Visit("https://elsewhere.example/"),
    ),
    Case(
        "resolver:true-nxdomain",
        Visit("dns://nobody.example/", RESOLVER),
        Effect("dns", "dns_nxdomain_error", has_soa=True),
        Visit("dns://elsewhere.example/", RESOLVER),
    ),
    Case(
        "resolver:nxdomain-rewrite",
        Visit("dns://nobody.example/", "rewriter"),
        Effect(answers=(FORGED,)),
        Visit("dns://elsewhere.example/", "rewriter"),
    ),
)


def site(label: str, effect: Effect, *, at: str = "https", to: str = "web", **values: Any) -> Case:
    """Make a case of a site that is as it is for everybody."""
    name = f"site-{label}.example"
    return Case(
        f"site:{label}",
        Visit(f"{at}://{name}/", to),
        effect,
        Visit("https://elsewhere.example/"),
        sites=({"name": name, "hosts": [to if at != "dns" else "web"], "schemes": ["http", "https"], **values},),
    )


def shown(label: str, effect: Effect, *, at: str = "https", to: str = "web", **view: Any) -> Case:
    """Make a case of a site that shows the network something else; from outside it is well."""
    made = site(f"view-{label}", effect, at=at, to=to, views=[{"networks": ["a1"], **view}])
    return made._replace(innocent=Visit(made.guilty.url, to, place="control"))


def down(kind: str, number: int, effect: Effect, *, at: str = "https") -> Case:
    """Make a case of a site that is down, on a host of its own."""
    made = site(f"down-{kind}", effect, at=at, to=f"down-{kind}", fault=kind)
    return made._replace(hosts=(host(f"down-{kind}", number),))


UNTRUSTED = Effect("tls", "ssl_unknown_authority")
OUT_OF_TIME = Effect("tls", "ssl_invalid_certificate")
SITES: tuple[Case, ...] = (
    site("expired", OUT_OF_TIME, certificate="expired"),
    site("not-yet", OUT_OF_TIME, certificate="not_yet"),
    site("self-signed", UNTRUSTED, certificate="self_signed"),
    site("unknown-ca", UNTRUSTED, certificate="unknown_ca"),
    site("incomplete", UNTRUSTED, certificate="incomplete"),
    site("wrong-name", Effect("tls", "ssl_invalid_hostname"), certificate="wrong_name"),
    site("parked", Effect(status=200, words=b"for sale"), kind="parked"),
    site("challenge", Effect(status=403, words=b"Just a moment..."), kind="challenge"),
    site("consent", Effect(status=200, words=b"Before you continue"), kind="consent"),
    site("unavailable", Effect(status=451, words=b"Unavailable For Legal Reasons"), kind="unavailable"),
    site("blank", Effect(status=200), kind="blank"),
    site("redirect", Effect(status=302, location="https://elsewhere.example/"), redirect="https://elsewhere.example/"),
    site("upgrade", Effect(status=301, location="https://site-upgrade.example/"), at="http", upgrade=True),
    site("slow", Effect(status=200, slow_seconds=0.5), delay_ms=500),
    shown("geoblock", Effect(status=403, words=b"not available in your country"), kind="geoblock"),
    shown("denied", Effect(status=403, words=b"permission to access"), kind="denied"),
    shown("legal", Effect(status=451), kind="unavailable"),
    shown("challenge", Effect(status=403), kind="challenge"),
    shown("certificate", OUT_OF_TIME, certificate="expired"),
    shown("error", Effect(status=503), fault="error"),
    shown("alert", Effect("tls", "ssl_failed_handshake"), fault="tls"),
    down("nxdomain", 60, Effect("dns", "dns_nxdomain_error", has_soa=True), at="dns")._replace(
        guilty=Visit("dns://site-down-nxdomain.example/", RESOLVER)
    ),
    down("servfail", 61, Effect("dns", "dns_servfail_error"), at="dns")._replace(
        guilty=Visit("dns://site-down-servfail.example/", RESOLVER)
    ),
    down("refused", 62, Effect("tcp", "connection_refused")),
    down("silent", 63, Effect("tcp", "generic_timeout_error")),
    down("tls", 64, Effect("tls", "ssl_failed_handshake")),
    down("error", 65, Effect(status=503)),
)
GEO_DNS = tuple(
    Case(
        f"site:geo-{kind}",
        Visit(f"dns://geo-{kind}.example/", "isp-dns"),
        effect,
        Visit(f"dns://geo-{kind}.example/", RESOLVER),
        sites=(
            {
                "name": f"geo-{kind}.example",
                "hosts": ["web"],
                "views": [{"networks": ["a1"], **view}],
            },
        ),
    )
    for kind, effect, view in (
        ("hosts", Effect(answers=(("203.0.113.11", "2001:db8:80::b"),)), {"hosts": ["exempt"]}),
        ("refused", Effect("dns", "dns_refused_error"), {"rcode": "refused"}),
        ("nxdomain", Effect("dns", "dns_nxdomain_error", has_soa=True), {"rcode": "nxdomain"}),
    )
)

FAILING = (*RESOLVER_LIES, *SITES, *GEO_DNS)
HOSTS = (LIAR, REWRITER)
