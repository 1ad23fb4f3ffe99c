"""What a person asks of ``trigpoint probe``: its options, and what they come to."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from trigpoint.cli.progress import say
from trigpoint.errors import InputError
from trigpoint.net.dial.dns import Resolver
from trigpoint.probe import lists
from trigpoint.probe.run import Job, all_nettests
from trigpoint.probe.targets import target_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.probe.nettest import Nettest
    from trigpoint.probe.targets import Target

_MOST_PROBLEMS = 20
_SERVERS = ("dot://", "https://")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The options, as click hands them over."""

    urls: tuple[str, ...]
    listed: str | None
    reference: Path | None
    categories: str | None
    without: str | None
    is_law_harsh: bool
    nettest: str
    parallel: int
    path: Path | None
    resume: bool
    helpers: tuple[str, ...]
    resolvers: tuple[str, ...]
    own: tuple[str, ...]
    own_names: tuple[str, ...]
    addresses: Path | None
    consent: str | None
    withdraws: bool
    tier: int
    most_megabytes: int
    world: str | None
    network: str
    fabric: str
    seed: int
    quiet: bool


def jobs_of(asked: Asked) -> list[Job]:
    """Give what is measured, each thing once.

    Raises:
        InputError: nothing is asked for, or what is asked for cannot be measured.

    """
    nettest = _nettest(asked)
    if nettest.tier > asked.tier:
        tier = nettest.tier
        message = f"{asked.nettest} is of tier {tier}: read the page on risks, and if you agree, say --tier {tier}"
        raise InputError(message)
    if nettest.takes == "nothing":
        return [Job(nettest=nettest.name)]
    inputs: dict[str, str | None] = {_typed(text, nettest): None for text in asked.urls}
    for target in _listed(asked):
        inputs.setdefault(target.url if nettest.takes == "url" else target.name, target.category)
    if not inputs:
        message = "nothing to measure: give URLs, --list or --world"
        raise InputError(message)
    return [
        Job(nettest=nettest.name, input=url, annotations={"category": category} if category else {})
        for url, category in inputs.items()
    ]


def _typed(text: str, nettest: Nettest) -> str:
    """Read what was typed as the nettest takes it."""
    if nettest.takes == "server" and text.startswith(_SERVERS):
        Resolver.parse(text.removesuffix("/") if text.startswith("dot://") else text)
        return text
    target = target_of(text)
    return target.url if nettest.takes == "url" else target.name


def names_something(asked: Asked) -> bool:
    """Tell whether it is said what is measured, so that a world need not say it.

    Raises:
        InputError: there is no such nettest.

    """
    return bool(asked.urls or asked.listed) or _nettest(asked).takes == "nothing"


def _nettest(asked: Asked) -> Nettest:
    nettest = all_nettests().get(asked.nettest)
    if nettest is None:
        message = f"there is no nettest {asked.nettest!r}; there are {', '.join(all_nettests())}"
        raise InputError(message)
    return nettest


def _listed(asked: Asked) -> Sequence[Target]:
    if asked.listed is None:
        return ()
    found = lists.read_list(lists.find(asked.listed, asked.reference))
    for problem in found.problems[:_MOST_PROBLEMS]:
        say(f"{asked.listed}: line {problem.line} is left out: {problem.reason}", quiet=asked.quiet)
    if found.problems or found.refused:
        say(
            f"{asked.listed}: {len(found.problems)} lines cannot be measured, {found.refused} never are.",
            quiet=asked.quiet,
        )
    without = {*_codes(asked.without), *(lists.HARSH if asked.is_law_harsh else ())}
    return found.of(_codes(asked.categories), without)


def _codes(text: str | None) -> tuple[str, ...]:
    return tuple(code.strip() for code in (text or "").split(",") if code.strip())


def path_of(asked: Asked) -> Path:
    """Give the file that measurements go to.

    Raises:
        InputError: what is to be gone on with is not named.

    """
    if asked.path is not None:
        return asked.path
    if asked.resume:
        message = "--resume needs the file to go on with: --to FILE"
        raise InputError(message)
    return Path(time.strftime("measurements-%Y%m%dT%H%M%SZ.jsonl.gz", time.gmtime()))
