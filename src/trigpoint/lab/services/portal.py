"""Login pages of captive portals (RFC 8952)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from trigpoint.lab.services.pages import document, redirect, with_fields
from trigpoint.net.serve.exchange import Request, Response

if TYPE_CHECKING:
    from trigpoint.lab.world.place import Portal
    from trigpoint.net.serve.exchange import Respond

_HTML = ("content-type", "text/html; charset=utf-8")
_NO_STORE = ("cache-control", "no-store")


def portal(portal: Portal) -> Respond:
    """Redirect every request to the login page, which it serves itself; whoever sends its form is told to be online.

    What passes from then on is the affair of the gate on the way (``captive_portal``), which sees the form go by.
    """
    name = (urlsplit(portal.location).hostname or portal.name).lower()
    form = (
        "<h1>Welcome</h1><form action='/login' method='post'><label>Room or voucher <input name='voucher'></label>"
        "<button>Connect to the Internet</button></form><p>Free Wi-Fi: please sign in (captive portal).</p>"
    )
    login = Response(200, (_HTML, _NO_STORE, ("server", "lab-portal")), document("Please sign in", form))
    online = Response(200, login.fields, document("Signed in", "<h1>You are connected to the Internet</h1>"))
    away = with_fields(redirect(portal.location, server=("server", "lab-portal")), _NO_STORE)

    async def respond(request: Request) -> Response:
        if request.host not in {name, portal.name}:
            return away
        return online if request.method == "POST" else login

    return respond
