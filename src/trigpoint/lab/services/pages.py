"""What sites show: pages of invented text, the same for the same site each time."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Literal

from trigpoint.lab.engine.draws import Draws
from trigpoint.net.serve.exchange import Response

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trigpoint.lab.world.site import Kind, Site
    from trigpoint.net.serve.exchange import Fields

_WORDS = (
    "harbour lamp river station garden letter morning market bridge winter council festival library engine valley",
    "paper window teacher summer village concert railway painter evening notice forest budget orchard meeting island",
    "history weather ticket kitchen holiday lantern archive mountain reader story number question answer",
)
_PARAGRAPH_WORDS = 60
_LARGEST_TEXT = 4_000_000  # bytes of text; what is larger is filled up with a pattern
_VARIED_SHARE = 0.15  # of a front page that changes from visit to visit
_HTML = ("content-type", "text/html; charset=utf-8")
_SERVER = ("server", "lab-httpd")
_PROTECTION = ("server", "cloudflare")  # the label by which such pages are known; Cloudflare documentation


def page(site: Site, visit: int = 0) -> Response:
    """Give what a site shows.

    Args:
        site: as it is seen by the visitor.
        visit: which visit it is; it matters only for sites that vary.

    """
    kind: Kind | Literal["fault"] = "error" if site.fault == "error" else site.kind
    response = _MAKERS[kind](site, visit if site.varies else 0)
    if not site.status:
        return response
    return Response(site.status, response.fields, response.body, response.filler)


def redirect(location: str, status: int = 302, server: tuple[str, str] = _SERVER) -> Response:
    """Give a redirect."""
    safe = "".join(character for character in location if character.isprintable())
    text = f'<p>The page is <a href="{escape(safe)}">here</a>.</p>'
    return Response(status, (_HTML, server, ("location", safe)), document("Found", text))


def large(size: int) -> Response:
    """Give a file of so many bytes, which is made as it is sent."""
    fields = (("content-type", "application/octet-stream"), _SERVER, ("accept-ranges", "none"))
    return Response(200, fields, filler=size)


def missing(status: Literal[404, 421]) -> Response:
    """Give what a server says of a name that it does not serve; 421: over a connection for another (RFC 9110)."""
    title = {404: "404 Not Found", 421: "421 Misdirected Request"}[status]
    return Response(status, (_HTML, _SERVER), document(title, f"<h1>{title}</h1>"))


def document(title: str, body: str, head: str = "") -> bytes:
    """Wrap a body, which is HTML, as a document; the title is text."""
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>{head}</head>\n'
        f"<body>\n{body}\n</body></html>\n"
    ).encode()


def _ordinary(site: Site, visit: int) -> Response:
    title = site.title or site.name
    fields = (_HTML, _SERVER, ("cache-control", "max-age=60"), ("x-frame-options", "SAMEORIGIN"))
    heading = f"<header><h1>{escape(title)}</h1><nav><a href='/about'>About</a></nav></header>\n"
    room = min(site.bytes, _LARGEST_TEXT) - len(document(title, heading))
    varied = int(room * _VARIED_SHARE) if visit else 0
    text = _prose(site.name, 0, room - varied) + (_prose(site.name, visit, varied) if varied else "")
    return Response(200, fields, document(title, heading + text))


@lru_cache(maxsize=256)
def _prose(name: str, visit: int, size: int) -> str:
    """Write paragraphs of about so many bytes."""
    draws = Draws("prose", name, visit)
    words = " ".join(_WORDS).split()
    paragraphs: list[str] = []
    written = 0
    while written < size:
        text = " ".join(words[draws.between(0, len(words) - 1)] for _ in range(_PARAGRAPH_WORDS))
        paragraphs.append(f"<p>{text.capitalize()}.</p>\n"[: max(size - written, 8)])
        written += len(paragraphs[-1])
        if len(paragraphs) == _REPEATED:
            paragraphs *= max(1, min(size // written, _LARGEST_TEXT // written))
            written = sum(map(len, paragraphs))
    return "".join(paragraphs)


_REPEATED = 64  # paragraphs of which a longer text is made


def _parked(site: Site, _: int) -> Response:
    title = f"{site.name} is for sale"
    text = (
        f"<h1>{escape(site.name)}</h1><p>This domain may be for sale. <a href='/inquire'>Buy this domain</a>.</p>"
        "<p>Related searches: insurance, flights, shoes.</p>"
    )
    return Response(200, (_HTML, ("server", "lab-parking")), document(site.title or title, text))


def _challenge(site: Site, _: int) -> Response:
    text = (
        '<h1>Checking your browser</h1><script src="/cdn-cgi/challenge-platform/h/b/orchestrate/v1"></script>'
        f"<noscript>Enable JavaScript and cookies to continue to {escape(site.name)}.</noscript>"
    )
    fields = (_HTML, _PROTECTION, ("cf-mitigated", "challenge"), ("cache-control", "no-store"))
    return Response(403, fields, document(site.title or "Just a moment...", text))


def _geoblock(site: Site, _: int) -> Response:
    text = (
        f"<h1>{escape(site.title or 'Error 1009')}</h1><h2>Access denied</h2>"
        f"<p>The owner of this website ({escape(site.name)}) has banned the "
        "country or region your IP address is in from accessing this website. "
        "This content is not available in your country.</p>"
    )
    return Response(403, (_HTML, _PROTECTION), document(site.title or "Access denied", text))


def _denied(site: Site, _: int) -> Response:
    name = site.names[0]
    text = (
        f'<h1>Access Denied</h1><p>You don\'t have permission to access "https://{name}/" on this server.</p>'
        f"<p>Reference #18.{sum(name.encode()):x}.5d1e</p>"
    )
    fields = (_HTML, ("server", "AkamaiGHost"), ("mime-version", "1.0"))
    return Response(403, fields, document(site.title or "Access Denied", text))


def _unavailable(site: Site, _: int) -> Response:
    title = "Unavailable For Legal Reasons"
    text = f"<h1>451</h1><p>{title}. We do not offer this service in your region.</p>"
    fields = (_HTML, _SERVER, ("link", f'<https://{site.names[0]}/legal>; rel="blocked-by"'))  # RFC 7725, section 4
    return Response(451, fields, document(site.title or title, text))


def _consent(site: Site, _: int) -> Response:
    title = site.title or f"Before you continue to {site.name}"
    text = (
        f"<h1>{escape(title)}</h1><p>We use cookies and data to deliver and maintain our services.</p>"
        '<form method="post" action="/consent"><button>Reject all</button><button>Accept all</button></form>'
    )
    fields = (_HTML, _SERVER, ("set-cookie", "consent=pending; Path=/; Secure"))
    return Response(200, fields, document(title, text))


def _error(site: Site, _: int) -> Response:
    title = site.title or "503 Service Unavailable"
    return Response(503, (_HTML, _SERVER, ("retry-after", "120")), document(title, f"<h1>{escape(title)}</h1>"))


def _large(site: Site, _: int) -> Response:
    return large(site.bytes)


def _blank(_site: Site, _: int) -> Response:
    return Response(200, (_HTML, _SERVER))


_MAKERS: Mapping[str, Callable[[Site, int], Response]] = {
    "page": _ordinary,
    "parked": _parked,
    "challenge": _challenge,
    "geoblock": _geoblock,
    "denied": _denied,
    "unavailable": _unavailable,
    "consent": _consent,
    "error": _error,
    "large": _large,
    "blank": _blank,
}


def with_fields(response: Response, *fields: tuple[str, str]) -> Response:
    """Add fields."""
    added: Fields = (*response.fields, *fields)
    return Response(response.status, added, response.body, response.filler)
