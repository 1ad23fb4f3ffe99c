"""A program that runs in a place, seen from the process that started the lab."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

from trigpoint.errors import LabError
from trigpoint.lab.fabrics.bundles import no_authorities
from trigpoint.lab.fabrics.kernel.channel import SECONDS_TO_ANSWER
from trigpoint.lab.fabrics.kernel.messages import Signal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trigpoint.lab.fabrics.kernel.channel import Channel

_BUNDLES = (
    "SSL_CERT_FILE",
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "GIT_SSL_CAINFO",
    "AWS_CA_BUNDLE",
    "PIP_CERT",
    "CARGO_HTTP_CAINFO",
    "NIX_SSL_CERT_FILE",
)
_FOLDERS = ("SSL_CERT_DIR", "GIT_SSL_CAPATH")
_ASTRAY = frozenset({"http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy", "res_options", "localdomain"})


class Program:
    """A program in the lab.

    Args:
        channel: to the lab.
        number: how the lab calls it.

    """

    def __init__(self, channel: Channel, number: int) -> None:
        self._channel = channel
        self._number = number
        self._code: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def wait(self) -> int:
        """Wait for its end.

        Returns:
            Its exit status; -N, if signal N ended it.

        Raises:
            LabError: the lab has ended, and the program with it.

        """
        ended = asyncio.ensure_future(self._channel.ended())
        try:
            await asyncio.wait((self._code, ended), return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.cancel()
        if not self._code.done():
            message = "the lab has ended, and the program with it"
            raise LabError(message)
        return self._code.result()

    async def signal(self, number: int) -> None:
        """Send it a signal.

        Raises:
            LabError: the lab has ended.

        """
        await self._channel.ask(Signal(self._number, number))

    async def kill(self) -> None:
        """End it; where the lab does not answer, the lab ends with it."""
        try:
            await asyncio.wait_for(self.signal(signal.SIGKILL), SECONDS_TO_ANSWER)
        except LabError:  # it has ended, and the program with it
            return
        except TimeoutError:
            self._channel.give_up()

    def end(self, code: int) -> None:
        """Take note that it has ended."""
        if not self._code.done():
            self._code.set_result(code)


def environment(base: Mapping[str, str], bundle: str, more: Mapping[str, str]) -> dict[str, str]:
    """Make the environment of a program in the lab.

    Args:
        base: that of whoever starts it. Proxies and resolver options, which lead nowhere here, are left out, and so are
            the authorities that are trusted there.
        bundle: file of the certificate authorities that it trusts. Empty: none.
        more: variables besides, which count more.

    >>> environment({"HTTPS_PROXY": "http://198.51.100.1", "LANG": "C"}, "", {"A": "b"})
    {'LANG': 'C', 'A': 'b'}

    """
    left_out = {*_BUNDLES, *_FOLDERS}
    kept = {name: value for name, value in base.items() if name.lower() not in _ASTRAY and name not in left_out}
    trusted = dict.fromkeys(_BUNDLES, bundle) | dict.fromkeys(_FOLDERS, no_authorities(bundle)) if bundle else {}
    return {**kept, **trusted, **more}
