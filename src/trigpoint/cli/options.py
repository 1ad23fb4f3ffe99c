"""Options that several verbs take."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trigpoint import workers
from trigpoint.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.workers import Workers

quiet = click.option("--quiet", "-q", is_flag=True, help="Say nothing on standard error but errors.")
SCHEME = "s3://"
"""How an address of a bucket begins."""


class Source(click.ParamType["Path | str"]):
    """A path on this machine, or an address of a bucket."""

    name = "source"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Path | str:
        """Keep an address as it is: a path would lose one of its slashes."""
        if not str(value):
            self.fail("the path is empty", param, ctx)  # as a path it would be the current folder
        return value if str(value).startswith(SCHEME) else Path(value)


sources = click.argument("sources", nargs=-1, required=True, type=Source())
since = click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Of an archive in a bucket: from this day on.")
until = click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Of an archive in a bucket: up to this day.")
countries = click.option(
    "--country",
    "countries",
    multiple=True,
    metavar="CC",
    help="Of an archive in a bucket: this country; may be repeated.",
)
nettests = click.option(
    "--nettest", "nettests", multiple=True, help="Of an archive in a bucket: this nettest; may be repeated."
)
mirror = click.option(
    "--mirror",
    type=click.Path(path_type=Path),
    help="Folder that keeps what came from buckets; SURVEY.mirror where not given.",
)
signed = click.option("--signed", is_flag=True, help="Ask buckets with the credentials of the environment.")
processes = click.option(
    "--processes", type=click.IntRange(min=1), help="Processes that work; one for each core where not given."
)
cluster = click.option(
    "--cluster",
    metavar="tcp://HOST:PORT",
    help="Scheduler of a Dask cluster whose workers do the work; they must see the same files at the same paths.",
)


@contextmanager
def hired(processes: int | None, cluster: str | None) -> Iterator[Workers | None]:
    """Give the workers that somebody asked for.

    Raises:
        InputError: both kinds were asked for, or the cluster cannot be used.

    """
    if processes is not None and cluster is not None:
        message = "--processes and --cluster exclude each other: a cluster has as many as it has"
        raise InputError(message)
    with workers.hired(processes, cluster) as found:
        yield found


addresses = click.option(
    "--addresses",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Database of addresses (MMDB: AS and country), or address plan (CSV) as `trigpoint lab addresses` prints it; "
    "or a folder with the files of registries and RouteViews; where not given, those of the reference folder, "
    "else AS numbers as the measurements annotate them.",
)
categories = click.option(
    "--categories",
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help="Categories of targets: columns domain,category or url,category_code.",
)
reference = click.option(
    "--reference",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Folder of reference data; where not given, the one that `trigpoint reference` keeps.",
)
publish = click.option(
    "--publish",
    is_flag=True,
    help="Write a report that may be published: no records, no exact times, small networks withheld.",
)
data = click.option(
    "--data",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of statistics; files not known by their name stand in its sources.toml. May be repeated.",
)
