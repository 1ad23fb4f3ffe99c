"""Documented artefacts of filtering: the small built-in table, so that nothing needs to be fetched to begin.

Each row is a fact published by somebody who observed it, with its source. It is short by intent: large fingerprint
collections are reference data of their own. An artefact is independent evidence (requirement R4): it needs no
control. Its ``scope`` says whom it may be attributed to, and no further (R11).
"""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec


class Place(StrEnum):
    """Where an artefact is looked for."""

    ANSWER = "answer"
    """Address in a DNS answer."""
    LOCATION = "location"
    """Host of a redirect, or of the page it led to; subdomains match too."""
    BODY = "body"
    """Text in a page, in lower case."""
    HEADER = "header"
    """Text in a response's headers, in lower case."""
    RESOLVER = "resolver"
    """Address of a resolver."""
    ISSUER = "issuer"
    """Organisation or name in a certificate's issuer, in lower case."""


class Scope(StrEnum):
    """Who puts the artefact there."""

    NETWORK = "network"
    """A network's filter."""
    PORTAL = "portal"
    """A login page of an access network."""
    SERVER = "server"
    """The site's own server or its protection service."""
    PARKING = "parking"
    """A parking or sales page for domains."""
    PRODUCT = "product"
    """A program on the device or in an office network."""
    AUTHORITY = "authority"
    """A public certificate authority."""
    CHOICE = "choice"
    """A service that its user chose for its filter."""


class Artefact(msgspec.Struct, frozen=True):
    """One documented artefact."""

    place: Place
    """Where it is looked for."""
    pattern: str
    """Address, host, or text; text is matched as a literal."""
    scope: Scope
    """Who puts it there."""
    source: str
    """Who observed it, and where that is published."""


_IRAN = "Aryan, Aryan and Halderman, FOCI 2013; Lange et al., FOCI 2025"
_FINGERPRINTS = "ooni/blocking-fingerprints, DNS and HTTP lists"
_INDIA = "Yadav et al., IMC 2018"
_RUSSIA = "ooni/blocking-fingerprints, HTTP list; Ramesh et al., NDSS 2020"
_CLOUDFLARE = "Cloudflare documentation, detecting a challenge page response; ooni/probe issue 2661"

_A, _L, _B, _I = Place.ANSWER, Place.LOCATION, Place.BODY, Place.ISSUER
_NETWORK, _PORTAL, _SERVER, _PARKING = Scope.NETWORK, Scope.PORTAL, Scope.SERVER, Scope.PARKING
_PRODUCT, _AUTHORITY = Scope.PRODUCT, Scope.AUTHORITY

ARTEFACTS = (
    Artefact(_A, "10.10.34.34", _NETWORK, _IRAN),
    Artefact(_A, "10.10.34.35", _NETWORK, _IRAN),
    Artefact(_A, "10.10.34.36", _NETWORK, _IRAN),
    Artefact(_A, "195.175.254.2", _NETWORK, "Anderson, 2014 (Turkey); " + _FINGERPRINTS),
    Artefact(_A, "217.175.53.72", _NETWORK, _FINGERPRINTS),
    Artefact(_A, "83.224.65.74", _NETWORK, _FINGERPRINTS),
    Artefact(_A, "34.110.214.49", _NETWORK, "RIPE Labs on Piracy Shield, 2025; " + _FINGERPRINTS),
    Artefact(_A, "167.233.14.14", _NETWORK, _FINGERPRINTS),
    Artefact(_A, "5.3.3.17", _NETWORK, _FINGERPRINTS),
    Artefact(_A, "95.167.13.50", _NETWORK, _FINGERPRINTS),
    Artefact(_A, "95.167.13.51", _NETWORK, _FINGERPRINTS),
    Artefact(_A, "62.33.207.196", _NETWORK, _FINGERPRINTS),
    Artefact(_A, "62.33.207.197", _NETWORK, _FINGERPRINTS),
    Artefact(_A, "49.44.79.236", _NETWORK, _FINGERPRINTS),
    Artefact(_A, "202.83.21.14", _NETWORK, _FINGERPRINTS),
    Artefact(_A, "36.86.63.185", _NETWORK, _FINGERPRINTS),
    Artefact(_A, "180.131.146.7", _NETWORK, _FINGERPRINTS),
    Artefact(_L, "10.10.34.34", _NETWORK, _IRAN),
    Artefact(_L, "10.10.34.35", _NETWORK, _IRAN),
    Artefact(_L, "10.10.34.36", _NETWORK, _IRAN),
    Artefact(_L, "internet-positif.org", _NETWORK, _FINGERPRINTS),
    Artefact(_L, "internetbaik.telkomsel.com", _NETWORK, _FINGERPRINTS),
    Artefact(_L, "aduankonten.id", _NETWORK, "OONI report on Indonesia's blocking of archive.org, 2025"),
    Artefact(_L, "trustpositif.kominfo.go.id", _NETWORK, _FINGERPRINTS),
    Artefact(_L, "warning.or.kr", _NETWORK, "OpenNet Initiative, country profile South Korea, 2012"),
    Artefact(_L, "warning.rt.ru", _NETWORK, _RUSSIA),
    Artefact(_L, "fz139.ttk.ru", _NETWORK, _RUSSIA),
    Artefact(_L, "t2blocked.com", _NETWORK, _RUSSIA),
    Artefact(_L, "blocked.mts.ru", _NETWORK, _RUSSIA),
    Artefact(_L, "lawfilter.ertelecom.ru", _NETWORK, _RUSSIA),
    Artefact(_L, "blackhole.beeline.ru", _NETWORK, _RUSSIA),
    Artefact(_B, "10.10.34.34/?type=", _NETWORK, _IRAN),
    Artefact(_B, "10.10.34.35/?type=", _NETWORK, _IRAN),
    Artefact(_B, "10.10.34.36/?type=", _NETWORK, _IRAN),
    Artefact(_B, "blocked as per the directions received from department of telecommunications", _NETWORK, _INDIA),
    Artefact(_B, "http://www.airtel.in/dot/", _NETWORK, _INDIA),
    Artefact(_B, "warning.or.kr/i1.html", _NETWORK, "OpenNet Initiative, country profile South Korea, 2012"),
    Artefact(_B, "internet-positif.org", _NETWORK, _FINGERPRINTS),
    Artefact(_B, "http://warning.rt.ru/", _NETWORK, _RUSSIA),
    Artefact(_B, "prohibited for viewership from within pakistan", _NETWORK, _FINGERPRINTS + "; Censored Planet"),
    Artefact(_B, "/cdn-cgi/challenge-platform", _SERVER, _CLOUDFLARE),
    Artefact(_B, "cf-browser-verification", _SERVER, _CLOUDFLARE),
    Artefact(_B, "cf_captcha_kind", _SERVER, _CLOUDFLARE),
    Artefact(_B, "cf-chl-", _SERVER, _CLOUDFLARE),
    Artefact(_B, "_cf_chl_opt", _SERVER, _CLOUDFLARE),
    Artefact(_B, "/recaptcha/api.js", _SERVER, "Google reCAPTCHA documentation"),
    Artefact(_B, "hcaptcha.com/1/api.js", _SERVER, "hCaptcha documentation"),
    Artefact(_B, "_incapsula_resource", _SERVER, "Imperva documentation"),
    Artefact(_B, "sucuri website firewall", _SERVER, "Sucuri documentation"),
    Artefact(_B, "please enable cookies and javascript", _SERVER, "ooni/probe issue 1734"),
    Artefact(_B, "sedoparking.com", _PARKING, "Vissers et al., NDSS 2015 (parking services)"),
    Artefact(_B, "parkingcrew.net", _PARKING, "Vissers et al., NDSS 2015 (parking services)"),
    Artefact(_B, "bodis.com", _PARKING, "Vissers et al., NDSS 2015 (parking services)"),
    Artefact(_B, "domain is for sale", _PARKING, "Vissers et al., NDSS 2015 (parking services)"),
    Artefact(_B, "buy this domain", _PARKING, "Vissers et al., NDSS 2015 (parking services)"),
    Artefact(_B, "domain may be for sale", _PARKING, "Vissers et al., NDSS 2015 (parking services)"),
    Artefact(_B, "<wisprauthenticationreply", _PORTAL, "Wi-Fi Alliance WISPr 1.0"),
    Artefact(_B, "<wispaccessgatewayparam", _PORTAL, "Wi-Fi Alliance WISPr 1.0"),
    *(
        Artefact(Place.RESOLVER, address, Scope.CHOICE, source)
        for source, addresses in (
            ("CleanBrowsing documentation", ("185.228.168.168", "185.228.169.168", "185.228.168.10", "185.228.169.11")),
            ("CleanBrowsing documentation", ("185.228.168.9", "185.228.169.9", "2a0d:2a00:1::", "2a0d:2a00:2::")),
            ("CleanBrowsing documentation", ("2a0d:2a00:1::1", "2a0d:2a00:2::1", "2a0d:2a00:1::2", "2a0d:2a00:2::2")),
            ("AdGuard DNS documentation", ("2a10:50c0::ad1:ff", "2a10:50c0::ad2:ff")),
            ("AdGuard DNS documentation", ("2a10:50c0::bad1:ff", "2a10:50c0::bad2:ff")),
            ("Cloudflare documentation, 1.1.1.1 for Families", ("2606:4700:4700::1112", "2606:4700:4700::1002")),
            ("Cloudflare documentation, 1.1.1.1 for Families", ("2606:4700:4700::1113", "2606:4700:4700::1003")),
            ("Cisco documentation, OpenDNS FamilyShield", ("2620:119:35::123", "2620:119:53::123")),
            ("Quad9 documentation, threat blocking", ("2620:fe::fe", "2620:fe::9", "2620:fe::11", "2620:fe::fe:11")),
            ("AdGuard DNS documentation", ("94.140.14.14", "94.140.15.15", "94.140.14.15", "94.140.15.16")),
            ("Cloudflare documentation, 1.1.1.1 for Families", ("1.1.1.2", "1.0.0.2", "1.1.1.3", "1.0.0.3")),
            ("Cisco documentation, OpenDNS FamilyShield", ("208.67.222.123", "208.67.220.123")),
            ("Quad9 documentation, threat blocking", ("9.9.9.9", "149.112.112.112", "9.9.9.11", "149.112.112.11")),
        )
        for address in addresses
    ),
    *(
        Artefact(_A, f"146.112.61.{number}", Scope.CHOICE, "Cisco Umbrella documentation, block page addresses")
        for number in range(104, 111)
    ),
    *(Artefact(_A, f"94.140.14.{number}", Scope.CHOICE, "AdGuard DNS documentation") for number in (33, 35)),
    Artefact(Place.HEADER, "x-squid-error", _NETWORK, "Squid documentation, error pages"),
    Artefact(Place.HEADER, "server: squid", _NETWORK, "Squid documentation"),
    Artefact(Place.HEADER, "server: wirefilter", _NETWORK, _FINGERPRINTS),
    Artefact(Place.HEADER, "server: protected by wirefilter", _NETWORK, _FINGERPRINTS),
    Artefact(_I, "kaspersky", _PRODUCT, "de Carné de Carnavalet and Mannan, NDSS 2016"),
    Artefact(_I, "eset ssl filter", _PRODUCT, "de Carné de Carnavalet and Mannan, NDSS 2016"),
    Artefact(_I, "avast", _PRODUCT, "de Carné de Carnavalet and Mannan, NDSS 2016"),
    Artefact(_I, "avg technologies", _PRODUCT, "de Carné de Carnavalet and Mannan, NDSS 2016"),
    Artefact(_I, "bitdefender", _PRODUCT, "de Carné de Carnavalet and Mannan, NDSS 2016"),
    Artefact(_I, "dr.web", _PRODUCT, "de Carné de Carnavalet and Mannan, NDSS 2016"),
    Artefact(_I, "net nanny", _PRODUCT, "de Carné de Carnavalet and Mannan, NDSS 2016"),
    Artefact(_I, "zscaler", _PRODUCT, "the vendor's documentation on TLS inspection"),
    Artefact(_I, "fortinet", _PRODUCT, "Durumeric et al., NDSS 2017"),
    Artefact(_I, "fortigate", _PRODUCT, "Durumeric et al., NDSS 2017"),
    Artefact(_I, "netskope", _PRODUCT, "the vendor's documentation on TLS inspection"),
    Artefact(_I, "sophos", _PRODUCT, "Durumeric et al., NDSS 2017"),
    Artefact(_I, "blue coat", _PRODUCT, "Durumeric et al., NDSS 2017"),
    Artefact(_I, "untangle", _PRODUCT, "Durumeric et al., NDSS 2017"),
    Artefact(_I, "let's encrypt", _AUTHORITY, "CA/Browser Forum; expiry of DST Root CA X3 on 2021-09-30"),
    Artefact(_I, "digicert", _AUTHORITY, "Common CA Database"),
    Artefact(_I, "globalsign", _AUTHORITY, "Common CA Database"),
    Artefact(_I, "sectigo", _AUTHORITY, "Common CA Database"),
    Artefact(_I, "comodo", _AUTHORITY, "Common CA Database"),
    Artefact(_I, "google trust services", _AUTHORITY, "Common CA Database"),
    Artefact(_I, "amazon", _AUTHORITY, "Common CA Database"),
    Artefact(_I, "godaddy", _AUTHORITY, "Common CA Database"),
    Artefact(_I, "entrust", _AUTHORITY, "Common CA Database"),
    *(
        Artefact(_I, name, _AUTHORITY, "Common CA Database")
        for name in (
            "actalis",
            "apple public",
            "asseco data",
            "buypass",
            "certainly",
            "certsign",
            "certum",
            "chunghwa telecom",
            "cybertrust",
            "d-trust",
            "gandi",
            "geotrust",
            "harica",
            "hellenic academic",
            "identrust",
            "izenpe",
            "microsec",
            "microsoft azure",
            "microsoft corporation",
            "network solutions",
            "quovadis",
            "secom trust",
            "ssl corp",
            "starfield",
            "swisssign",
            "symantec",
            "taiwan-ca",
            "telia",
            "thawte",
            "trustasia",
            "trustwave",
            "unizeto",
            "usertrust",
            "verisign",
            "zerossl",
        )
    ),
)
"""The table. Patterns in lower case."""

FILTERING_RESOLVER_NETWORKS = (19281, 34939, 36692, 205157, 212772, 398962)
"""AS numbers of filtering resolvers: Quad9, NextDNS, OpenDNS, CleanBrowsing, AdGuard DNS, Control D (their own
documentation; registry records). Some of them serve without filter too, but who asks there was not sent by the
network."""

SINGLE_COMPANY_NETWORKS = (13414, 19679, 32934)
"""AS numbers of companies that host nobody but themselves (Twitter, Dropbox, Facebook; registry records), and whose
addresses injectors put in place of others': 44, 11 and 10 % of the forged answers that GFWatch saw were Facebook's,
Twitter's and Dropbox's (Hoang et al., USENIX Security 2021)."""

CONTENT_NETWORKS = (12222, 13335, 15169, 16509, 16625, 20940, 21342, 32787, 35994, 54113)
"""AS numbers of content networks (Akamai, Cloudflare, Google, Amazon, Fastly; registry records). Their servers know
many names and treat some of them in a way of their own, or leave them unanswered: Censored Planet counts what Akamai's
servers say as trusted for that reason (``docs/outcome.md`` of censoredplanet-analysis)."""

REFUSAL_WORDS = (
    "access denied",
    "access to this site is",
    "access to this website",
    "blocked",
    "prohibited",
    "forbidden by",
    "court order",
    "restricted",
    "request denied",
    "not available due to",
    "censor",
)
"""Words by which pages that refuse access name themselves. Weak alone, so rules use them only on a page without
encryption that is unlike the control's in every respect (title, length, server; compare Jones et al., IMC 2014), and
only in its title and headings: shops, news and scripts use the same words of other things."""

REQUEST_WORDS = (
    "log in",
    "login",
    "sign in",
    "password",
    "voucher",
    "hotspot",
    "unpaid",
    "invoice",
    "payment",
    "recharge",
    "top up",
    "top-up",
    "cookie",
    "javascript",
    "captcha",
    "ad blocker",
    "adblock",
    "your age",
    "years old",
    "date of birth",
)
"""Words by which a page asks something of its visitor, to log in, to pay, to consent, to be of age: what it refuses,
it refuses until then, so it is a login page (RFC 8952) or the site's own gate, and no block page."""


def patterns(place: Place, scope: Scope) -> tuple[str, ...]:
    """Give the patterns of one place and scope, in the order of the table."""
    return tuple(row.pattern for row in ARTEFACTS if row.place is place and row.scope is scope)


def any_of(literals: tuple[str, ...]) -> str:
    """Write a regular expression that matches any of the literals (at least one is given)."""
    return "|".join(re.escape(literal) for literal in literals)
