"""Files of certificate authorities, one for each place: programs are told of them by their environment."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from trigpoint.lab.fabrics.spots import network_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def write_bundles(bundle: Callable[[str], bytes], folders: Mapping[str, Path]) -> dict[str, str]:
    """Write what programs trust, place by place.

    Args:
        bundle: gives the authorities of an access network as PEM; of all others, under an empty name.
        folders: where the file of each place goes.

    Returns:
        The path of the file of each place. Beside each is the folder of :func:`no_authorities`.

    Raises:
        OSError: a file cannot be written.

    """
    written = {name: folder / "authorities.pem" for name, folder in folders.items()}
    for name, path in written.items():
        path.write_bytes(bundle(network_of(name)))
        Path(no_authorities(str(path))).mkdir(exist_ok=True)
    return {name: str(path) for name, path in written.items()}


def no_authorities(path: str) -> str:
    """Give the folder beside a file of authorities that has none, so that those of the machine are not trusted.

    >>> no_authorities("/tmp/lab/authorities.pem")
    '/tmp/lab/none'
    """
    return str(PurePath(path).with_name("none"))
