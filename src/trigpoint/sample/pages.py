"""Web pages of the sample: our own invented HTML."""

from __future__ import annotations

import random
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from trigpoint.sample.country import Site

FILLER = "<!-- filler -->"
"""Where a load file puts text to vary the length."""

_WORDS = (  # noqa: SIM905 - a text is easier to read and to change than forty strings
    "harbour lamp river station garden letter morning market bridge winter council festival library engine valley "
    "paper window teacher summer village concert railway painter evening notice forest budget orchard meeting island "
    "history weather ticket kitchen holiday lantern archive mountain reader story number question answer"
).split()


class Page(msgspec.Struct, frozen=True):
    """An HTTP response."""

    body: str = ""
    """The page."""
    status: int = 200
    """Status code."""
    headers: tuple[tuple[str, str], ...] = (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Server", "sample-httpd"),
        ("Cache-Control", "max-age=60"),
        ("X-Frame-Options", "SAMEORIGIN"),
    )
    """Header fields, in order."""
    title: str = ""
    """Text of the page's title element."""


def document(title: str, body: str) -> str:
    """Wrap a body as an HTML document that says that it is fictional."""
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>\n'
        f'<meta name="description" content="A page of the fictional country XL"></head>\n'
        f"<body>\n{body}\n</body></html>\n"
    )


@lru_cache(maxsize=256)
def home(site: Site, variant: int = 0) -> Page:
    """Give a site's home page, 4 to 9 kB; another variant has other news, as dynamic pages do."""
    source = random.Random(f"{site.host} {variant}")
    news = "\n".join(_article(source) for _ in range(source.randint(6, 12)))
    body = f'<header><h1>{site.title}</h1><nav class="main"><a href="/about">About</a></nav></header>\n{news}\n{FILLER}'
    return Page(document(site.title, body), title=site.title)


def prose(source: random.Random, words: int) -> str:
    """Give a text of so many invented words."""
    return " ".join(source.choices(_WORDS, k=words))


def _article(source: random.Random) -> str:
    heading = prose(source, 4).capitalize()
    link = f"/story/{source.randrange(10**6)}"
    return f'<article><h2><a href="{link}">{heading}</a></h2><p>{prose(source, 70).capitalize()}.</p></article>'


def redirect(location: str, status: int = 302) -> Page:
    """Give a redirect."""
    body = document("Found", f'<p>The page is <a href="{location}">here</a>.</p>')
    return Page(body, status, (*Page().headers, ("Location", location)), "Found")


def _server(name: str, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return (("Content-Type", "text/html; charset=utf-8"), ("Server", name), *more)


BLOCK_PAGE = Page(
    document(
        "Access restricted",
        "<h1>This website has been blocked</h1><p>Access to this website has been blocked by order of the Authority of "
        "Communications of XL under the fictional Decree 2014/11. This site is not available in your country.</p>"
        '<p><img src="/seal.png" alt="seal"> Norrland Telecom (fictional), notice NT-451.</p>',
    ),
    headers=_server("norrland-filter/1.2"),
    title="Access restricted",
)
"""What the filter of Norrland Telecom serves instead of a page."""

LOGIN_PAGE = Page(
    document(
        "Wayside Cafe: please sign in",
        '<h1>Wayside Cafe</h1><form action="/login" method="post"><label>Room or voucher <input name="voucher"></label>'
        "<button>Connect to the Internet</button></form><p>Free Wi-Fi: please sign in (captive portal).</p>",
    ),
    headers=_server("portal"),
    title="Wayside Cafe: please sign in",
)
"""The login page of an access network."""

PORTAL_URL = "http://login.wayside-cafe.example/login?orig=1"
"""Where the access network leads every request."""

PORTAL_REDIRECT = msgspec.structs.replace(
    redirect(PORTAL_URL),
    body=document(
        "Found",
        f'<a href="{PORTAL_URL}">Please sign in</a>\n<!-- <WISPAccessGatewayParam><Redirect>'
        "<MessageType>100</MessageType>"
        "<ResponseCode>0</ResponseCode><AccessProcedure>1.0</AccessProcedure><LocationName>Wayside Cafe</LocationName>"
        f"<LoginURL>{PORTAL_URL}</LoginURL></Redirect></WISPAccessGatewayParam> -->",
    ),
)
"""The redirect to it, with the message for programs that gateways hide in it (Wi-Fi Alliance WISPr 1.0)."""

PARKED_PAGE = Page(
    document(
        "lost-domain.example is for sale",
        "<h1>This domain is parked</h1><p>This domain may be for sale. Buy this domain. Related searches: "
        "insurance, flights, shoes.</p>",
    ),
    headers=_server("parking"),
    title="lost-domain.example is for sale",
)
"""A domain for sale."""

CHALLENGE_PAGE = Page(
    document(
        "Just a moment...",
        '<h1>Checking your browser</h1><script src="/cdn-cgi/challenge-platform/h/b/orchestrate"></script>'
        "<noscript>Enable JavaScript and cookies to continue. Please complete the CAPTCHA.</noscript>",
    ),
    403,
    _server("cirrus", ("Cf-Mitigated", "challenge")),
    "Just a moment...",
)
"""A bot check of the server."""

GEOBLOCK_PAGE = Page(
    document(
        "Unavailable For Legal Reasons",
        "<h1>451</h1><p>We do not offer this service in your region. This content is not available in your country. "
        "Long Films has no licence for XL.</p>",
    ),
    451,
    _server("long-films", ("Link", '<https://long-films.example/licences>; rel="blocked-by"')),
    "Unavailable For Legal Reasons",
)
"""A server's own refusal of a country (RFC 7725)."""

REFUSAL_PAGE = Page(
    document(
        "403 Forbidden",
        "<h1>Request denied</h1><p>The proxy of this network refused the request. Policy: deny-list.</p>",
    ),
    403,
    _server("gateway-proxy", ("Via", "1.1 proxy.havn-cable.example"), ("X-Cache", "NONE")),
    "403 Forbidden",
)
"""A network proxy's refusal."""

ERROR_PAGE = Page(document("502 Bad Gateway", "<h1>502 Bad Gateway</h1>"), 502, title="502 Bad Gateway")
"""A broken server."""
