"""HTTP round trips (df-001), and the redirect chain that gives every step its depth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from trigpoint.archive.ooni.recorder import BODY_BYTES, CONTROL, PROBE, pointers, tags_of, transaction_of
from trigpoint.archive.ooni.values import body_content, failure_of, plain, text
from trigpoint.model.step import HttpRoundTrip
from trigpoint.net.names import parse_url, split_endpoint
from trigpoint.net.titles import title_of

if TYPE_CHECKING:
    from trigpoint.archive.ooni.raw import RawRequest, RawResponse, RawRoundTrip
    from trigpoint.archive.ooni.recorder import Recorder, Scope
    from trigpoint.net.names import Url

_STATUSES = range(100, 1_000)  # RFC 9110, section 15: three digits; anything else is how probes write "none"
_LONGEST_HEADERS = 65_536  # characters of all headers of a response; servers and proxies limit them to far less
_LETTERS = len("location")  # looking at them first saves a third
_PLAIN = {str}


def add_round_trips(recorder: Recorder, requests: list[RawRoundTrip | None], scope: Scope) -> None:
    """Read a list of round trips; what the list says of redirects must have been read before (:func:`hops_of`)."""
    for pointer, raw in zip(pointers(f"{scope.pointer}/requests", requests), requests, strict=False):
        if raw is not None:
            add_round_trip(recorder, raw, scope, pointer)


def add_round_trip(recorder: Recorder, raw: RawRoundTrip, scope: Scope, pointer: str) -> None:
    """Read one HTTP round trip. One made through Tor was made outside, so it is the control of older nettests."""
    request, response = raw.request, raw.response
    written_url = request.url if request is not None and request.url else ""
    failure = failure_of(raw.failure)
    if not written_url and response is None and failure is None:
        return
    url = parse_url(written_url)
    tags, hop = tags_of(raw.tags, scope.mark)
    if hop is None and scope.is_chain:
        hop = recorder.request_hops.get(pointer)
    address = split_endpoint(raw.address)[0] if raw.address else None
    if response is None:
        status = headers = location = title = size = sha256 = None
    else:
        status = response.code if response.code in _STATUSES else None
        headers, location = header_text(response.headers_list, response.headers)
        title, size, sha256 = _body(recorder, response, status)
    recorder.steps.append(
        HttpRoundTrip(
            len(recorder.steps),
            pointer,
            CONTROL if request is not None and _is_through_tor(request) else PROBE,
            hop,
            transaction_of(raw),
            raw.t0,
            raw.t,
            tags,
            failure,
            url.text,
            url.scheme,
            url.host,
            url.port,
            _host_header(request, url) if request is not None else None,
            text(request.method) if request is not None else None,
            address,
            text(raw.alpn),
            status,
            headers,
            location,
            title,
            size,
            sha256,
            response.body_is_truncated if response is not None else None,
        )
    )


def _body(recorder: Recorder, response: RawResponse, status: int | None) -> tuple[str | None, int | None, str | None]:
    """Give title, length and hash of a body. An empty one without a status is how probes write that there is none."""
    content = body_content(response.body)
    if content is None or (not content and status is None):
        length = response.x_body_length
        return None, length if length is not None and length >= 0 else None, None
    if not content:
        return None, 0, recorder.body(content)
    return title_of(content[:BODY_BYTES]), len(content), recorder.body(content)


def _is_through_tor(request: RawRequest) -> bool:
    return isinstance(request.tor, dict) and request.tor.get("is_tor") is True


def _host_header(request: RawRequest, url: Url) -> str | None:
    headers = request.headers
    value = headers.get("Host") if isinstance(headers, dict) else None
    if value is None:
        value = next(
            (value for name, value in header_pairs(request.headers_list, headers) if name.lower() == "host"), None
        )
    if not isinstance(value, str) or not value or value == url.host:
        return None
    host = split_endpoint(value)[0]
    return None if host is None or host == url.host else host


def header_pairs(listed: Any, mapped: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - hostile JSON
    """Read headers: the list that keeps order and repeats where there is one, else the map. Values may be base64.

    >>> header_pairs([("A", "1"), ["B", {"format": "base64", "data": "Mg=="}]], None)
    [('A', '1'), ('B', '2')]
    >>> header_pairs(None, {"A": ["1", "2"]})
    [('A', '1'), ('A', '2')]
    """
    items = listed if listed and isinstance(listed, list) else _mapped(mapped)
    if isinstance(items, dict):
        return list(items.items())
    found: list[tuple[str, str]] = []
    for item in items:
        try:
            name, value = item
        except (TypeError, ValueError):
            continue
        if type(name) is str and type(value) is str:
            found.append((name, value))
        elif (named := plain(name)) is not None and (valued := plain(value)) is not None:
            found.append((named, valued))
    return found


def _mapped(headers: Any) -> list[Any] | dict[str, str]:  # noqa: ANN401 - hostile JSON
    if isinstance(headers, list):
        return headers
    if not isinstance(headers, dict):
        return []
    if set(map(type, headers.values())) == _PLAIN:
        return headers
    return [
        (name, value)
        for name, values in headers.items()
        for value in (values if isinstance(values, list) else (values,))
    ]


def header_text(listed: Any, mapped: Any) -> tuple[str | None, str | None]:  # noqa: ANN401 - hostile JSON
    """Write headers one a line, and give the first ``Location``. Line ends inside a value become blanks."""
    pairs = header_pairs(listed, mapped)
    if not pairs:
        return None, None
    locations = [value for name, value in pairs if len(name) == _LETTERS and name.lower() == "location"]
    lines = list(map(": ".join, pairs))
    written = "\n".join(lines)
    if "\r" in written or written.count("\n") >= len(lines):
        written = "\n".join(" ".join(line.splitlines()) for line in lines)
    return written[:_LONGEST_HEADERS], text(locations[0].strip()) if locations else None


def hops_of(requests: list[RawRoundTrip | None], measured: str | None, *, is_newest_first: bool) -> list[int | None]:
    """Find the redirect depth of each round trip of a list, from tags, else by following ``Location``.

    Args:
        requests: the list as recorded.
        measured: the input. None: the nettest has none, so nothing is a redirect of it.
        is_newest_first: whether the list is one redirect chain with its end first, as ``web_connectivity`` writes it;
            then position decides where following leads nowhere.

    """
    hops = [tags_of(raw.tags, "")[1] if raw is not None else None for raw in requests]
    if not measured or None not in hops:
        return hops
    by_url: dict[str, list[tuple[int, RawRoundTrip]]] = {}
    for number, raw in enumerate(requests):
        if raw is not None and raw.request is not None and raw.request.url:
            by_url.setdefault(_comparable(raw.request.url), []).append((number, raw))
    _follow(by_url, hops, measured)
    if is_newest_first:
        hops = [len(hops) - 1 - number if hop is None else hop for number, hop in enumerate(hops)]
    return hops


def _follow(by_url: dict[str, list[tuple[int, RawRoundTrip]]], hops: list[int | None], measured: str) -> None:
    """Walk from the input to where its answers lead. A URL is visited once, so a loop of redirects ends."""
    url = measured if parse_url(measured).scheme else f"http://{measured}"
    depth = 0
    while True:
        onward = None
        for number, raw in by_url.pop(_comparable(url), ()):
            if hops[number] is None:
                hops[number] = depth
            if onward is None and raw.response is not None:
                onward = header_text(raw.response.headers_list, raw.response.headers)[1]
        if onward is None:
            return
        try:
            url = urljoin(url, onward)
        except ValueError:
            return
        depth += 1


def _comparable(url: str) -> str:
    """Write a URL so that the forms that programs make of it are equal: host as A-label, no fragment, a path."""
    parsed = parse_url(url.split("#", 1)[0])
    if parsed.host is None or parsed.scheme is None:
        return parsed.text
    _, _, rest = parsed.text.partition("://")
    path = rest[len(rest.split("/", 1)[0].split("?", 1)[0]) :]
    return f"{parsed.scheme}://{parsed.host}:{parsed.port}{path if path.startswith('/') else '/' + path}"
