"""Services of several endpoints, as they are where nobody has the real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.reference.services import SERVICES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trigpoint.reference.services import Service


def elsewhere(
    nettest: str, parts: Mapping[str, tuple[str, ...]], asns: frozenset[int] = frozenset()
) -> dict[str, dict[str, Service]]:
    """Give the options with which a nettest tries other endpoints than the real ones."""
    given = {f"{nettest}/{part}": tries for part, tries in parts.items()}
    return {
        "services": {
            target: msgspec.structs.replace(SERVICES[target], tries=tries, asns=asns) for target, tries in given.items()
        }
    }


_PAGE, _END = ("https://news.example/",), ("tcp://news.example:443",)
IN_OPEN = {
    "telegram": elsewhere("telegram", {"chat": ("http://203.0.113.10:80/",), "web": _PAGE}),
    "whatsapp": elsewhere("whatsapp", {"chat": _END, "registration": _PAGE, "web": _PAGE}),
    "facebook_messenger": elsewhere("facebook_messenger", {"chat": (*_END * 6, "dns://news.example")}),
    "signal": elsewhere("signal", {"chat": _PAGE, "storage": _PAGE, "calls": _PAGE}),
}
"""Options of the nettests of services in a world that has a web server and no more."""
