"""What is said arrives as it was said, worlds included."""

from __future__ import annotations

import pickle

import msgspec
import pytest

from trigpoint.lab.fabrics.kernel.messages import ActList, Open, Plan, Refused, Reply, Request, refusal
from trigpoint.lab.fabrics.kernel.sockets import Wanted
from trigpoint.lab.world.load import load, names


@pytest.mark.parametrize("name", names())
def test_every_world_survives_the_way(name: str) -> None:
    plan = Plan(load(name), seed=7)
    assert pickle.loads(pickle.dumps(plan)) == plan  # noqa: S301 - our own


@pytest.mark.parametrize(
    "message",
    [
        Request(1, Open("a1/client", Wanted("connect", ("", 0), ("192.0.2.1", 80)))),
        Reply(2, ActList(0, 0, ())),
        Reply(0, Refused("no", 2)),
    ],
)
def test_messages_survive_the_way(message: Request | Reply) -> None:
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(message), type=type(message)) == message


def test_a_refusal_names_what_it_is_about() -> None:
    assert refusal(FileNotFoundError(2, "No such file", b"x")) == Refused("No such file", 2, b"x")
    assert refusal(OSError(5, "broken")) == Refused("broken", 5)
    assert refusal(ValueError("why")) == Refused("why")
