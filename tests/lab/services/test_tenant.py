from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trigpoint.lab.services.pki import Pki
from trigpoint.lab.services.tenant import Fixed
from trigpoint.net.serve.exchange import Request, Response

if TYPE_CHECKING:
    from pathlib import Path

END = ("192.0.2.2", 4000)


def test_a_fixed_tenant_shows_everybody_the_same(tmp_path: Path) -> None:
    async def respond(request: Request) -> Response:
        return Response(200, (), request.host.encode())

    identity = Pki(tmp_path).identity(["notice.example"])
    tenant = Fixed(identity, respond)
    assert tenant.greet("any.example", END, END, "tcp") is tenant.greet("", END, END, "udp")
    assert tenant.greet("", END, END, "tcp").identity is identity
    asked = Request("GET", "/", "any.example", "http", (), b"", END, END)
    answer = asyncio.run(tenant.respond(asked))
    assert answer is not None
    assert answer.body == b"any.example"
