"""web_connectivity: is a website reachable as it is from outside, and where does it fail if not (ts-017, as in 0.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.net.names import parse_url
from trigpoint.net.redirects import Cookies
from trigpoint.probe.helpers import ask_helpers, openings_of, question
from trigpoint.probe.nettest import STEPS, Nettest
from trigpoint.probe.web.endpoints import reach
from trigpoint.probe.web.keys import web_keys
from trigpoint.probe.web.lookups import Found, look_up, merged
from trigpoint.probe.web.pages import fetched, follow
from trigpoint.probe.web.routes import traces

if TYPE_CHECKING:
    from trigpoint.net.dial.diary import Diary
    from trigpoint.net.names import Url
    from trigpoint.probe.nettest import Keys, Measuring

_PORTS = {"http": (443, 80), "https": (443, 80)}


async def _run(measuring: Measuring) -> Keys:
    url = parse_url(measuring.input or "")
    async with measuring.session.residue.hold([url.host]):  # the visit may trigger filters of the name
        return await _visited(measuring, url)


async def _visited(measuring: Measuring, url: Url) -> Keys:
    host = url.host or ""
    found = await look_up(measuring, host, 0)
    ports = _PORTS[url.scheme or "https"] if url.port in {80, 443} else (url.port or 443,)
    asked = question(url.text, (one.address for one in found), ports)
    helping = measuring.part()
    control = await ask_helpers(measuring.session, helping, asked)
    found = merged(found, (Found(address, is_classic=False) for address in control.addresses))
    cookies = Cookies()
    addresses = {one.address for one in found} - {host}  # that is held already, where it is an address
    async with measuring.session.residue.hold(addresses):
        trip = await fetched(measuring, url, await reach(measuring, url, found, 0), cookies)
        trip = await follow(measuring, url, trip, cookies)
        apart = {
            "x_doh": {STEPS: measuring.resolving},
            "x_do53": {STEPS: _over_udp(measuring)},
            "x_helpers": {STEPS: openings_of(helping)},
        }
        diary = measuring.diary
        return web_keys(diary, control, host, trip) | apart | await traces(measuring, diary.connects, control)


def _over_udp(measuring: Measuring) -> Diary:
    """Set what resolvers over UDP needed apart, as OONI's probe does; their answers stay with all others."""
    diary, apart = measuring.diary, measuring.part()
    numbers = {act.transaction_id for act in diary.lookups if act.engine == "udp"}
    apart.network_events += [event for event in diary.network_events if event.transaction_id in numbers]
    diary.network_events[:] = [event for event in diary.network_events if event.transaction_id not in numbers]
    return apart


NETTEST = Nettest(
    name="web_connectivity",
    version="0.5.28",
    title="Is a website reachable",
    meaning=(
        "Looks the name up at every resolver, connects to every address, shakes hands over TLS, asks for the page and "
        "follows where it leads, each step by itself; a test helper does the same from outside. Where an address is "
        "silent here and not for the helper, datagrams that die ever farther away show how far packets go."
    ),
    source="ooni/spec ts-017-web-connectivity, version 2024-02-14-001, with its extensions E001 to E005",
    tier=1,
    takes="url",
    run=_run,
)
