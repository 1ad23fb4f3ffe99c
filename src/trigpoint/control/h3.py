"""What a control measures over QUIC (RFC 9000) and HTTP/3 (RFC 9114); apart, since few ask and loading takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.control.page import STEP_SECONDS, fetched
from trigpoint.control.protocol import Handshaken
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.http3 import fetch3
from trigpoint.net.dial.quic import quic

if TYPE_CHECKING:
    from trigpoint.control.protocol import ControlRequest, Fetched, Resolved
    from trigpoint.control.setting import Setting
    from trigpoint.net.dial.acts import Request, RoundTrip
    from trigpoint.net.dial.diary import Trace

_SECONDS = 10.0  # with what went before it is less than the 30 s for which ooni/probe-cli waits for a helper


async def handshaken(host: str, address: str, port: int, setting: Setting) -> Handshaken:
    """Shake hands with an address."""
    diary = Diary(dialer=setting.dialer)
    opened = await quic(diary.trace(), address, port, host, trust=setting.trust(), timeout=STEP_SECONDS)
    if opened:
        opened.close()
    return Handshaken(host, opened is not None, diary.handshakes[-1].failure)


async def fetched3(asked: ControlRequest, setting: Setting, found: Resolved, port: int) -> Fetched:
    """Fetch the page, at a port that the site named; its redirects are followed over TCP."""
    host = asked.url.host or ""

    async def attempt(trace: Trace, address: str, wanted: Request) -> RoundTrip | None:
        opened = await quic(trace, address, port, host, trust=setting.trust(), timeout=STEP_SECONDS)
        if opened is None:
            return None
        try:
            return await fetch3(trace, opened, wanted)
        finally:
            opened.close()

    return await fetched(asked, setting, found, attempt, _SECONDS)
