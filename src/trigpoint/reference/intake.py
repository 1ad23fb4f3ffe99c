"""Puts reference data into their folder: from the network, or from a folder that somebody carried over.

What comes is read before it replaces what was there, and replaces it in one step: whatever fails, the old stays (R12).
"""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from trigpoint.errors import InputError
from trigpoint.reference.catalogue import ITEMS, Content, Item, lists_content
from trigpoint.reference.fetching import FetchError, fetch
from trigpoint.reference.library import INDEX, Entry, Library, digest, files_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from trigpoint.reference.fetching import Fetched


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one item."""

    item: Item
    is_new: bool = False
    """Whether other content than before is there now."""
    rows: int | None = None
    """Entries of what came. Missing: nothing came."""
    problem: str | None = None
    """Why nothing came; what was there before still is. Missing: no problem."""
    may_pass: bool = False
    """Whether asking again soon may help."""


def items_named(names: Iterable[str]) -> tuple[Item, ...]:
    """Give items by name; all where none is named.

    Raises:
        InputError: there is no item of such a name.

    """
    wanted = set(names)
    known = {item.name for item in ITEMS}
    if unknown := sorted(wanted - known):
        message = f"no reference data are called {unknown[0]}; there are {', '.join(item.name for item in ITEMS)}"
        raise InputError(message)
    return tuple(item for item in ITEMS if not wanted or item.name in wanted)


def use(library: Library, source: Path, items: Iterable[Item] = ITEMS) -> list[Outcome]:
    """Take from a folder all that is there.

    Raises:
        InputError: nothing of it is there.

    """
    if not source.is_dir():
        message = f"{source} is no folder"
        raise InputError(message)
    if library.folder.is_dir() and source.samefile(library.folder):
        message = f"{source} is the folder of reference data itself; what lies in it is in use"
        raise InputError(message)
    taken = [_take(library, item, files) for item in items if (files := _given(source, item))]
    if not taken:
        message = f"{source}: no reference data; looked for {', '.join(item.place for item in items)}"
        raise InputError(message)
    return taken


def _given(source: Path, item: Item) -> tuple[Path, ...]:
    """Find an item's files in what people have; a database of addresses may have any name if it is the only one."""
    if found := files_of(source, item):
        return found
    databases = tuple(source.glob("*.mmdb")) if item.place.endswith(".mmdb") else ()
    return databases if len(databases) == 1 else ()


def _take(library: Library, item: Item, files: tuple[Path, ...]) -> Outcome:
    try:
        if item.is_folder:
            content = lists_content({f"{item.place}/{file.name}": file.read_bytes() for file in files})
        else:
            content = item.read(item.place, files[0].read_bytes())
    except (ValueError, OSError) as error:
        return Outcome(item=item, problem=f"{files[0]}: {getattr(error, 'strerror', None) or error}")
    newest = max(file.stat().st_mtime for file in files)
    vintage = datetime.fromtimestamp(int(newest), UTC).isoformat().replace("+00:00", "Z")
    origin = str(files[0].parent if item.is_folder else files[0])
    return _put(library, item, content, Entry(sha256=digest(content.files), origin=origin, vintage=vintage))


def update(
    library: Library,
    items: Iterable[Item],
    addresses: Mapping[str, str],
    tell: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """Download what is published, where it is newer than what is there.

    Args:
        library: where it goes.
        items: which.
        addresses: other addresses than the catalogue's, by name of the item.
        tell: is given each outcome when it is there.

    """
    outcomes = []
    for item in items:
        url = addresses.get(item.name, item.url)
        if url is not None:
            outcomes.append(_download(library, item, url))
            tell(outcomes[-1])
    return outcomes


def _download(library: Library, item: Item, url: str) -> Outcome:
    known = library.entries().get(item.name) if files_of(library.folder, item) else None
    try:
        where = _newest(url) if item.is_log and url.endswith(".log") else url
        is_same = known is not None and known.origin == where
        fetched = fetch(where, known.etag, known.last_modified) if known and is_same else fetch(where)
        if fetched is None:
            return Outcome(item=item)
        content = item.read(item.place, _opened(fetched.content, item))
    except FetchError as error:
        return Outcome(item=item, problem=f"{url}: {error}", may_pass=error.may_pass)
    except ValueError as error:
        return Outcome(item=item, problem=f"{url}: {error}")
    return _put(library, item, content, _entry(content, where, fetched))


def _newest(log: str) -> str:
    """Read the newest file's address from CAIDA's log: number, time and relative path, separated by tabs."""
    fetched = fetch(log)
    lines = [] if fetched is None else [line for line in fetched.content.splitlines() if line and line[:1] != b"#"]
    cells = lines[-1].decode("ascii", "replace").split() if lines else []
    if len(cells) != 3 or ".." in cells[2] or cells[2].startswith("/") or ":" in cells[2]:  # noqa: PLR2004 - see above
        message = "its last line names no file"
        raise ValueError(message)
    return f"{log.rpartition('/')[0]}/{cells[2]}"


def _opened(content: bytes, item: Item) -> bytes:
    """Decompress what is kept plain."""
    if item.place.endswith(".gz") or not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError) as error:
        message = f"the compressed data are damaged: {error}"
        raise ValueError(message) from error


def _entry(content: Content, url: str, fetched: Fetched) -> Entry:
    changed, answered = _time(fetched.last_modified), _time(fetched.date)
    return Entry(
        sha256=digest(content.files),
        origin=url,
        vintage=changed.isoformat().replace("+00:00", "Z") if changed else None,
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        retrieved=answered.date().isoformat() if answered else None,
    )


def _time(told: str | None) -> datetime | None:
    """Read a time of HTTP; what is none is kept as it is elsewhere, and not believed."""
    try:
        return parsedate_to_datetime(told).astimezone(UTC) if told else None
    except ValueError:
        return None


def _put(library: Library, item: Item, content: Content, entry: Entry) -> Outcome:
    """Replace an item: its files first, then the index, which says less until then and nothing wrong."""
    old = library.entries()
    is_new = item.name not in old or old[item.name].sha256 != entry.sha256
    if item.is_folder:
        _replace_folder(library.folder / item.place, content)
    else:
        _write(library.folder / item.place, content.files[item.place])
    entries = dict(sorted({**old, item.name: entry}.items()))
    _write(library.folder / INDEX, msgspec.json.format(msgspec.json.encode(entries)) + b"\n")
    return Outcome(item=item, is_new=is_new, rows=content.rows)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _replace_folder(folder: Path, content: Content) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    old = made.with_name(f"{made.name}.old")
    try:
        for place, data in content.files.items():
            _write(made / Path(place).name, data)
        made.chmod(0o755)
        if folder.exists():
            folder.rename(old)
        made.rename(folder)
    finally:
        shutil.rmtree(old, ignore_errors=True)
        shutil.rmtree(made, ignore_errors=True)
