"""Servers of block pages: they say the same to whoever comes, in every name."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from trigpoint.lab.services.pages import document
from trigpoint.net.serve.exchange import Request, Response

if TYPE_CHECKING:
    from trigpoint.lab.world.place import Notice
    from trigpoint.net.serve.exchange import Fields, Respond

_HTML = ("content-type", "text/html; charset=utf-8")
_NO_STORE = ("cache-control", "no-store")


def notice_page(title: str, text: str, status: int = 200, fields: Fields = ()) -> Response:
    """Give a block page; with fields of its own it names its server itself."""
    body = document(title, f"<h1>{escape(title)}</h1><p>{escape(text)}</p>")
    return Response(status, (_HTML, _NO_STORE, *(fields or (("server", "lab-notice"),))), body)


def notice(notice: Notice) -> Respond:
    """Answer every request with a block page."""
    response = notice_page(notice.title, notice.text, notice.status)

    async def respond(_: Request) -> Response:
        return response

    return respond
