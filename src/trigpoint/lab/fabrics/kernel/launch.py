"""Starts the lab's process and sees that it ends."""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import socket
import subprocess
import tempfile
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

import msgspec

from trigpoint.errors import LabError
from trigpoint.lab.fabrics.folders import make_folder, remove_folder
from trigpoint.lab.fabrics.kernel.channel import Channel, checked
from trigpoint.lab.fabrics.kernel.interpreter import command, surroundings
from trigpoint.lab.fabrics.kernel.messages import Ready, Stop
from trigpoint.lab.fabrics.kernel.namespaces import network_number
from trigpoint.lab.fabrics.kernel.stack import settle

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.lab.fabrics.kernel.messages import Plan

_SECONDS_TO_END = 5.0
_LOG = logging.getLogger(__name__)


class Launch:
    """A lab's process that was started.

    Args:
        plan: what it is to build; its folder is made, and the machine's network namespace looked up, here.
        news: takes what it tells without having been asked.

    """

    def __init__(self, plan: Plan, news: Callable[[Any], None]) -> None:
        """Start it.

        Raises:
            OSError: no folder, socket or process can be made.

        """
        self._news = news
        self._ready: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.folder = make_folder()
        """What the lab writes; it goes with the lab."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - read after the process has ended
        with theirs, tempfile.TemporaryFile() as file:
            pickle.dump(msgspec.structs.replace(plan, folder=str(self.folder), machine=network_number()), file)
            file.seek(0)
            self._process = _start(theirs.fileno(), file, self._complaints)
        self.channel = Channel(ours, self._hear, self._process.kill)
        """The way to it."""

    async def ready(self) -> Ready:
        """Wait until the lab stands.

        Raises:
            LabError: it does not. One sentence says why.
            OSError: the kernel does not allow something.

        """
        ended = asyncio.ensure_future(self.channel.ended())
        try:
            await asyncio.wait((self._ready, ended), return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.cancel()
        if not self._ready.done():
            await _end(self._process)  # it complains with its last breath
            message = f"the lab ended before it stood: {self._last_complaint() or 'its process was killed'}"
            raise LabError(message)
        ready: Ready = checked(self._ready.result())
        return ready

    async def close(self) -> None:
        """End it, and remove what is left.

        Raises:
            OSError: the capture could not be written.

        """
        try:
            with suppress(LabError):
                await asyncio.wait_for(self.channel.ask(Stop()), _SECONDS_TO_END)
        except TimeoutError:
            self._process.kill()
        finally:
            self.channel.close()
            await _end(self._process)
            remove_folder(self.folder)
            complaint = self._last_complaint()
            self._complaints.close()
            if complaint:
                _LOG.warning("the lab's process complained: %s", complaint)

    def _hear(self, what: Any) -> None:  # noqa: ANN401 - any news
        if self._ready.done():
            self._news(what)
        else:
            self._ready.set_result(what)

    def _last_complaint(self) -> str:
        self._complaints.seek(0)
        return next(iter(self._complaints.read().decode(errors="replace").strip().splitlines()[-1:]), "")


def _start(channel: int, plan: IO[bytes], complaints: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command("trigpoint.lab.fabrics.kernel", str(channel), str(os.getpid())),
        stdin=plan,
        stdout=subprocess.DEVNULL,
        stderr=complaints,
        pass_fds=(channel,),
        env=surroundings(),
    )


async def _end(process: subprocess.Popen[bytes]) -> None:
    """Wait for a process whose channel is closed; one that does not end by itself is killed."""
    if process.poll() is not None:
        return
    loop = asyncio.get_running_loop()
    watch = os.pidfd_open(process.pid)
    ended: asyncio.Future[None] = loop.create_future()
    loop.add_reader(watch, settle, ended)
    try:
        await asyncio.wait_for(ended, _SECONDS_TO_END)
    except TimeoutError:
        process.kill()
    finally:
        loop.remove_reader(watch)
        os.close(watch)
    process.wait()
