"""Options that several verbs take."""

from __future__ import annotations

from pathlib import Path

import click

quiet = click.option("--quiet", "-q", is_flag=True, help="Say nothing on standard error but errors.")
sources = click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
processes = click.option(
    "--processes", type=click.IntRange(min=1), help="Processes that read; one for each core where not given."
)
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
