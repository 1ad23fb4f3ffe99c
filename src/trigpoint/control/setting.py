"""What a control measures with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trigpoint.reference.addresses import is_bogon

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.net.dial.dialer import Dialer
    from trigpoint.net.dial.dns import Resolver
    from trigpoint.net.dial.trust import Trust


class Setting(NamedTuple):
    """Resolver, authorities, sockets, and what is never spoken to."""

    resolver: Resolver
    """Asked for all names."""
    trust: Callable[[], Trust]
    """Gives whom to believe, and the present."""
    asn: Callable[[str], int] = lambda _address: 0
    """Gives the AS number of an address. 0: not known."""
    refuses: Callable[[str], bool] = lambda address: is_bogon(address) is not False
    """Tells addresses that are not public (RFC 6890): nobody may ask for them, whoever names them."""
    dialer: Dialer | None = None
    """Opens sockets. None: the running loop."""
