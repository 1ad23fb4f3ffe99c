"""Write the generated pages of ``docs/reference`` from the code; with ``--check`` say which are out of date.

Each page is a pure function of what the code declares, so the reference cannot say anything else than the code does.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args, get_type_hints

import click
import msgspec

from trigpoint.cli.group import commands as trigpoint_command
from trigpoint.figures.claims.facts import base as claim_base
from trigpoint.figures.claims.rules import RULES as CLAIM_RULES
from trigpoint.figures.indicator import all_indicators
from trigpoint.figures.shares import GROUPS, measures
from trigpoint.judge import RULES
from trigpoint.judge.conditions import text
from trigpoint.lab.catalogue import behaviours
from trigpoint.lab.engine.behaviour import Parameters
from trigpoint.lab.engine.group import Group
from trigpoint.lab.world.load import load, names
from trigpoint.lab.world.world import World
from trigpoint.model.explanation import EXPLANATIONS
from trigpoint.model.failure import FAILURES, Kind
from trigpoint.model.mechanism import MECHANISMS
from trigpoint.model.verdict import State
from trigpoint.probe.followups import OVER_QUIC
from trigpoint.probe.followups import TABLE as FOLLOW_UPS
from trigpoint.probe.offers import WANTS
from trigpoint.probe.run import all_nettests
from trigpoint.reference.catalogue import ITEMS
from trigpoint.reference.statistics.catalogue import STATISTICS
from trigpoint.store.schemas import FORMAT_VERSION, TABLES, field_meanings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
NOTICE = "<!-- Written by `make reference` from the code. -->\n"
HELP_WIDTH = 100
_TAKES = {
    "url": "a URL",
    "name": "a host name",
    "server": "a host name, or the URL of a DoT or DoH server",
    "nothing": "nothing",
}
_PARTITION_COLUMNS = (
    ("`date`", "String", "Partition: UTC day of the measurement, or `unknown`."),
    ("`country`", "String", "Partition: country of the probe, or `ZZ` where it is unknown."),
)


def prose(text: str) -> str:
    r"""Turn the markup of docstrings into Markdown that is safe in a table cell.

    >>> prose("a ``b`` of :class:`C` | d")
    'a `b` of `C` \\| d'
    """
    markdown = re.sub(r":\w+:`([^`]+)`", r"`\1`", " ".join(text.split()))
    return markdown.replace("``", "`").replace("|", "\\|")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Draw a Markdown table; cells are Markdown already."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def page(title: str, introduction: str, *parts: str) -> str:
    """Put a page together."""
    return "\n".join((NOTICE, f"# {title}\n", f"{introduction}\n", *parts))


def tables_page() -> str:
    """Every table of a survey with its columns."""
    parts = []
    for entry in TABLES.values():
        rows = [(f"`{column.name}`", str(column.dtype), prose(column.meaning)) for column in entry.columns]
        if entry.is_partitioned:
            rows += _PARTITION_COLUMNS
        parts.append(f"## {entry.name}\n\n{prose(entry.meaning)}\n\n{table(('column', 'type', 'meaning'), rows)}")
    return page(
        "Tables",
        f"The tables of a survey, format version {FORMAT_VERSION}: Parquet, flat columns only. Every row names its\n"
        "measurement, and every row of a step its number and its JSON pointer into the raw record. An empty cell\n"
        "means *missing*, and the last sentence of each meaning says what missing means.",
        *parts,
    )


def mechanisms_page() -> str:
    """The vocabulary of mechanisms."""
    rows = [
        (f"`{node.name}`", prose(node.meaning), "Trigpoint" if node.is_ours else "OONI") for node in MECHANISMS.values()
    ]
    return page(
        "Mechanisms",
        "How interference is done. Every prefix of a name is a node, and a verdict says the deepest node that the\n"
        "evidence supports. Names are permanent: nodes are added, never redefined. The last column says whose\n"
        "taxonomy a node comes from: that of OONI's analysts (`ooni/data`, ontology v1), or ours.",
        table(("mechanism", "what is seen", "from"), rows),
    )


def explanations_page() -> str:
    """The vocabulary of explanations."""
    said = {name: [rule.id for rule in RULES if rule.explanation == name] for name in EXPLANATIONS}
    rows = [
        (f"`{node.name}`", prose(node.meaning), " ".join(f"`{rule}`" for rule in said[node.name]) or "none")
        for node in EXPLANATIONS.values()
    ]
    return page(
        "Explanations",
        "Why a measurement is not `blocked`, or not decided. The first word says who or what explains it. What no\n"
        "rule says [takes what a record does not hold](../explanation/decision.md#what-a-record-cannot-show).",
        table(("explanation", "what it says", "rules that say it"), rows),
    )


def failures_page() -> str:
    """Every failure string, grouped by what it means."""
    parts = []
    for kind in Kind:
        rows = [(f"`{known.string}`", prose(known.source)) for known in FAILURES.values() if known.kind is kind]
        if rows:
            parts.append(f"## {kind.value}\n\n{table(('string', 'source'), rows)}")
    return page(
        "Failure strings",
        "How a step failed, as it stands in records, grouped by the one meaning that rules read. A string that is not\n"
        "here is searched for the message of an operating system or library; what is left means `other`.",
        *parts,
    )


def rules_page() -> str:
    """Every rule of the judge, in its order."""
    parts = []
    for rule in RULES:
        sign = "signs of " if rule.state is State.INSUFFICIENT else ""
        mechanism = f"{sign}`{rule.mechanism}`" if rule.mechanism else ""
        state, explanation = (f"`{value}`" if value else "" for value in (rule.state, rule.explanation))
        gives = " · ".join(word for word in (state, mechanism, explanation) if word)
        parts.append(
            f"## {rule.id}\n\n{prose(rule.reason)}\n\n"
            f"{table(('layer', 'gives', 'source'), [(rule.layer, gives, prose(rule.source))])}\n"
            f"```text\n{text(rule.condition)}\n```\n"
        )
    return page(
        "Rules",
        "The rules of the judge in their order, with their conditions as they run, over the facts\n"
        "that are joined for each step. Every rule that fires becomes a row of `findings`, not only the decisive one.",
        *parts,
    )


def reference_data_page() -> str:
    """What reference data there can be."""
    rows = [
        (
            f"`{item.name}`",
            item.meaning,
            f"`{item.place}`",
            item.publisher,
            item.licence,
            f"<{item.url}>" if item.url else "none",
        )
        for item in ITEMS
    ]
    heads = ("name", "what", "place in the folder", "publisher", "licence", "address")
    return page(
        "Reference data",
        "What `trigpoint reference` knows: where each is published, and under which licence. Nothing of it comes\n"
        "with the program; whoever downloads it takes it from its publisher, under the publisher's terms. An\n"
        "address that ends in `.log` names the newest file in its last line.",
        table(heads, rows),
    )


def _commands(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    context = click.Context(
        command,
        info_name=" ".join(path),
        terminal_width=HELP_WIDTH,
        max_content_width=HELP_WIDTH,
        help_option_names=trigpoint_command.context_settings["help_option_names"],
        color=False,
    )
    yield path, click.unstyle(command.get_help(context))
    if isinstance(command, click.Group):
        for name in sorted(command.list_commands(context)):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                yield from _commands(below, (*path, name))


def commands_page() -> str:
    """The help of every command."""
    parts = [
        f"## {' '.join(path)}\n\n```text\n{text}\n```\n" for path, text in _commands(trigpoint_command, ("trigpoint",))
    ]
    return page("Commands", "What `--help` prints.", *parts)


def groups_in(record: type) -> Iterator[type]:
    """Give the groups of parameters that the fields of one are made of, in their order."""
    for hint in get_type_hints(record).values():
        pending = [hint]
        while pending:
            kind = pending.pop(0)
            pending = [*get_args(kind), *pending]
            if isinstance(kind, type) and issubclass(kind, Group):
                yield kind


def reached(records: Iterable[type]) -> list[type]:
    """Give records with all groups below them, each once, in the order in which they are met."""
    found: dict[type, None] = {}
    pending = list(records)
    while pending:
        record = pending.pop(0)
        if record not in found:
            found[record] = None
            pending += groups_in(record)
    return list(found)


def _title(record: type) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", record.__name__).lower()


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "needed"
    value = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
    if isinstance(value, msgspec.Struct):
        return "its defaults"
    return "none" if value is None else f"`{json.dumps(msgspec.to_builtins(value))}`"


def _own_fields(record: type, *, but: type | None = None) -> str:
    """Draw the table of a record's fields, without those that it has from another."""
    inherited = set(but.__struct_fields__) if but else set()
    meanings = field_meanings(record)
    rows = [
        (f"`{field.encode_name}`", _default(field), prose(meanings.get(field.name, "")))
        for field in msgspec.structs.fields(record)
        if field.name not in inherited
    ]
    return table(("key", "default", "meaning"), rows) if rows else "No parameters of its own.\n"


def _group(record: type) -> str:
    return f"### {_title(record)}\n\n{prose((record.__doc__ or '').splitlines()[0])}\n\n{_own_fields(record)}"


def censors_page() -> str:
    """Every kind of behaviour in the lab, with its parameters."""
    parts = []
    for behaviour in behaviours().values():
        paths = " or ".join(f"{path} the path" for path in behaviour.paths)
        facts = (paths, " · ".join(f"`{cause}`" for cause in behaviour.causes), prose(behaviour.source))
        parts.append(
            f"## {behaviour.name}\n\nIt {prose(behaviour.meaning)}.\n\n"
            f"{table(('stands', 'logs', 'source'), [facts])}\n"
            f"{_own_fields(behaviour.parameters, but=Parameters)}"
        )
    records = [behaviour.parameters for behaviour in behaviours().values()]
    groups = [record for record in reached(records) if record not in records]
    return page(
        "Censors",
        "Every kind of behaviour that a world can place on the way, and what is no censorship and looks like it. A\n"
        "world writes `behaviour`, an `id`, and these keys; all behaviours share those of *parameters* below.",
        *parts,
        f"## Shared groups\n\n{_group(Parameters)}",
        *map(_group, groups),
    )


def worlds_page() -> str:
    """What a world's file can say, and the worlds that come along."""
    worlds = [load(name) for name in names()]
    rows = [(f"`{world.name}`", world.country, prose(world.title), prose(world.meaning)) for world in worlds]
    of_censors = reached([Parameters, *(behaviour.parameters for behaviour in behaviours().values())])
    groups = [record for record in reached([World]) if record not in of_censors]
    return page(
        "Worlds",
        "The worlds of the lab, and what the TOML file of one can say. The groups that come from the engine stand\n"
        "with the [censors](censors.md). A variant is written as `world:variant`; its table `[variant.NAME]` may\n"
        "hold entries that replace those of the same name, others that are added, and `without_censor`,\n"
        "`without_host`, `without_site` and `without_truth` with names of those that go.",
        f"## Worlds that come along\n\n{table(('world', 'country', 'title', 'what happens'), rows)}",
        "## Keys of a world's file\n",
        *map(_group, groups),
    )


def _after_an_anomaly() -> str:
    """Draw the table of what follows which sign."""
    tests = all_nettests()
    rows = [
        (layer, f"`{one.nettest}`", f"{prose(one.question)}?", one.scheme or "any", str(tests[one.nettest].tier))
        for layer, explaining in FOLLOW_UPS.items()
        for one in (*explaining, *((OVER_QUIC,) if layer != "pace" else ()))
    ]
    return (
        "## After an anomaly\n\n"
        "What the probe asks by itself, by the step at which a visit went otherwise than a helper's, where the tier\n"
        "was agreed to; `pace`: a page came too slowly, or not to its end. `residual` follows what was cut or fell\n"
        "silent, and `quic` what failed where the site offers HTTP/3. Last the visit is made again.\n\n"
        f"{table(('sign at', 'nettest', 'decides', 'scheme of the URL', 'tier'), rows)}"
    )


def nettests_page() -> str:
    """Every nettest of the probe, and when it runs by itself."""
    parts = [_after_an_anomaly()]
    for nettest in all_nettests().values():
        facts = (nettest.version, str(nettest.tier), _TAKES[nettest.takes], prose(nettest.source))
        wants = "; ".join(WANTS[field] for field in nettest.wants)
        wanted = f"Wants of a helper: {wants}.\n\n" if wants else ""
        parts.append(
            f"## {nettest.name}\n\n{prose(nettest.title)}?\n\n{prose(nettest.meaning)}\n\n{wanted}"
            f"{table(('version', 'tier', 'takes', 'source'), [facts])}"
        )
    return page(
        "Nettests",
        "What the probe can measure. The tier says what it asks of whoever runs it: 0 nothing but the own network is\n"
        "looked at, 1 ordinary visits and lookups, 2 repeated triggers of filters, 3 packets that look unusual. Tiers\n"
        "2 and 3 run only where that was agreed to. How the nettests that explain an anomaly work together is told in\n"
        "[follow-ups](../explanation/follow-ups.md).",
        *parts,
    )


def indicators_page() -> str:
    """Every indicator, and where statistics are published."""
    parts = []
    for name, entry in all_indicators().items():
        stands_on = ", ".join(f"`{metric}`" for metric in (*entry.sources, *entry.after)) or "a survey"
        caveats = "".join(f"- {prose(caveat)}\n" for caveat in entry.caveats)
        facts = table(("unit", "direction", "computed from"), [(entry.unit, entry.direction, stands_on)])
        method = prose(entry.method[:1].upper() + entry.method[1:])
        parts.append(f"## {name}\n\n{prose(entry.question)}?\n\n{method}.\n\n{facts}\n{caveats}")
    rows = [
        (f"`{item.name}`", item.meaning, f"`{item.place}`", item.publisher, item.licence, f"<{item.url}>")
        for item in (statistic.item for statistic in STATISTICS)
    ]
    heads = ("name", "what", "file", "publisher", "licence", "address")
    return page(
        "Indicators",
        "What `trigpoint figures compute` computes, each from series of sources or from figures of others, and the\n"
        "statistics that `trigpoint figures update` downloads.",
        *parts,
        _counted_shares(),
        f"## Statistics\n\n{table(heads, rows)}",
    )


def _counted_shares() -> str:
    """Say what is counted in a survey, country by country."""
    counted = [(f"`{measure.name}`", prose(measure.meaning)) for measure in measures()]
    groups = [(f"`{name}`", prose(meaning)) for name, meaning in GROUPS.items()]
    return (
        "## Counted in a survey\n\n"
        "Shares with their cases and their score interval (`wilson-95`), in the ledger of a report with a survey and\n"
        "of `trigpoint figures compute --survey`. What was not measured or not decided is in none of them.\n\n"
        f"{table(('figure', 'what'), counted)}\n{table(('for', 'what'), groups)}"
    )


def claims_page() -> str:
    """What claims can be about, and the rules by which they are checked."""
    metrics = [(f"`{name}`", prose(metric.meaning)) for name, metric in claim_base().metrics.items()]
    rules = [(f"`{rule.id}`", prose(rule.meaning)) for rule in CLAIM_RULES]
    return page(
        "Claims",
        "What claims can be about, and the rules by which `trigpoint figures claims` checks them, in their order. The\n"
        "first that has an answer gives it. What the verdicts mean is told in [claims](../explanation/claims.md).",
        f"## Metrics\n\n{table(('metric', 'what it is'), metrics)}",
        f"## Rules\n\n{table(('rule', 'answers where'), rules)}",
    )


PAGES: dict[str, Callable[[], str]] = {
    "censors.md": censors_page,
    "claims.md": claims_page,
    "commands.md": commands_page,
    "explanations.md": explanations_page,
    "failures.md": failures_page,
    "indicators.md": indicators_page,
    "mechanisms.md": mechanisms_page,
    "nettests.md": nettests_page,
    "reference-data.md": reference_data_page,
    "rules.md": rules_page,
    "tables.md": tables_page,
    "worlds.md": worlds_page,
}


def stale(folder: Path) -> list[str]:
    """Name the pages of a folder that differ from what the code declares."""
    return [
        name
        for name, write in PAGES.items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != write()
    ]


def main() -> int:
    """Write or check; the exit status is 1 where a check finds a page out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, say what is out of date")
    is_check = parser.parse_args().check
    for name in (found := stale(FOLDER)):
        if is_check:
            print(f"docs/reference/{name} is out of date; `make reference` writes it", file=sys.stderr)
        else:
            (FOLDER / name).write_text(PAGES[name](), encoding="utf-8")
            print(f"docs/reference/{name}")
    return 1 if is_check and found else 0


if __name__ == "__main__":
    sys.exit(main())
