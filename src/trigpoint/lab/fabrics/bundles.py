"""Files of certificate authorities, one for each place: programs are told of them by their environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.lab.fabrics.router import client_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from trigpoint.lab.world.world import World


def write_bundles(bundle: Callable[[str], bytes], places: Iterable[str], world: World, folder: Path) -> dict[str, str]:
    """Write what is trusted in each place.

    Args:
        bundle: gives the authorities of a network's client as PEM; of nobody's, under an empty name.
        places: all places.
        world: whose networks.
        folder: where the files go.

    Returns:
        The path of the file of each place.

    Raises:
        OSError: a file cannot be written.

    """
    clients = {client_place(network.name): network.name for network in world.networks}
    written = {}
    for number, place in enumerate(places):
        path = folder / f"authorities-{number}.pem"
        path.write_bytes(bundle(clients.get(place, "")))
        written[place] = str(path)
    return written
