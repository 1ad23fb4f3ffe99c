"""A real S3 server on loopback with a small archive, and a line to it that breaks off."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import boto3
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer

if TYPE_CHECKING:
    from collections.abc import Iterator

BUCKET = "archive"
_ANY = "the server takes any"
DAYS = ("20261101", "20261102", "20261103")
HOURS = ("00", "13")
COUNTRIES = ("CN", "IR")
NETTESTS = ("telegram", "webconnectivity")


def key(day: str, hour: str, country: str, nettest: str) -> str:
    """Name an object as the archive does."""
    return f"raw/{day}/{hour}/{country}/{nettest}/{day}{hour}_{country}_{nettest}.n1.0.jsonl"


def keys() -> list[str]:
    """Name every object."""
    return [key(*parts) for parts in ((d, h, c, n) for d in DAYS for h in HOURS for c in COUNTRIES for n in NETTESTS)]


@contextmanager
def serving(objects: dict[str, bytes]) -> Iterator[tuple[str, Any]]:
    """Serve a public bucket; gives the address and a client that may write."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        address = f"http://{host}:{port}"
        client = boto3.client(
            "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key=_ANY
        )
        client.create_bucket(Bucket=BUCKET, ACL="public-read")
        for name, content in objects.items():
            client.put_object(Bucket=BUCKET, Key=name, Body=content, ACL="public-read")
        yield address, client
    finally:
        s3_backends.reset()  # it belongs to the process and not to the server
        server.stop()


class BreakingLine:
    """Passes connections on to a server, and breaks the answers of the first few requests for objects off."""

    def __init__(self, target: str, *, breaks: int, after: int) -> None:
        self._host, port = target.removeprefix("http://").split(":")
        self._port = int(port)
        self.left, self._after = breaks, after
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.address = ""

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        self._loop.run_until_complete(self._begin())
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._server.close()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _begin(self) -> None:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self._ready.set()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one request, each on a connection of its own, and its answer, or the beginning of that."""
        upstream = None
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            upstream, onward = await asyncio.open_connection(self._host, self._port)
            onward.write(head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            asked = head.split(b"\r\n", 1)[0]
            is_object = asked.startswith(b"GET") and b".jsonl" in asked and b"?" not in asked
            breaks = is_object and self.left > 0
            self.left -= int(breaks)
            answer = await upstream.read()
            writer.write(answer[: answer.index(b"\r\n\r\n") + self._after] if breaks else answer)
            await writer.drain()
            onward.close()
        finally:
            writer.transport.abort() if upstream is None else writer.close()
