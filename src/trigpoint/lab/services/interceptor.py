"""TLS interception: connections that were diverted here end here for listed names, and go on as they are for others.

The host must stand at the censor that diverts, or behind it: in front of it its own connections would be diverted too.
For what is listed, a second connection goes to the true server, whose certificate is copied with a key and an issuer of
the interceptor's own; what is said on one connection is then said on the other (Raman et al., IMC 2020).
"""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from cryptography import x509

from trigpoint.lab.engine.names import NameList
from trigpoint.lab.services.notice import notice_page
from trigpoint.lab.services.pki import is_current
from trigpoint.lab.services.relay import Relay
from trigpoint.net.serve.http1 import Http1
from trigpoint.net.serve.tls import Opening

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.lab.services.acts import Acts
    from trigpoint.lab.services.pki import Pki
    from trigpoint.lab.stack import Stack
    from trigpoint.lab.world.place import Interceptor
    from trigpoint.net.serve.exchange import Request, Response
    from trigpoint.net.serve.identity import Identity
    from trigpoint.net.serve.running import Address, Running

_SUITES = (
    "ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES256-GCM-SHA384 "
    "ECDHE-RSA-AES256-GCM-SHA384 ECDHE-ECDSA-AES128-SHA256 ECDHE-RSA-AES128-SHA256 ECDHE-ECDSA-AES128-SHA "
    "ECDHE-RSA-AES128-SHA ECDHE-ECDSA-AES256-SHA ECDHE-RSA-AES256-SHA AES128-GCM-SHA256 AES128-SHA AES256-SHA"
)
"""Thirteen, of TLS 1.2: so many did the interceptor in Kazakhstan offer, without ALPN (Raman et al., IMC 2020)."""
_ALPN = ("http/1.1",)
_CONNECT_SECONDS = 20.0
_NO_CHECK_TIME = 0x20_0000  # X509_V_FLAG_NO_CHECK_TIME of OpenSSL, for which Python has no name

Issuer = Literal["self_signed", "ca_signed", "local"]
_CAUSES = {"self_signed": "tls.mitm.self_signed", "ca_signed": "tls.mitm.ca_signed", "local": "local.tls_interception"}


class TlsInterceptor:
    """Takes connections that were diverted to a host.

    Args:
        running: what it belongs to.
        stack: the host's sockets.
        interceptor: how it behaves.
        pki: makes what it shows, and knows which certificates are valid.
        acts: where interceptions are noted.
        issuer: what the log says of who signed.
        clock: what its clock shows, in seconds since 1970-01-01 UTC.

    """

    def __init__(  # noqa: PLR0913 - what a host has, and what it is told
        self,
        running: Running,
        stack: Stack,
        interceptor: Interceptor,
        pki: Pki,
        acts: Acts,
        issuer: Issuer,
        *,
        clock: Callable[[], float],
    ) -> None:
        self._running = running
        self._stack = stack
        self._interceptor = interceptor
        self._names = NameList(interceptor.names)
        self._refused = NameList(interceptor.page_names)
        self._pki = pki
        self._acts = acts
        self._cause = _CAUSES[issuer]
        self._clock = clock
        self._valid, self._any = _contexts(pki)

    def accept(self) -> asyncio.Protocol:
        """Make what accepts a connection."""
        return Opening(self._running, self._begin)

    def _begin(self, opening: Opening) -> None:
        self._running.spawn(self._handle(opening))

    async def _handle(self, opening: Opening) -> None:
        """Decide by the name; where the true server cannot be reached, its refusal is passed on as a reset."""
        origin = self._stack.original(opening.peer, opening.local, "tcp")
        try:
            if origin is None or opening.peer[0] == opening.local[0]:  # its own connection comes back to it
                opening.reset()
            elif opening.hello is None or not self._is_listed(opening.server_name):
                await self._hand_on(opening, origin)
            elif self._shows_page(opening.server_name) and not self._needs_origin():
                self._show(opening, self._pki.issued([opening.server_name or origin[0]], self._issuer), origin)
            else:
                await self._intercept(opening, origin)
        except OSError:
            opening.reset()

    def _is_listed(self, name: str) -> bool:
        return self._names.means_all or (bool(name) and self._names.find(name) is not None)

    def _shows_page(self, name: str) -> bool:
        if not self._interceptor.page:
            return False
        return self._refused.means_all or (bool(name) and self._refused.find(name) is not None)

    def _needs_origin(self) -> bool:
        return self._interceptor.copies_origin or self._interceptor.needs_valid_origin

    @property
    def _issuer(self) -> str:
        return "" if self._interceptor.self_signed else self._interceptor.issuer

    async def _intercept(self, opening: Opening, origin: Address) -> None:
        """Connect to the true server, and show a copy of its certificate."""
        verifying = self._valid if self._interceptor.needs_valid_origin else self._any
        relay = Relay(self._running)
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                transport, _ = await self._stack.connect(
                    lambda: relay,
                    origin,
                    local=opening.local[0],
                    tls=verifying,
                    server_name=opening.server_name or origin[0],
                )
        except ssl.SSLError:
            if not self._interceptor.needs_valid_origin:
                raise
            await self._hand_on(opening, origin)
            return
        if self._interceptor.needs_valid_origin and not self._is_current(transport):
            transport.abort()
            await self._hand_on(opening, origin)
            return
        identity = self._shown(opening, origin, transport)
        if self._shows_page(opening.server_name):
            transport.abort()
            self._show(opening, identity, origin)
            return
        self._note("intercept", opening, origin)
        context = self._pki.context(identity, _ALPN)
        opening.end_tls(context, lambda _: Relay(self._running, relay), transport.abort)

    def _is_current(self, transport: asyncio.Transport) -> bool:
        """Tell whether the true server's certificate is of the present, by the clock of this host."""
        der = transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        return is_current(x509.load_der_x509_certificate(der), datetime.fromtimestamp(self._clock(), UTC))

    def _shown(self, opening: Opening, origin: Address, transport: asyncio.Transport) -> Identity:
        der = transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        if self._interceptor.copies_origin and der:
            try:
                return self._pki.forged(der, self._issuer)
            except ValueError:  # nothing that can be copied
                pass
        return self._pki.issued([opening.server_name or origin[0]], self._issuer)

    def _show(self, opening: Opening, identity: Identity, origin: Address) -> None:
        """Show a block page behind a forged certificate."""
        self._note("page", opening, origin)
        response = notice_page("Access restricted", self._interceptor.page, 403, self._interceptor.page_fields)

        async def respond(_: Request) -> Response:
            return response

        context = self._pki.context(identity, _ALPN)
        opening.end_tls(context, lambda _: Http1(self._running, respond, "https"))

    async def _hand_on(self, opening: Opening, origin: Address) -> None:
        """Relay the connection octet for octet."""
        relay = Relay(self._running)
        async with asyncio.timeout(_CONNECT_SECONDS):
            transport, _ = await self._stack.connect(lambda: relay, origin, local=opening.local[0])
        if opening.is_lost:
            transport.abort()
        opening.hand_on(Relay(self._running, relay))

    def _note(self, act: str, opening: Opening, origin: Address) -> None:
        self._acts.note("interceptor", act, self._cause, opening.peer, origin, name=opening.server_name)


def _contexts(pki: Pki) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make contexts for the true server: one that verifies the chain, and one that does not.

    Neither asks for the name, nor for the time: OpenSSL would ask the machine's clock, which may be another.
    """
    valid = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    valid.check_hostname = False
    valid.verify_flags |= _NO_CHECK_TIME
    valid.load_verify_locations(cadata=pki.bundle().decode())
    anything = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anything.check_hostname = False
    anything.verify_mode = ssl.CERT_NONE
    for context in (valid, anything):
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(_SUITES.replace(" ", ":"))
    return valid, anything
