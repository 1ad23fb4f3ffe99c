"""A login page stands in between: no censorship."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.diversions import Divert
from trigpoint.lab.engine.forgeries import Forge, Injector
from trigpoint.lab.engine.lies import Lie
from trigpoint.lab.engine.match import FlowFilter, Match
from trigpoint.lab.engine.names import NameList, Names
from trigpoint.lab.engine.outcome import NOTHING, Act, Verdict
from trigpoint.lab.engine.pages import Page, http_answer
from trigpoint.lab.engine.prints import TcpPrint
from trigpoint.lab.engine.resets import Refuse
from trigpoint.lab.engine.response import Began, Hit, Ongoing, Response, Silence
from trigpoint.lab.engine.silences import Drop
from trigpoint.lab.engine.triggers import Always, OnQuery, OnRequest, QueryMatch, Trigger
from trigpoint.net.packets import TCP, UDP

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place
    from trigpoint.lab.engine.sight import Sight

_DNS, _HTTP, _HTTPS = 53, 80, 443


class CaptivePortal(Parameters, frozen=True, kw_only=True):
    """Parameters. The schedule says when nobody has logged in."""

    location: str = "http://portal.example/login"
    """Where every HTTP request is redirected."""
    to: str = ""
    """The portal's host, which gets all of HTTP and HTTPS and must answer in every server's name. Empty: HTTP requests
    are answered with the redirect on the way."""
    https: Literal["rst", "drop", "divert"] = "rst"
    """What becomes of TCP port 443; ``divert`` needs ``to``."""
    dns: Literal["pass", "portal"] = "pass"
    """Whether DNS tells the truth, or the portal's address for every name."""
    portal_addresses: tuple[str, ...] = ()
    """What DNS tells; and where everything passes."""
    login: str = ""
    """The path of the portal to which a form is sent (POST over HTTP, port 80) to log in: from then on everything of
    the network passes. The portal must stand at this censor, or behind it. Empty: nobody logs in."""


class _Gate(msgspec.Struct, frozen=True):
    portal: CaptivePortal
    https: Response
    own: FlowFilter | None
    """Flows to the portal itself. Missing: it has no address."""

    def begin(self, hit: Hit, sight: Sight) -> Began:
        flow, portal = sight.flow, self.portal
        if sight.censor.id in sight.scene.logins:
            return Act(ends=True), None
        if self.own and self.own.holds(flow):
            is_form = portal.login and flow.protocol == TCP and flow.server_port == _HTTP
            return self._forms().begin(sight) if is_form else (Act(ends=True), None)
        if flow.server_port == _DNS:
            is_told = portal.dns == "portal" and flow.protocol == UDP
            return self._names().begin(sight) if is_told else (Act(ends=True), None)
        if flow.protocol == TCP and flow.server_port == _HTTP:
            return Divert(portal.to).begin(hit, sight) if portal.to else self._pages().begin(sight)
        if flow.protocol == TCP and flow.server_port == _HTTPS:
            return self.https.begin(hit, sight)
        return Act("drop", Verdict.DROP), Silence()

    def _names(self) -> _Asked:
        lie = Lie(pool=self.portal.portal_addresses, order="cyclic")
        forge = Forge((Injector(lie=lie),), (NameList(Names()),), suppresses=True)
        return _Asked(OnQuery(QueryMatch()), forge)

    def _pages(self) -> _Asked:
        answer = http_answer("302 Found", (("Location", self.portal.location),), b"")
        page = Page(answer, "redirect", TcpPrint(), (), closes=True, in_path=True)
        return _Asked(OnRequest(Match()), page)

    def _forms(self) -> _Asked:
        return _Asked(OnRequest(Match(http_methods=("POST",)), Names(exact=(self.portal.login,))), _Login())


class _Login(msgspec.Struct, frozen=True):
    """Opens the gate for whatever begins from now on."""

    def begin(self, hit: Hit, sight: Sight) -> Began:  # noqa: ARG002 - one response for every hit
        sight.scene.logins.add(sight.censor.id)
        return Act("login", ends=True), None


class _Asked(msgspec.Struct):
    """A flow whose requests the gate answers itself."""

    trigger: Trigger
    response: Response
    after: Ongoing | None = None

    def begin(self, sight: Sight) -> Began:
        return self.follow(sight), self

    def follow(self, sight: Sight) -> Act:
        if self.after is not None:
            return self.after.follow(sight)
        found = self.trigger.look(sight) if sight.outward else False
        if not isinstance(found, Hit):
            return NOTHING
        act, self.after = self.response.begin(found, sight)
        return msgspec.structs.replace(act, cause="", rule=found.rule, name=found.name)


def _make(parameters: CaptivePortal, _: Place) -> Plan:
    if parameters.https == "divert" and not parameters.to:
        message = "to: https = 'divert' needs it"
        raise ValueError(message)
    if parameters.dns == "portal" and not parameters.portal_addresses:
        message = "portal_addresses: dns = 'portal' needs at least one"
        raise ValueError(message)
    https: dict[str, Response] = {"rst": Refuse("rst"), "drop": Drop(), "divert": Divert(parameters.to)}
    addresses = parameters.portal_addresses
    own = FlowFilter(Match(addresses=addresses)) if addresses else None
    gate = _Gate(parameters, https[parameters.https], own)
    return Plan(Always(), gate, "local.captive_portal", protocols=())


CENSOR = Behaviour(
    "captive_portal",
    "redirects HTTP to a login page, cuts HTTPS, and drops the rest, until somebody logs in",
    "RFC 8952, section 1",
    CaptivePortal,
    _make,
    ("local.captive_portal",),
    ("in",),
    {"portal_addresses": ["192.0.2.1"]},
)
