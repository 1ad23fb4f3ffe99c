from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trigpoint.lab.services import cache as module
from trigpoint.lab.services.cache import Cache, lifetime
from trigpoint.net.dns_message import NXDOMAIN, SERVFAIL, Message
from trigpoint.net.dns_records import SOA, Record, Soa, address_record, opt_record, soa_data

SOA_RECORD = Record("example", SOA, 300, soa_data(Soa("ns.example", "h.example", minimum=60)))


def positive(*ttls: int) -> Message:
    return Message(1, 0, answers=tuple(address_record("a.example", ttl, "192.0.2.1") for ttl in ttls))


def test_an_answer_lives_as_long_as_its_shortest_record() -> None:
    assert lifetime(positive(300, 20, 100)) == 20


def test_a_negative_answer_lives_as_long_as_its_soa_says_and_no_longer() -> None:
    assert lifetime(Message(1, 0, authority=(SOA_RECORD,))) == 60
    assert lifetime(Message(1, NXDOMAIN, authority=(SOA_RECORD,))) == 60
    assert lifetime(Message(1, NXDOMAIN)) == 0


def test_a_failure_is_not_remembered() -> None:
    assert lifetime(Message(1, SERVFAIL, answers=positive(10).answers)) == 0


@given(st.integers(0, 1_000), st.floats(0, 2_000))
def test_what_is_remembered_has_the_time_that_is_left(ttl: int, age: float) -> None:
    cache = Cache()
    cache.put("a.example", 1, positive(ttl), 100.0)
    found = cache.get("a.example", 1, 100.0 + age)
    if found is None:
        assert age >= ttl
    else:
        assert 0 < found.answers[0].ttl <= ttl - age + 1


def test_the_options_of_a_message_have_no_age() -> None:
    cache = Cache()
    cache.put("a.example", 1, Message(1, 0, answers=(*positive(50).answers, opt_record())), 0.0)
    found = cache.get("a.example", 1, 0.0)
    assert found is None or found.answers[1] == opt_record()


def test_only_so_much_is_remembered(monkeypatch: object) -> None:
    monkeypatch.setattr(module, "MOST_ENTRIES", 2)  # type: ignore[attr-defined]
    cache = Cache()
    for name in ("a", "b", "c"):
        cache.put(name, 1, positive(50), 0.0)
    assert [cache.get(name, 1, 1.0) is not None for name in ("a", "b", "c")] == [False, True, True]
    assert cache.get("b", 28, 1.0) is None
