"""Archives in buckets, on a real S3 server: what is chosen, what is fetched, and what happens when it breaks off."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import obstore
import pytest

from tests.archive.buckets import BUCKET, COUNTRIES, DAYS, HOURS, NETTESTS, BreakingLine, key, keys, serving
from trigpoint.archive import buckets
from trigpoint.archive.buckets import TRIES, Remote, Selection, mirror, remote
from trigpoint.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CONTENT = b'{"a": 1}\n' * 5_000


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, Any]]:
    """A public archive with three days."""
    objects = {name: name.encode() + _CONTENT for name in keys()}
    with serving(objects | {"README.md": b"not a day's", "raw/20261101/empty/": b""}) as served:
        yield served


@pytest.fixture(autouse=True)
def environment(server: tuple[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Point to the server as a person would."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", server[0])
    monkeypatch.setenv("AWS_REGION", "us-east-1")


def _names(files: list[Path], folder: Path) -> list[str]:
    return [path.relative_to(folder / BUCKET).as_posix() for path in files]


_IRAN = frozenset({"IR"})
_TELEGRAM = frozenset({"telegram"})
_ONE = key(DAYS[0], "00", "IR", "telegram")
_WANTED: list[tuple[str, Selection, list[str]]] = [
    ("raw", Selection(), keys()),
    ("", Selection(), ["README.md", *keys()]),
    ("raw", Selection(since=DAYS[1], until=DAYS[1]), [name for name in keys() if f"/{DAYS[1]}/" in name]),
    ("", Selection(since=DAYS[2]), [name for name in keys() if f"/{DAYS[2]}/" in name]),
    (f"raw/{DAYS[0]}", Selection(countries=_IRAN), [key(DAYS[0], h, "IR", n) for h in HOURS for n in NETTESTS]),
    (
        "raw",
        Selection(nettests=_TELEGRAM, until=DAYS[0]),
        [key(DAYS[0], h, cc, "telegram") for h in HOURS for cc in COUNTRIES],
    ),
    (_ONE, Selection(), [_ONE]),
    (f"raw/{DAYS[0]}/00/IR/telegram", Selection(countries=_IRAN), [_ONE]),
]


@pytest.mark.parametrize(("prefix", "selection", "wanted"), _WANTED)
def test_what_is_wanted_comes_whole(prefix: str, selection: Selection, wanted: list[str], tmp_path: Path) -> None:
    files = mirror(Remote(BUCKET, prefix), tmp_path, selection)
    assert _names(files, tmp_path) == sorted(wanted)
    for path, name in zip(files, sorted(wanted), strict=True):
        assert path.read_bytes() == (b"not a day's" if name == "README.md" else name.encode() + _CONTENT)


def test_nothing_else_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The selection is made by names: no object is fetched, and no folder of another country is listed."""
    asked: list[str] = []
    fetched: list[str] = []
    listing, flat, getting = obstore.list_with_delimiter, obstore.list, obstore.get
    monkeypatch.setattr(
        obstore, "list_with_delimiter", lambda store, prefix: asked.append(prefix) or listing(store, prefix)
    )
    monkeypatch.setattr(obstore, "list", lambda store, prefix: asked.append(prefix) or flat(store, prefix))
    monkeypatch.setattr(obstore, "get", lambda store, name, **k: fetched.append(name) or getting(store, name, **k))
    mirror(Remote(BUCKET, "raw"), tmp_path, Selection(since=DAYS[1], until=DAYS[1], countries=frozenset({"IR"})))
    assert sorted(fetched) == [key(DAYS[1], hour, "IR", name) for hour in HOURS for name in NETTESTS]
    assert asked == ["raw", f"raw/{DAYS[1]}", *(f"raw/{DAYS[1]}/{hour}{end}" for hour in HOURS for end in ("", "/IR"))]


def test_a_second_time_fetches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = mirror(Remote(BUCKET, "raw"), tmp_path, Selection())
    monkeypatch.setattr(obstore, "get", lambda *_, **__: pytest.fail("fetched again"))
    assert mirror(Remote(BUCKET, "raw"), tmp_path, Selection()) == first


def test_a_connection_that_breaks_off_is_taken_up_where_it_was(
    server: tuple[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets, "_PAUSE_SECONDS", 0.01)
    name = key(DAYS[0], "00", "IR", "telegram")
    with BreakingLine(server[0], breaks=2, after=10_000) as line:
        monkeypatch.setenv("AWS_ENDPOINT_URL", line.address)
        (path,) = mirror(Remote(BUCKET, name), tmp_path, Selection())
        assert line.left == 0
    assert path.read_bytes() == name.encode() + _CONTENT
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_one_that_never_holds_is_one_sentence_and_leaves_what_was_there(
    server: tuple[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets, "_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(buckets, "_MOST_PAUSE_SECONDS", 0.001)
    name = key(DAYS[0], "00", "IR", "telegram")
    with BreakingLine(server[0], breaks=1_000, after=5) as line:
        monkeypatch.setenv("AWS_ENDPOINT_URL", line.address)
        with pytest.raises(InputError, match=r"cannot be read|ended after"):
            mirror(Remote(BUCKET, name), tmp_path, Selection())
    assert 1_000 - line.left > TRIES
    assert not (tmp_path / BUCKET / name).exists()


def test_an_object_that_changes_while_it_is_read_is_named(
    server: tuple[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "raw/20261109/00/IR/telegram/changing.jsonl"
    server[1].put_object(Bucket=BUCKET, Key=name, Body=b"old" * 100, ACL="public-read")
    getting = obstore.get

    def changed_first(store: Any, path: str, **options: Any) -> Any:
        server[1].put_object(Bucket=BUCKET, Key=name, Body=b"new" * 100, ACL="public-read")
        return getting(store, path, **options)

    monkeypatch.setattr(obstore, "get", changed_first)
    with pytest.raises(InputError, match=r"changing\.jsonl changed while it was read; run the same command again"):
        mirror(Remote(BUCKET, "raw/20261109"), tmp_path, Selection())
    assert not list((tmp_path / BUCKET).rglob("*.jsonl*"))
    server[1].delete_object(Bucket=BUCKET, Key=name)


def test_one_that_changed_since_is_fetched_anew(server: tuple[str, Any], tmp_path: Path) -> None:
    name = "raw/20261108/00/IR/telegram/later.jsonl"
    server[1].put_object(Bucket=BUCKET, Key=name, Body=b"old", ACL="public-read")
    (path,) = mirror(Remote(BUCKET, name), tmp_path, Selection())
    os.utime(path, (1, 1))  # as if it had been fetched before the object was written again
    server[1].put_object(Bucket=BUCKET, Key=name, Body=b"new", ACL="public-read")
    assert [found.read_bytes() for found in mirror(Remote(BUCKET, name), tmp_path, Selection())] == [b"new"]
    server[1].delete_object(Bucket=BUCKET, Key=name)


@pytest.mark.parametrize(
    ("place", "selection", "sentence"),
    [
        (Remote(BUCKET, "raw"), Selection(since="20300101"), "s3://archive/raw holds nothing that fits the selection"),
        (Remote(BUCKET, "nothing"), Selection(), "s3://archive/nothing holds nothing that fits the selection"),
        (Remote("no-such", ""), Selection(), "s3://no-such/ cannot be read: the server says 404 Not Found"),
    ],
)
def test_what_is_not_there_is_one_sentence(place: Remote, selection: Selection, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        mirror(place, tmp_path, selection)
    assert str(raised.value) == sentence


@pytest.mark.parametrize("name", ["a/../../b", "a//b", "./a", "a\\b", "a/\0"])
def test_a_key_that_leads_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a key that is no path is not read"):
        buckets._local(tmp_path, BUCKET, name)


@pytest.mark.parametrize("address", ["s3://", "s3:///key", "https://bucket/key", "s3://bucket/key?x", "s3://bucket/#x"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(InputError, match="is no address of a bucket"):
        remote(address)


def test_an_address_may_end_in_a_slash() -> None:
    assert remote("s3://b/raw/20261101/") == Remote("b", "raw/20261101")
    assert str(remote("s3://b/raw/")) == "s3://b/raw"


def test_credentials_are_used_only_when_asked(
    server: tuple[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    anonymous, signed = buckets.opened(Remote(BUCKET, "")), buckets.opened(Remote(BUCKET, ""), signed=True)
    assert (anonymous.config["skip_signature"], signed.config.get("skip_signature")) != (True, True)
    assert mirror(Remote(BUCKET, key(DAYS[0], "00", "IR", "telegram")), tmp_path, Selection(), signed=True)
