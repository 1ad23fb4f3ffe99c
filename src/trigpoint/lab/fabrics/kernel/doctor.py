"""What this machine allows, and what would have to be done where it does not."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from trigpoint.lab.fabrics.kernel.interpreter import command, surroundings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SECONDS = 10
_TITLES = {
    "users": "user namespaces",
    "networks": "network namespaces",
    "tun": "TUN devices",
    "veth": "Ethernet pairs and raw frames",
    "ipv6": "IPv6",
    "mounts": "mounts of its own",
}
_SWITCHES = (
    ("kernel/apparmor_restrict_unprivileged_userns", "1", "0"),  # Ubuntu 23.10 and newer
    ("kernel/unprivileged_userns_clone", "0", "1"),  # Debian's patch
    ("user/max_user_namespaces", "0", "15000"),
)
_CONTAINERS = ("/.dockerenv", "/run/.containerenv")
_REMEDIES = {
    "tun": "sudo modprobe tun && sudo chmod a+rw /dev/net/tun",
    "veth": "sudo modprobe veth af_packet",
    "ipv6": "start the kernel without ipv6.disable=1",
    "mounts": "give the machine an /etc/resolv.conf that is a file",
}


class Finding(msgspec.Struct, frozen=True):
    """One thing that the kernel fabric uses."""

    name: str
    """``platform``, ``users``, ``networks``, ``tun``, ``veth``, ``ipv6`` or ``mounts``."""
    title: str
    """For people."""
    ok: bool
    """Whether it is there."""
    reason: str = ""
    """Why not, as the kernel says it."""
    remedy: str = ""
    """What would help; a command, or a sentence."""


class Findings(msgspec.Struct, frozen=True):
    """All that was looked for."""

    all: tuple[Finding, ...]

    @property
    def why_not(self) -> str | None:
        """One sentence why the kernel fabric cannot work here; None if it can.

        One kind of wires is enough.
        """
        missing = {finding.name: finding for finding in self.all if not finding.ok}
        if "tun" not in missing or "veth" not in missing:
            missing = {name: finding for name, finding in missing.items() if name not in {"tun", "veth"}}
        for finding in missing.values():
            return f"this machine has no {finding.title} for the lab ({finding.reason}); what helps: {finding.remedy}"
        return None


def probe() -> Findings:
    """Try what the fabric needs, in a process that ends at once; some tenths of a second."""
    if sys.platform != "linux":
        return Findings((_no_linux(sys.platform),))
    return read(_tried(), _setting, Path.exists)


@cache
def why_not() -> str | None:
    """Say in one sentence why the kernel fabric does not work here; None if it does. It is tried once a process."""
    return probe().why_not


def read(results: Mapping[str, str], setting: Callable[[str], str], exists: Callable[[Path], bool]) -> Findings:
    """Make findings of trials.

    Args:
        results: what was tried, and why it failed.
        setting: gives the value of a kernel setting by its path below ``/proc/sys``; empty where there is none.
        exists: tells whether there is a file.

    """
    return Findings(
        tuple(
            Finding(name, _TITLES[name], not reason, reason, _remedy(name, setting, exists) if reason else "")
            for name, reason in results.items()
            if name in _TITLES
        )
    )


def _remedy(name: str, setting: Callable[[str], str], exists: Callable[[Path], bool]) -> str:
    if name in _REMEDIES:
        return _REMEDIES[name]
    for path, bad, good in _SWITCHES:
        if setting(path) == bad:
            return f"sudo sysctl -w {path.replace('/', '.')}={good}"
    for mark in _CONTAINERS:
        if exists(Path(mark)):
            return (
                f"this is a container ({mark} is there): start it with --privileged, or leave it and any other sandbox"
            )
    return "run it outside of whatever confines it (a container, a sandbox), or as root"


def _no_linux(platform: str) -> Finding:
    return Finding(
        "platform", "Linux", ok=False, reason=f"this is {platform}", remedy="the virtual fabric, which works everywhere"
    )


def _tried() -> dict[str, str]:
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command("trigpoint.lab.fabrics.kernel.trial"),
            env=surroundings(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
        return msgspec.json.decode(done.stdout, type=dict[str, str])
    except (OSError, subprocess.TimeoutExpired, msgspec.MsgspecError) as error:
        return {"users": f"the trial did not end as it should: {type(error).__name__}"}


def _setting(path: str) -> str:
    try:
        return Path("/proc/sys", path).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
