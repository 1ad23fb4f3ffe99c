"""What a case of the census is: something that interferes or fails, who meets it and how, and who must not notice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

WEB, RESOLVER = "web", "public"
"""The hosts of all sites and the resolver of all queries, where a case names none."""
FORGED = ("10.9.9.9", "2001:db8:bad::9")
NOTICE = ("203.0.113.9", "2001:db8:80::9")


class Visit(NamedTuple):
    """One thing that a client does."""

    url: str
    """With a scheme of truth rows (``https``, ``http``, ``h3``, ``tcp``, ``dot``); or ``dns`` and ``dns-tcp`` (a query
    for the host's addresses), ``text`` (bytes that are ASCII, to an echo port), ``udp`` (datagrams to one),
    ``openvpn`` (the same, begun as OpenVPN does)."""
    host: str = WEB
    """Where it goes."""
    family: int = 0
    """Version of IP. 0: that of the case."""
    place: str = ""
    """From where. Empty: the client."""


class Seen(msgspec.Struct, frozen=True):
    """What came of a visit."""

    step: str = ""
    """The step that failed; empty where none did."""
    failure: str | None = None
    answers: tuple[tuple[str, ...], ...] = ()
    """Addresses of each DNS reply, in the order in which they came."""
    has_soa: bool = False
    """Whether the first DNS reply had an SOA record."""
    issuer: str = ""
    """Common name of who signed the certificate."""
    status: int = 0
    location: str = ""
    body: bytes = b""
    echoed: int = 0
    """Datagrams that came back."""
    seconds: float = 0.0


class Effect(NamedTuple):
    """What a client must see. What is not given does not matter."""

    step: str = ""
    failure: str | None = None
    answers: tuple[tuple[str, str], ...] | None = None
    """For each DNS reply the address of IPv4 and that of IPv6."""
    has_soa: bool | None = None
    issuer: str | None = None
    status: int | None = None
    location: str | None = None
    words: bytes = b""
    """In the page."""
    slow_seconds: float = 0.0
    """It takes at least so long."""
    echoed: tuple[int, int] | None = None
    """Datagrams that come back, at least and at most."""

    def unmet(self, seen: Seen, family: int) -> list[str]:
        """Say what is otherwise."""
        wanted: dict[str, Any] = {
            "step": self.step,
            "failure": self.failure,
            "has_soa": self.has_soa,
            "issuer": self.issuer,
            "status": self.status,
            "location": self.location,
        }
        if self.answers is not None:
            wanted["answers"] = tuple((pair[family == 6],) for pair in self.answers)
        must = {"step", "failure"}
        found = [
            f"{key} is {getattr(seen, key)!r}, not {value!r}"
            for key, value in wanted.items()
            if (value is not None or key in must) and getattr(seen, key) != value
        ]
        if self.words not in seen.body:
            found.append(f"{self.words!r} is not in {seen.body[:300]!r}")
        if seen.seconds < self.slow_seconds:
            found.append(f"it took {seen.seconds:.2f} s, not {self.slow_seconds}")
        if self.echoed and not self.echoed[0] <= seen.echoed <= self.echoed[1]:
            found.append(f"{seen.echoed} datagrams came back, not {self.echoed}")
        return found


class Case(NamedTuple):
    """One row of the census."""

    name: str
    """Of a behaviour; with a colon behind it, of a variant."""
    guilty: Visit
    """What meets it."""
    effect: Effect
    """What that client sees."""
    innocent: Visit
    """What must not notice, as near to the guilty as can be."""
    censor: Mapping[str, Any] | None = None
    """Parameters besides id, behaviour and networks. None: no censor."""
    hosts: tuple[Mapping[str, Any], ...] = ()
    """Hosts that it needs besides."""
    sites: tuple[Mapping[str, Any], ...] = ()
    """Sites that are not plain pages on the host that is visited."""
    network: str = "a1"
    families: tuple[int, ...] = (4, 6)

    @property
    def behaviour(self) -> str:
        """Its kind."""
        return self.name.partition(":")[0]

    @property
    def identifier(self) -> str:
        """Its name as a label."""
        return self.name.replace("_", "-").replace(":", "-")


def host(name: str, number: int, **more: Any) -> dict[str, Any]:
    """Make a host outside with an address of each family."""
    return {"name": name, "addresses": [f"203.0.113.{number}", f"2001:db8:80::{number:x}"], **more}


def both(number: int) -> list[str]:
    """Give the addresses of such a host."""
    return list(host("", number)["addresses"])


def named(name: str, scheme: str, effect: Effect, **parameters: Any) -> Case:
    """Make a case of a censor that lists a name; the innocent is another name at the same address."""
    label = name.replace("_", "-").replace(":", "-")
    at = RESOLVER if scheme.startswith("dns") else WEB
    path = parameters.pop("path", "/")
    match = {"suffix": [f"{label}.example"], **parameters.pop("match", {})}
    guilty, innocent = (Visit(f"{scheme}://{label}{more}.example{path}", at) for more in ("", "-free"))
    return Case(name, guilty, effect, innocent, {"match": match, **parameters})
