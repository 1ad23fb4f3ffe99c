"""Login pages of captive portals (RFC 8952), and what devices ask of them (RFC 8908)."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from trigpoint.lab.services.pages import document, redirect, with_fields
from trigpoint.net.serve.exchange import Request, Response

if TYPE_CHECKING:
    from trigpoint.lab.world.place import Portal

_HTML = ("content-type", "text/html; charset=utf-8")
_NO_STORE = ("cache-control", "no-store")
_SERVER = ("server", "lab-portal")


class LoginPage:
    """Redirects every request to the login page, which it serves itself; whoever sends its form is told to be online.

    What passes from then on is the affair of the gate on the way (``captive_portal``), which sees the form go by and
    lets the whole network through: so it is a form over HTTP, whatever carries the page.

    Args:
        portal: where it redirects, and its name.

    """

    def __init__(self, portal: Portal) -> None:
        login = urlsplit(portal.location)
        self._portal = portal
        self._names = {(login.hostname or portal.name).lower(), portal.name}
        self._path = login.path or "/"
        self._api = urlsplit(portal.api).path
        self._is_captive = True
        action = escape(f"http://{login.netloc or portal.name}{self._path}")
        form = (
            f"<h1>Welcome</h1><form action='{action}' method='post'>"
            "<label>Room or voucher <input name='voucher'></label><button>Connect to the Internet</button></form>"
            "<p>Free Wi-Fi: please sign in (captive portal).</p>"
        )
        self._login = Response(200, (_HTML, _NO_STORE, _SERVER), document("Please sign in", form))
        online = "<h1>You are connected to the Internet</h1>"
        self._online = Response(200, self._login.fields, document("Signed in", online))
        self._away = with_fields(redirect(portal.location, server=_SERVER), _NO_STORE)

    async def respond(self, request: Request) -> Response:
        """Answer a request."""
        if request.host not in self._names:
            return self._away
        if request.path == self._api and request.scheme == "https":
            return self._told()
        if request.method == "POST" and request.path == self._path and request.scheme == "http":
            self._is_captive = False
            return self._online
        return self._login

    def _told(self) -> Response:
        """Say whether the network is captive (RFC 8908, section 5)."""
        content = {"captive": self._is_captive, "user-portal-url": f"https://{self._portal.name}{self._path}"}
        fields = (("content-type", "application/captive+json"), ("cache-control", "private"), _SERVER)
        return Response(200, fields, json.dumps(content).encode())
