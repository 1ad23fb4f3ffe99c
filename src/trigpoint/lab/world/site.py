"""Sites of a world: a name, where it is served, what it shows, and to whom it shows something else."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from trigpoint.lab.engine.group import Group
from trigpoint.lab.world.place import Name
from trigpoint.lab.world.reserved import a_label, check_name

Certificate = Literal[
    "good", "short_lived", "expired", "not_yet", "self_signed", "wrong_name", "unknown_ca", "incomplete"
]
"""``short_lived``: good for less than seven days, of which less than three are left. ``incomplete``: the intermediate
is not sent. ``unknown_ca``: signed by an authority that nobody trusts."""
Kind = Literal["page", "parked", "challenge", "geoblock", "denied", "unavailable", "consent", "error", "large", "blank"]
"""What it looks like: an ordinary page; for sale; a bot check (403); two refusals of the visitor's country as large
networks write them (403, or the given status); 451 with the header of RFC 7725; a consent page; a server error (503); a
large file; nothing."""
Fault = Literal["", "nxdomain", "servfail", "refused", "silent", "tls", "error"]
"""How a site is down: its name is gone; its name server fails; nothing listens; packets get no answer; the handshake
ends with an alert; 503. Empty: it works."""


class View(Group, frozen=True, kw_only=True):
    """What some get to see instead. Whatever is not given is as the site has it."""

    networks: tuple[str, ...]
    """Who: names of access networks, ``outside`` for everybody else. DNS knows the resolver's place only."""
    hosts: tuple[Name, ...] | None = None
    """Where DNS sends them."""
    gives: Annotated[int, msgspec.Meta(ge=0, le=64)] | None = None
    """How many of their addresses DNS gives at a time."""
    rcode: Literal["", "nxdomain", "servfail", "refused"] | None = None
    """What the authoritative server answers. Empty: the addresses."""
    kind: Kind | None = None
    """What they see."""
    status: Annotated[int, msgspec.Meta(ge=200, le=599)] | None = None
    """Of the answer."""
    title: str | None = None
    """Of the page."""
    bytes: Annotated[int, msgspec.Meta(ge=0, le=100_000_000)] | None = None
    """Of the body, about."""
    redirect: str | None = None
    """Where they are sent (302)."""
    certificate: Certificate | None = None
    """What the server shows them."""
    fault: Fault | None = None
    """How it fails for them; ``silent`` is a server that drops them."""


class Site(Group, frozen=True, kw_only=True):
    """A name that people visit."""

    name: str
    """Its host name, below a top that is nobody's such as ``example``; Unicode becomes A-labels."""
    hosts: Annotated[tuple[Name, ...], msgspec.Meta(max_length=16)]
    """Where it is served: DNS gives all their addresses, in this order."""
    aliases: Annotated[tuple[str, ...], msgspec.Meta(max_length=32)] = ()
    """Names that are CNAMEs of it, are served alike, and stand in its certificate."""
    cname: Annotated[tuple[str, ...], msgspec.Meta(max_length=16)] = ()
    """Names on the way from it to its addresses, as content delivery networks have."""
    rotates: bool = False
    """Whether DNS gives the addresses of one host only, at each query those of the next."""
    gives: Annotated[int, msgspec.Meta(ge=0, le=64)] = 0
    """How many addresses of a family DNS gives at a time, at each query the next ones. 0: all."""
    strangers: Literal["serve", "redirect", "silent"] = "serve"
    """What its hosts do with visitors whom DNS sends to others of them: serve them all the same, redirect them to its
    front page (301), or let them wait."""
    ttl: Annotated[int, msgspec.Meta(ge=0, le=604_800)] = 300
    """Of its records, in seconds."""
    schemes: tuple[Literal["http", "https", "h3"], ...] = ("http", "https")
    """What answers: TCP port 80, TCP port 443 (HTTP/2 and HTTP/1.1), UDP port 443 (HTTP/3)."""
    certificate: Certificate = "good"
    """What the server shows."""
    certificate_each: bool = False
    """Whether each host has a certificate of its own, for the same names and as good as the others."""
    kind: Kind = "page"
    """What it looks like."""
    status: Annotated[int, msgspec.Meta(ge=0, le=599)] = 0
    """Of the answer. 0: as its kind has it."""
    title: str = ""
    """Of the page. Empty: its name."""
    bytes: Annotated[int, msgspec.Meta(ge=0, le=100_000_000)] = 8_000
    """Of the body, about."""
    redirect: str = ""
    """Where ``/`` leads (302). Empty: to a page."""
    upgrade: bool = False
    """Whether HTTP is redirected to HTTPS (301)."""
    delay_ms: Annotated[float, msgspec.Meta(ge=0, le=60_000)] = 0.0
    """How long the server thinks."""
    varies: bool = False
    """Whether each visit sees another text, as front pages do."""
    fault: Fault = ""
    """How it is down. Empty: it works."""
    strict_sni: bool = False
    """Whether its server resets handshakes for names that it does not serve."""
    views: Annotated[tuple[View, ...], msgspec.Meta(max_length=16)] = ()
    """To whom it is different; the first that means the visitor counts."""
    category: str = ""
    """Of the test lists, for people."""

    def __post_init__(self) -> None:
        """Refuse names that are none, or somebody's."""
        for key, names in (("name", (self.name,)), ("aliases", self.aliases), ("cname", self.cname)):
            for name in names:
                check_name(key, name)

    @property
    def names(self) -> tuple[str, ...]:
        """The A-labels of all its names, its own first; those of ``cname`` are not served."""
        return tuple(a_label("name", name) for name in (self.name, *self.aliases))

    def seen_from(self, network: str) -> Site:
        """Give the site as it is for a network (``outside``: for everybody else).

        >>> view = View(networks=("a1",), kind="geoblock")
        >>> Site(name="x.example", hosts=("w",), views=(view,)).seen_from("a1").kind
        'geoblock'
        """
        view = self.view(network)
        if view is None:
            return self
        given = {key: value for key in _OF_BOTH if (value := getattr(view, key)) is not None}
        return msgspec.structs.replace(self, **given)

    def view(self, network: str) -> View | None:
        """Give the view that means a network, None where it sees the site as it is."""
        return next((view for view in self.views if network in view.networks), None)


_OF_BOTH = tuple(sorted(set(View.__struct_fields__) & set(Site.__struct_fields__)))
