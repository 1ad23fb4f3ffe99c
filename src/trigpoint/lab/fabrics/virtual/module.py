"""A Python module, run as ``python -m`` runs it, on the loop of the virtual fabric instead of a loop of the kernel."""

from __future__ import annotations

import asyncio
import os
import re
import runpy
import sys
import traceback
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import PurePath
from socket import SOCK_DGRAM
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from trigpoint.errors import InputError
from trigpoint.lab.fabrics.environment import environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trigpoint.lab.fabrics.virtual.hosted import HostedFabric

_PYTHON = re.compile(r"python(3(\.\d+)?)?(\.exe)?")
_SOCKETS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"})
_NAMES = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"})
_PROCESSES = frozenset(
    {"subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "pty.spawn"}
)


class _Guard:
    """Keeps a program off the real network: what is not asyncio would go past the lab and reach it.

    An audit hook sees what C code does as well, and stays for the life of the process; so it has a switch.
    """

    is_on = False
    is_installed = False

    @classmethod
    def hook(cls, event: str, arguments: tuple[Any, ...]) -> None:
        """Refuse what would leave the lab."""
        if cls.is_on and (event in _NAMES or (event in _SOCKETS and not _is_harmless(event, arguments))):
            message = (
                f"{event}: the virtual fabric has no sockets of the kernel; use asyncio's connections and datagrams"
            )
            raise PermissionError(message)
        if cls.is_on and event in _PROCESSES:
            message = f"{event}: other programs would not be in the virtual fabric; the kernel fabric can run them"
            raise PermissionError(message)

    @classmethod
    @contextmanager
    def standing(cls) -> Iterator[None]:
        """Stand guard for a while."""
        if not cls.is_installed:
            sys.addaudithook(cls.hook)
            cls.is_installed = True
        cls.is_on = True
        try:
            yield
        finally:
            cls.is_on = False


def _is_harmless(event: str, arguments: tuple[Any, ...]) -> bool:
    """Tell whether it is a Unix socket, or a UDP socket that is bound: aioquic makes one to say what it wants."""
    made = arguments[0] if arguments else None
    is_unix = getattr(getattr(made, "family", None), "name", "") == "AF_UNIX"
    return is_unix or (event == "socket.bind" and getattr(made, "type", None) == SOCK_DGRAM)


def module_of(command: Sequence[str]) -> tuple[str, list[str]]:
    """Give the module and its arguments of ``python -m MODULE ARGS``.

    Raises:
        InputError: it is another command.

    """
    words = list(command)
    if len(words) > 2 and _PYTHON.fullmatch(PurePath(words[0]).name) and words[1] == "-m":  # noqa: PLR2004 - a module too
        return words[2], words[3:]
    raise InputError(_refusal(words))


def _refusal(words: list[str]) -> str:
    """Say what to write instead."""
    if words and _PYTHON.fullmatch(PurePath(words[0]).name):
        script = PurePath(next((word for word in words[1:] if not word.startswith("-")), ""))
        if script.suffix != ".py":
            return "the virtual fabric runs Python by modules alone, as `-- python -m MODULE ARGS`, no other way"
        where = "" if str(script.parent) == "." else f" in the folder {str(script.parent)!r}"
        return f"the virtual fabric runs Python by modules alone: write `-- python -m {script.stem}`{where} instead"
    return (
        f"the virtual fabric has no kernel sockets and cannot run {words[0] if words else 'nothing'!r}: "
        "it runs Python modules, as `-- python -m MODULE ARGS`; `trigpoint doctor` tells what the kernel fabric needs"
    )


def run_module(fabric: HostedFabric, command: Sequence[str], place: str = "") -> int:
    """Run a module to its end, with the fabric up around it; every loop that it asks for is the fabric's.

    Args:
        fabric: not started yet; closed afterwards.
        command: ``python -m MODULE ARGS``.
        place: where it runs. Empty: the client.

    Returns:
        The exit status that the interpreter would give.

    Raises:
        InputError: it is another command, or there is no such module.

    """
    module, arguments = module_of(command)
    loop = fabric.loop()
    try:
        loop.run_until_complete(fabric.start())
        variables = environment(os.environ, fabric.bundle(place), {})
        with _Guard.standing(), fabric.at(place), _one_loop(loop), patch.dict(os.environ, variables, clear=True):
            return _status(module, arguments)
    finally:
        try:
            loop.run_until_complete(fabric.close())
        finally:
            loop.close()


@contextmanager
def _one_loop(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Give this loop to whoever asks for a new one, and keep it open: the world outlives a call of ``asyncio.run``."""

    def new_event_loop() -> asyncio.AbstractEventLoop:
        return loop

    async def shutdown_default_executor(*_: object) -> None:
        """Leave it: another run may need it."""

    with (
        patch.object(asyncio.events, "new_event_loop", new_event_loop),
        patch.object(asyncio, "new_event_loop", new_event_loop),
        patch.object(loop, "close", lambda: None),
        patch.object(loop, "shutdown_default_executor", shutdown_default_executor),
    ):
        yield


def _check_module(module: str) -> None:
    """Say in one sentence what the interpreter would say of a module that it cannot run.

    Raises:
        InputError: there is none.

    """
    for name in (module, f"{module}.__main__"):
        try:
            found = find_spec(name)
        except (ImportError, ValueError):  # of a part of its name, or of a name such as "..x"
            found = None
        if found is None:
            what = f"no module {module!r}" if name == module else f"no module {name!r}, by which a package is run"
            message = f"there is {what}: it is looked for in this folder, and where Python is installed"
            raise InputError(message)
        if found.submodule_search_locations is None:
            return


def _status(module: str, arguments: list[str]) -> int:
    with patch.object(sys, "argv", [module, *arguments]), patch.object(sys, "path", [os.getcwd(), *sys.path]):  # noqa: PTH109 - as python -m has it
        _check_module(module)
        try:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        except SystemExit as stop:
            if isinstance(stop.code, str):
                print(stop.code, file=sys.stderr)  # noqa: T201 - as the interpreter does
            return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        except KeyboardInterrupt:
            raise
        except BaseException:  # noqa: BLE001 - whatever a program dies of
            traceback.print_exc()
            return 1
    return 0
