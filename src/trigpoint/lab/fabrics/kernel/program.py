"""A program that runs in a place, seen from the process that started the lab."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

from trigpoint.errors import LabError
from trigpoint.lab.fabrics.kernel.channel import SECONDS_TO_ANSWER
from trigpoint.lab.fabrics.kernel.messages import Signal

if TYPE_CHECKING:
    from trigpoint.lab.fabrics.kernel.channel import Channel


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
