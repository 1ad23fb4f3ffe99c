"""A log is read as it was written, and what is no act is counted with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.errors import InputError
from trigpoint.lab.engine.event import Event
from trigpoint.lab.log import LONGEST_LINE, Logged, load, read, written

if TYPE_CHECKING:
    from pathlib import Path

EVENT = Event(
    1.5, "sni", "tls_reset", "reset", "tls.reset.sni", "suffix x", "x.example", "tcp", "192.0.2.2", 40_000,
    "203.0.113.9", 443, True, "00ff", 583, 2,
)  # fmt: skip
ENTRY = Logged("a1", EVENT)

words = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20)
events = st.builds(
    Event,
    time=st.floats(0, 1e9),
    censor=words,
    behaviour=words,
    act=words,
    cause=words,
    rule=st.text(max_size=20),
    name=st.text(max_size=40),
    protocol=st.sampled_from(["tcp", "udp", "icmp", "other"]),
    client=st.text(max_size=20),
    client_port=st.integers(0, 65_535),
    server=st.text(max_size=20),
    server_port=st.integers(0, 65_535),
    outward=st.booleans(),
    packet=st.text(max_size=16),
    packet_bytes=st.integers(0, 65_535),
    injected=st.integers(0, 99),
)


@given(st.lists(st.builds(Logged, words, events), max_size=5))
def test_what_was_written_is_read(entries: list[Logged]) -> None:
    log = read(map(written, entries))
    assert log.entries == tuple(entries)
    assert log.rejects == ()


def test_the_network_stands_beside_the_fields_of_the_event() -> None:
    line = written(ENTRY)
    assert line.startswith(b'{"network":"a1","time":1.5,"censor":"sni"')
    assert line.count(b"\n") == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "truncated"),
        (b"[]", "Expected `object`"),
        (b'{"network":"a1"}', "missing required field"),
        (written(ENTRY).replace(b'"tcp"', b'"sctp"'), "Invalid enum value"),
        (written(ENTRY).replace(b"1.5", b'"late"'), "Expected `float`"),
        (b"\xff\xfe", "malformed"),
        (written(ENTRY).replace(b'"a1"', b'"a\\u001b[2J"'), "network: 'a\\x1b[2J' holds a control character"),
        (written(ENTRY).replace(b'"sni"', b'"x\\n"'), "censor: 'x\\n' holds"),
        (written(ENTRY).replace(b'"tcp"', b'"\\u001b[2J"'), "\\x1b[2J"),
        (b"[" * 5_000, "not an act"),
        (b" " * LONGEST_LINE + written(ENTRY), "more than"),
    ],
)
def test_a_line_that_is_no_act_is_a_reject_with_number_and_reason(line: bytes, reason: str) -> None:
    log = read([written(ENTRY), b"\n", line])
    assert log.entries == (ENTRY,)
    assert [reject.line for reject in log.rejects] == [3]
    assert reason in log.rejects[0].reason
    assert log.rejects[0].reason.isprintable()


@given(st.lists(st.binary(max_size=40), max_size=5))
def test_any_bytes_give_acts_or_rejects(lines: list[bytes]) -> None:
    log = read(lines)
    assert len(log.entries) + len(log.rejects) == len([line for line in lines if line.strip()])


def test_a_file_with_a_line_without_end_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(written(ENTRY) + b"x" * (3 * LONGEST_LINE) + b"\n" + written(ENTRY) + b"y" * (2 * LONGEST_LINE))
    log = load(path)
    assert log.entries == (ENTRY, ENTRY)
    assert [reject.line for reject in log.rejects] == [2, 4]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        load(tmp_path / "nowhere")
