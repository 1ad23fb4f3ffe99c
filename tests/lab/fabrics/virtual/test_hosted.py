"""The virtual fabric with its services."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.lab.fabrics.worlds import WEB, world
from trigpoint.lab.fabrics.virtual.hosted import HostedFabric


async def _fetched(fabric: HostedFabric) -> bytes:
    got = bytearray()
    closed = asyncio.get_running_loop().create_future()

    class Reader(asyncio.Protocol):
        def data_received(self, data: bytes) -> None:
            got.extend(data)

        def connection_lost(self, _: Exception | None) -> None:
            closed.set_result(None)

    transport, _ = await fabric.stack().connect(Reader, (WEB, 80))
    transport.write(b"GET / HTTP/1.1\r\nHost: free.example\r\nConnection: close\r\n\r\n")
    await closed
    transport.close()
    return bytes(got)


def present(fabric: HostedFabric) -> list[bool]:
    return [Path(bundle).is_file() for bundle in fabric.bundles.values()]


def test_services_answer_and_everything_goes_with_the_end(tmp_path: Path) -> None:
    fabric = HostedFabric(world(), capture=tmp_path / "c.pcap")

    async def main() -> tuple[bytes, list[bool]]:
        await fabric.start()
        answer = await _fetched(fabric)
        files = present(fabric)
        await fabric.close()
        await fabric.close()
        return answer, files

    with asyncio.Runner(loop_factory=fabric.loop) as runner:
        answer, files = runner.run(main())
    assert answer.startswith(b"HTTP/1.1 200")
    assert all(files)
    assert set(fabric.bundles) == {"a1/client", "a2/client", "a1", "control", "outside"}
    assert not any(present(fabric))
    assert fabric.events() == ()
