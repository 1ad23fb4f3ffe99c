"""The sample as a folder of files, in every shape in which archives hand out measurements."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import zstandard

from trigpoint.sample.calendar import records
from trigpoint.sample.country import DAYS, FIRST_DAY, categories

if TYPE_CHECKING:
    from pathlib import Path

    from trigpoint.sample.scenario import Scenario

_ZSTD_DAY = f"{FIRST_DAY + timedelta(days=3)}"
_POSTCAN_DAY = f"{FIRST_DAY + timedelta(days=9)}"
_LAST_DAY = FIRST_DAY + timedelta(days=DAYS - 1)
_JSON_NETTEST = "signal"

README = """\
Fictional measurements

Every file in this folder is invented, those in `measurements` too. `XL` is not a country; its networks, sites, pages
and certificates do not exist, its addresses are nobody's that answers, and nothing here says anything about a real
network. Records carry the annotation `fictional: true` and the software name `trigpoint-sample`. The format is OONI's.

measurements/
  *.jsonl.gz    one file a day, one measurement a line
  *.jsonl.zst   one day, compressed the other way
  *.tar.gz      one day as a postcan: one member a measurement
  *.json        one measurement alone
  broken.jsonl  a whole measurement and four lines that are broken on purpose, so that a report has rejects to show
categories.csv  domain, category
"""
"""Text of the file beside the data."""


def write(folder: Path, seed: int = 2014) -> list[Path]:
    """Write the sample; gives the files that hold measurements, sorted. The same seed writes the same bytes.

    Raises:
        OSError: the folder cannot be made or written.

    """
    measurements = folder / "measurements"
    measurements.mkdir(parents=True, exist_ok=True)
    contents = files(seed)
    for name, content in contents.items():
        (measurements / name).write_bytes(content)
    (folder / "README.txt").write_text(README, encoding="utf-8")
    (folder / "categories.csv").write_text(categories(), encoding="utf-8")
    return sorted(measurements / name for name in contents)


def files(seed: int = 2014) -> dict[str, bytes]:
    """Give the name and content of each file that holds measurements."""
    days: dict[str, list[bytes]] = {}
    alone: bytes | None = None
    every = list(records(seed))
    for scenario, record in every:
        if alone is None and scenario.nettest == _JSON_NETTEST:
            alone = encode(record)
            continue
        days.setdefault(_day(record), []).append(encode(record))
    contents: dict[str, bytes] = {"signal.json": alone or b"{}", "broken.jsonl": _broken(every)}
    for day, lines in sorted(days.items()):
        contents |= _file(day, lines)
    return contents


def encode(record: dict[str, Any]) -> bytes:
    """Write a record as one line of JSON, without its line end."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def _day(record: dict[str, Any]) -> str:
    """Give the day on which the collector received it, as archives do; the run's number begins with it."""
    stamp = record["report_id"]
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"


def _file(day: str, lines: list[bytes]) -> dict[str, bytes]:
    if day == _POSTCAN_DAY:
        return {f"XL-{day}.tar.gz": _postcan(day, lines)}
    text = b"".join(line + b"\n" for line in lines)
    if day == _ZSTD_DAY:
        return {f"XL-{day}.jsonl.zst": zstandard.ZstdCompressor(level=9).compress(text)}
    return {f"XL-{day}.jsonl.gz": gzip.compress(text, mtime=0)}


def _postcan(day: str, lines: list[bytes]) -> bytes:
    """Pack one ``.post`` member a measurement, named by its uid, as OONI's collector does."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for number, line in enumerate(lines):
            uid = f"{day.replace('-', '')}12{number // 60:02d}{number % 60:02d}.000000_XL_sample_{number:016x}"
            content = b'{"format":"json","content":' + line + b"}"
            member = tarfile.TarInfo(f"{uid}.post")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), mtime=0)


def _broken(every: list[tuple[Scenario, dict[str, Any]]]) -> bytes:
    """Give a file as a crash leaves it behind: one whole record, and four lines that are none."""
    whole = encode(every[0][1] | {"measurement_start_time": f"{_LAST_DAY} 23:00:00"})
    lines = (whole, whole[: len(whole) // 2], b"{not JSON}", b'["a list, not a record"]', b'{"fictional": "true"}')
    return b"\n".join(lines) + b"\n"
