from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from trigpoint.reference import fetching
from trigpoint.reference.fetching import FetchError, check, fetch

if TYPE_CHECKING:
    from tests.reference.publisher import Publisher


def test_a_file_is_downloaded_with_what_tells_its_edition(publisher: Publisher) -> None:
    publisher.files["/a"] = b"content"
    found = fetch(publisher.url("/a"))
    assert found is not None
    assert (found.content, found.etag) == (b"content", publisher.etag("/a"))
    assert found.last_modified == publisher.modified
    assert publisher.agents[-1].startswith("trigpoint/")


def test_what_has_not_changed_is_not_downloaded_again(publisher: Publisher) -> None:
    publisher.files["/a"] = b"content"
    assert fetch(publisher.url("/a"), publisher.etag("/a")) is None
    assert fetch(publisher.url("/a"), None, publisher.modified) is None
    publisher.files["/a"] = b"newer"
    assert fetch(publisher.url("/a"), '"another"') is not None


@pytest.mark.parametrize(
    "url",
    ["http://example.org/a", "ftp://127.0.0.1/a", "file:///etc/passwd", "https:///a", "a", "", "https://[::1/a"],
)
def test_nothing_is_taken_from_elsewhere_without_encryption(url: str) -> None:
    with pytest.raises(FetchError, match="is no address with https"):
        check(url)
    with pytest.raises(FetchError):
        fetch(url)


@pytest.mark.parametrize(
    "url", ["https://example.org/a", "http://127.0.0.1:1/a", "http://localhost/a", "http://[::1]/"]
)
def test_encrypted_addresses_and_this_machine_itself_are_fine(url: str) -> None:
    check(url)


def test_a_redirect_away_from_encryption_is_not_followed(publisher: Publisher) -> None:
    publisher.redirects["/a"] = "http://example.org/a"
    with pytest.raises(FetchError, match="is no address with https"):
        fetch(publisher.url("/a"))
    publisher.files["/c"] = b"content"
    publisher.redirects["/b"] = publisher.url("/c")
    assert fetch(publisher.url("/b")) == fetch(publisher.url("/c"))


def test_a_refusal_is_one_sentence(publisher: Publisher) -> None:
    with pytest.raises(FetchError, match="the server answers 404"):
        fetch(publisher.url("/missing"))


def test_not_modified_without_being_asked_is_a_failure(publisher: Publisher) -> None:
    publisher.statuses["/a"] = 304
    with pytest.raises(FetchError, match="the server answers 304"):
        fetch(publisher.url("/a"))


def test_what_ends_early_or_is_too_large_is_refused(publisher: Publisher) -> None:
    publisher.files["/a"] = b"content"
    publisher.lacking["/a"] = 3
    with pytest.raises(FetchError, match=r"ended after|cannot be downloaded"):
        fetch(publisher.url("/a"))
    publisher.files["/b"] = b"x" * (3 << 20)
    with pytest.raises(FetchError, match="larger than 2 MiB"):
        fetch(publisher.url("/b"), largest=2 << 20)


def test_a_server_that_is_not_there_is_one_sentence(publisher: Publisher) -> None:
    publisher.close()
    with pytest.raises(FetchError, match="cannot be downloaded"):
        fetch(publisher.url("/a"))


def test_what_is_no_http_is_one_sentence(publisher: Publisher) -> None:
    publisher.statuses["/a"] = 0
    with pytest.raises(FetchError, match="cannot be downloaded"):
        fetch(publisher.url("/a"))


def test_a_download_does_not_wait_for_ever() -> None:
    assert 0 < fetching._SECONDS <= 120
