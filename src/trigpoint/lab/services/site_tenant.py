"""A site of the world on one of its hosts: every visitor sees it as their network does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

import msgspec

from trigpoint.lab.services.pages import large, page, redirect, with_fields
from trigpoint.lab.services.tenant import Greeting
from trigpoint.net.serve.exchange import SILENT_SECONDS

if TYPE_CHECKING:
    from trigpoint.lab.services.acts import Acts
    from trigpoint.lab.services.pki import Pki
    from trigpoint.lab.world.site import Site
    from trigpoint.net.serve.exchange import Request, Response
    from trigpoint.net.serve.running import Address

_HANDSHAKE_FAULTS: dict[str, Literal["", "alert", "reset", "silent"]] = {
    "tls": "alert",
    "refused": "reset",
    "silent": "silent",
}
_KIND_CAUSES = {
    "geoblock": "server.geoblock",
    "denied": "server.geoblock",
    "unavailable": "server.geoblock",
    "challenge": "server.challenge",
    "parked": "site.parked",
    "error": "site.down",
}
_GOOD = {"good", "short_lived"}
_LARGEST_FILE = 1_000_000_000
_MOST_REDIRECTS = 100


class SiteTenant:
    """One site.

    Args:
        site: which.
        pki: makes its certificates.
        acts: where it is noted that it fails, refuses or challenges somebody.

    """

    def __init__(self, site: Site, pki: Pki, acts: Acts) -> None:
        self._site = site
        self._pki = pki
        self._acts = acts
        self._seen: dict[str, Site] = {}
        self._visits = 0

    def greet(self, name: str, client: Address, local: Address, carrier: Literal["tcp", "udp"]) -> Greeting:  # noqa: ARG002 - every tenant is asked alike
        """Show the certificate that the visitor's network is shown, or fail as it sees the site fail."""
        seen = self._seen_by(client)
        holder = self._acts.host if seen.certificate_each else ""
        identity = self._pki.identity(seen.names, kind=seen.certificate, holder=holder)
        fault = _HANDSHAKE_FAULTS.get(seen.fault, "")
        if fault:
            self._note(self._fault_cause(seen), seen.fault, client, local, carrier)
        elif seen.certificate not in _GOOD:
            self._note("site.bad_certificate", seen.certificate, client, local, carrier)
        return Greeting(identity, fault)

    async def respond(self, request: Request) -> Response | None:
        """Answer as the visitor's network sees the site."""
        seen = self._seen_by(request.client)
        if seen.fault in {"refused", "silent"}:
            self._note(self._fault_cause(seen), seen.fault, request.client, request.local, request.carrier)
            await asyncio.sleep(SILENT_SECONDS if seen.fault == "silent" else 0)
            return None
        if seen.strangers == "redirect" and self._acts.host not in seen.hosts:
            self._note("server.geoblock", "stranger", request.client, request.local, request.carrier)
            return redirect(f"https://{seen.names[0]}/", 301)
        if seen.delay_ms:
            await asyncio.sleep(seen.delay_ms / 1_000)
        if seen.upgrade and request.scheme == "http":
            return redirect(f"https://{request.host}{request.target}", 301)
        response = _by_path(request.path) or self._shown(seen, request)
        if "h3" in seen.schemes and request.scheme == "https" and request.carrier == "tcp":
            return with_fields(response, ("alt-svc", 'h3=":443"; ma=86400'))  # RFC 7838
        return response

    def _shown(self, seen: Site, request: Request) -> Response:
        if seen.redirect and request.path == "/" and seen.fault != "error":
            return redirect(seen.redirect)
        cause = self._fault_cause(seen) if seen.fault == "error" else _KIND_CAUSES.get(seen.kind, "")
        if cause:
            self._note(cause, seen.fault or seen.kind, request.client, request.local, request.carrier)
        self._visits += 1
        return page(seen, self._visits)

    def _seen_by(self, client: Address) -> Site:
        network = self._acts.network_of(client[0])
        if network not in self._seen:
            seen = self._site.seen_from(network)
            is_shut = seen.strangers == "silent" and self._acts.host not in seen.hosts
            self._seen[network] = msgspec.structs.replace(seen, fault="silent") if is_shut else seen
        return self._seen[network]

    def _fault_cause(self, seen: Site) -> str:
        """Tell a site that is down from a server that fails some visitors only."""
        return "site.down" if seen.fault == self._site.fault else "server.geoblock"

    def _note(self, cause: str, rule: str, client: Address, local: Address, carrier: Literal["tcp", "udp"]) -> None:
        self._acts.note("site", "serve", cause, client, local, rule=rule, name=self._site.name, protocol=carrier)


def _by_path(path: str) -> Response | None:
    """Give what every site has: files of any size at ``/bytes/N``, and N redirects at ``/redirect/N``."""
    match path.split("/"):
        case ["", "bytes", digits] if digits.isdecimal() and len(digits) < len(str(_LARGEST_FILE)):
            return large(int(digits))
        case ["", "redirect", digits] if digits.isdecimal() and 0 < int(digits[:4]) <= _MOST_REDIRECTS:
            left = int(digits[:4]) - 1
            return redirect(f"/redirect/{left}" if left else "/")
    return None
