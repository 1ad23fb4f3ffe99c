"""Who does the work: this process, processes of this machine, or a cluster."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from trigpoint.errors import InputError
from trigpoint.workers.processes import Processes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.workers.ordered import Workers


@contextmanager
def hired(processes: int | None = None, cluster: str | None = None) -> Iterator[Workers | None]:
    """Give workers, who are dismissed in the end.

    Args:
        processes: how many of this machine; with 1 this process does all. Missing: one for each core.
        cluster: address of the scheduler of a Dask cluster, such as ``tcp://10.0.0.1:8786``; then those are not asked.

    Raises:
        InputError: the cluster cannot be reached, has no worker, or the package that talks to it is not installed.

    """
    if cluster is not None:
        yield from _until_the_end(_of_cluster(cluster))
        return
    count = processes or os.cpu_count() or 1
    if count == 1:
        yield None
        return
    yield from _until_the_end(Processes(count))


def _until_the_end(workers: Workers) -> Iterator[Workers]:
    try:
        yield workers
    finally:
        workers.dismiss()


def _of_cluster(address: str) -> Workers:
    try:
        from trigpoint.workers.cluster import Cluster  # noqa: PLC0415 - an extra, and half a second
    except ModuleNotFoundError as error:
        message = "--cluster needs what is not installed here: pip install 'trigpoint[cluster]'"
        raise InputError(message) from error
    return Cluster(address)
