"""What holds for every behaviour."""

from __future__ import annotations

import ast
import inspect
import sys
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.lab.cases import CASES, Case
from tests.lab.talks import CLIENTS, Talk, engine, is_untouched
from trigpoint.errors import InputError
from trigpoint.lab.catalogue import behaviours, censor
from trigpoint.lab.engine.engine import Engine
from trigpoint.lab.engine.outcome import Verdict
from trigpoint.model.explanation import EXPLANATIONS
from trigpoint.model.mechanism import MECHANISMS
from trigpoint.net.packets import ACK, SYN, Segment, address_bytes, parse, tcp, udp

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = sorted(behaviours())
PLAYS = [(name, version) for name in NAMES for version in CASES[name].versions]
FLOWS = 200
CHANCES = {"dns_drop": 2, "dns_injection": 2}
"""How often a flow of a case asks for it, where that is not once: a query is drawn for by itself."""
SPARED = [(name, version) for name in NAMES for version in CASES[name].spared]


def made(name: str, **more: object) -> Engine:
    return engine({"behaviour": name, **CASES[name].parameters, **more})


def test_every_behaviour_has_a_case_and_no_case_is_of_none() -> None:
    assert sorted(CASES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_it_declares_its_module_known_causes_and_where_it_was_described(name: str) -> None:
    behaviour = behaviours()[name]
    assert behaviour.name == name
    assert behaviour.meaning
    assert behaviour.source
    assert set(behaviour.causes) <= set(MECHANISMS) | set(EXPLANATIONS)
    assert set(behaviour.paths) <= {"on", "in"}


@pytest.mark.parametrize("name", NAMES)
def test_its_example_makes_a_censor(name: str) -> None:
    assert censor("x", name, behaviours()[name].example).cause in behaviours()[name].causes


def structs(kind: type) -> Iterator[type]:
    yield kind
    for field in msgspec.structs.fields(kind):
        for part in (field.type, *getattr(field.type, "__args__", ())):
            if isinstance(part, type) and issubclass(part, msgspec.Struct):
                yield from structs(part)


@pytest.mark.parametrize("name", NAMES)
def test_each_parameter_has_a_string_beneath_it(name: str) -> None:
    for kind in structs(behaviours()[name].parameters):
        body = ast.parse(inspect.getsource(sys.modules[kind.__module__])).body
        tree = next(node for node in body if isinstance(node, ast.ClassDef) and node.name == kind.__name__)
        for node, after in zip(tree.body, [*tree.body[1:], None], strict=True):
            if isinstance(node, ast.AnnAssign):
                assert isinstance(after, ast.Expr), f"{kind.__name__}.{ast.unparse(node.target)}"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"colour": 1}, "`colour`"),
        ({"placement": {"hop": -1}}, "`placement.hop`"),
        ({"placement": {"colour": 1}}, "`colour` - at `placement`"),
        ({"schedule": {"windows": [{"start": "x", "end": 1}]}}, r"`schedule.windows\[0\].start`"),
        ({"residual": {"seconds": 0}}, "`residual.seconds`"),
    ],
)
def test_an_unknown_key_or_a_value_that_cannot_be_is_named(name: str, wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(InputError, match=f"censor 'x' .{name}.: .*{named}"):
        censor("x", name, {**CASES[name].parameters, **wrong})


@pytest.mark.parametrize(("name", "version"), PLAYS)
def test_it_acts_and_logs_a_cause_that_it_declares(name: str, version: int) -> None:
    filter_ = made(name)
    talk = CASES[name].talk(filter_, version)
    CASES[name].play(talk)
    assert filter_.events, talk.lines
    assert {event.cause for event in filter_.events} <= set(behaviours()[name].causes)
    first = filter_.events[0]
    assert (first.client, first.client_port, first.behaviour) == (CLIENTS[version], 40_000, name)
    assert not all(map(is_untouched, talk.outcomes)), talk.lines


@pytest.mark.parametrize(("name", "version"), [play for play in PLAYS if CASES[play[0]].on_path])
def test_on_the_path_it_injects_and_cannot_touch_the_original(name: str, version: int) -> None:
    filter_ = made(name, placement={"path": "on", "hop": 4})
    talk = CASES[name].talk(filter_, version)
    CASES[name].play(talk)
    assert any(outcome.injections for outcome in talk.outcomes)
    for outcome in talk.outcomes:
        assert (outcome.verdict, outcome.delay, outcome.packet) == (Verdict.PASS, 0.0, None)
        assert all(one.hop == 4 for one in outcome.injections)


@pytest.mark.parametrize("name", [name for name in NAMES if "on" not in behaviours()[name].paths])
def test_what_needs_the_path_cannot_be_put_beside_it(name: str) -> None:
    with pytest.raises(InputError, match="path: "):
        made(name, placement={"path": "on"})


spared_packets = st.tuples(
    st.binary(max_size=60), st.integers(0, 255), st.integers(0, 2**32 - 1), st.integers(32_768, 65_535), st.booleans()
)


@pytest.mark.parametrize(("name", "version"), SPARED)
@given(packet=spared_packets, outward=st.booleans())
def test_other_flows_pass_as_they_are(
    name: str, version: int, packet: tuple[bytes, int, int, int, bool], outward: bool
) -> None:
    payload, flags, sequence, port, is_tcp = packet
    asks_inside = SYN | ACK if outward else SYN  # and not the spared server
    assume(flags & (SYN | ACK) != asks_inside)
    case, filter_ = CASES[name], made(name)
    if version in case.versions:
        case.play(case.talk(filter_, version))
    ends = ((address_bytes(CLIENTS[version]), port), (address_bytes(case.spared[version]), case.spared_port))
    source, target = ends if outward else ends[::-1]
    data = tcp(source, target, Segment(sequence, 0, flags, payload=payload)) if is_tcp else udp(source, target, payload)
    before = list(filter_.events)
    assert is_untouched(filter_.handle(data, 1.0, outward=outward))
    assert list(filter_.events) == before


def together(case: Case, first: Talk, second: Talk) -> None:
    """Play two conversations in turns: every packet of the one is followed by one of the other."""
    plays: list[Talk] = [first, second]
    recorded: list[list[tuple[bytes, str, bool, float]]] = [[], []]
    for talk, record in zip(plays, recorded, strict=True):
        alone = case.talk(Engine(()), 4 if len(talk.client[0]) == 4 else 6, talk.client[1])

        def show(data: bytes, label: str, *, outward: bool, talk: Talk = alone, record: list[Any] = record) -> str:
            record.append((data, label, outward, talk.now))
            return ""

        alone.show = show  # type: ignore[method-assign]
        case.play(alone)
    for turn in zip(*recorded, strict=True):
        for talk, (data, label, outward, now) in zip(plays, turn, strict=True):
            talk.now = now
            talk.show(data, label, outward=outward)


@pytest.mark.parametrize(("name", "version"), PLAYS)
def test_two_flows_at_once_are_treated_as_each_alone(name: str, version: int) -> None:
    case = CASES[name]
    parameters = {key: value for key, value in case.parameters.items() if key != "residual"}
    alone = case.talk(engine({"behaviour": name, **parameters}), version)
    case.play(alone)
    both = engine({"behaviour": name, **parameters})
    first, second = case.talk(both, version), case.talk(both, version, 40_001)
    together(case, first, second)
    assert first.lines == alone.lines
    assert not all(map(is_untouched, second.outcomes))


@pytest.mark.parametrize(("name", "version"), PLAYS)
def test_one_seed_gives_one_story(name: str, version: int) -> None:
    stories = []
    for _ in range(2):
        filter_ = made(name)
        CASES[name].play(CASES[name].talk(filter_, version))
        stories.append([event.story for event in filter_.events])
    assert stories[0] == stories[1]


@pytest.mark.parametrize("name", NAMES)
def test_outside_its_time_it_does_nothing(name: str) -> None:
    filter_ = made(name, schedule={"windows": [{"start": 100, "end": 200}]})
    version = CASES[name].versions[0]
    talk = CASES[name].talk(filter_, version)
    CASES[name].play(talk)
    assert all(map(is_untouched, talk.outcomes))
    assert not filter_.events
    later = CASES[name].talk(filter_, version, 40_001)
    later.now = 150.0
    CASES[name].play(later)
    assert filter_.events


@pytest.mark.parametrize("name", NAMES)
def test_what_never_comes_past_it_is_left_alone(name: str) -> None:
    for placement in ({"flow_hash_miss": 1.0}, {"fire_probability": 0.0}):
        filter_ = made(name, placement=placement)
        talk = CASES[name].talk(filter_, CASES[name].versions[0])
        CASES[name].play(talk)
        assert all(map(is_untouched, talk.outcomes))


@pytest.mark.parametrize("name", NAMES)
def test_it_fires_in_the_share_of_flows_that_it_is_told(name: str) -> None:
    filter_ = made(name, placement={"fire_probability": 0.5}, residual=None)
    fired = 0
    for port in range(40_000, 40_000 + FLOWS):
        before = len(filter_.events)
        CASES[name].play(CASES[name].talk(filter_, CASES[name].versions[0], port))
        fired += len(filter_.events) > before
    assert fired / FLOWS == pytest.approx(1 - 0.5 ** CHANCES.get(name, 1), abs=0.1)


def test_no_bytes_at_all_make_the_engine_fail() -> None:
    every = [{"id": name, "behaviour": name, **case.parameters} for name, case in CASES.items()]
    seeds = [talk_bytes(case) for case in CASES.values()]

    @given(
        st.sampled_from([data for seed in seeds for data in seed]),
        st.integers(0, 1500),
        st.binary(max_size=40),
        st.booleans(),
    )
    def fuzz(data: bytes, cut: int, noise: bytes, outward: bool) -> None:
        filter_ = engine(*every)
        for packet in (data, data[:cut] + noise, data[:cut] + noise + data[cut + len(noise) :], noise):
            outcome = filter_.handle(packet, 0.0, outward=outward)
            assert outcome.delay >= 0
            assert all(parse(injection.packet) for injection in outcome.injections)

    fuzz()


def talk_bytes(case: Case) -> list[bytes]:
    record: list[bytes] = []
    for version in case.versions:
        talk = case.talk(Engine(()), version)
        case.play(talk)
        record += talk.packets
    return record
