"""Downloads of statistics from a publisher on loopback: answers in the sources' formats, and what goes wrong."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest

from trigpoint.errors import InputError
from trigpoint.reference.statistics import update as updating
from trigpoint.reference.statistics.catalogue import READERS, STATISTICS
from trigpoint.reference.statistics.folder import read, statistics_home
from trigpoint.reference.statistics.update import ATTEMPTS, update

if TYPE_CHECKING:
    from pathlib import Path

    from tests.reference.publisher import Publisher
    from trigpoint.reference.intake import Outcome

ENTRY = {"indicator": {"id": "SP.POP.TOTL"}, "country": {"id": "KE"}, "date": "2024", "value": 56_432_944}
PEOPLE = json.dumps([{"page": 1, "pages": 1, "lastupdated": "2026-10-07"}, [ENTRY]]).encode()
ERROR = json.dumps([{"message": [{"id": "175", "value": "The indicator was not found."}]}]).encode()


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIGPOINT_REFERENCE", str(tmp_path / "reference"))


def _asked(publisher: Publisher, path: str = "/people", name: str = "population") -> Outcome:
    (outcome,) = update([name], {name: publisher.url(path)}, pause=0)
    return outcome


def test_an_answer_is_kept_and_read_with_its_vintage(publisher: Publisher) -> None:
    publisher.files["/people"] = PEOPLE
    outcome = _asked(publisher)
    assert (outcome.rows, outcome.is_new, outcome.problem) == (1, True, None)
    (series,) = read(statistics_home()).series
    assert (series.metric, series.points[0].value) == ("population", 56_432_944)
    record = series.record
    assert (record.organisation, record.licence, record.vintage) == ("World Bank", "CC-BY-4.0", "2026-10-07")
    assert record.url.startswith("https://api.worldbank.org/v2/country/all/indicator/SP.POP.TOTL?")
    assert record.retrieved == publisher.day


SHARES = json.dumps([
    {"page": 1, "pages": 1, "per_page": 20000, "total": 1, "sourceid": "2", "lastupdated": "2026-10-07"},
    [{"indicator": {"id": "IT.NET.USER.ZS", "value": "Individuals using the Internet (% of population)"},
      "country": {"id": "KE", "value": "Kenya"}, "countryiso3code": "KEN", "date": "2024", "value": 35.0, "unit": "",
      "obs_status": "", "decimal": 0}],
]).encode()  # fmt: skip
DELEGATED = (
    b"2|nro|20261121|4|19830705|20261121|+0000\nnro|*|ipv4|*|1|summary\n"
    b"afrinic|KE|ipv4|41.57.96.0|8192|20100702|assigned|F36|e-stats\n"
    b"afrinic|KE|asn|36866|1|20080822|assigned|F36|e-stats\n"
)
SITES = json.dumps({"ASN": 7500, "Sites": [{"Country": "KE", "Town": "Nairobi", "Instances": 2}]}).encode()
DOMAINS = b"# Version 2026112100, Last Updated Sat Nov 21 07:07:01 2026 UTC\nCOM\nKE\nXN--P1AI\n"
PAYLOADS = json.dumps({
    "metadata": {"buildtime": "2026-11-21T10:00:00Z"},
    "roas": [{"asn": 36866, "prefix": "41.57.96.0/19", "maxLength": 19, "ta": "afrinic", "expires": 1}],
}).encode()  # fmt: skip
RECORDED = (
    ("users", SHARES, "internet_users_share", ("KE", "2024", 0.35), "2026-10-07"),
    ("population", PEOPLE, "population", ("KE", "2024", 56_432_944), "2026-10-07"),
    ("delegations", DELEGATED, "ipv4_addresses", ("KE", "2026-11-21", 8192), "2026-11-21"),
    ("root-m", SITES, "root_instances", ("KE", "2026-11-22", 2), "2026-11-22"),  # as of the day of the answer
    ("domains", DOMAINS, "cctlds", ("001", "2026-11-21", 1), "2026-11-21"),
    ("vrps", PAYLOADS, "vrps", ("001", "2026-11-21", 1), "2026-11-21"),
)


@pytest.mark.parametrize(("name", "answer", "metric", "point", "vintage"), RECORDED, ids=[one[0] for one in RECORDED])
def test_each_source_is_read_from_an_answer_in_its_format(
    publisher: Publisher, name: str, answer: bytes, metric: str, point: tuple[str, str, float], vintage: str
) -> None:
    publisher.files["/it"] = answer
    assert _asked(publisher, "/it", name).problem is None
    assert _asked(publisher, "/it", name).rows is None  # the second time nothing is sent
    assert publisher.sent == ["/it"]
    found = read(statistics_home())
    assert found.rejects == ()
    (series,) = [one for one in found.series if one.metric == metric]
    assert [(one.subject, one.period, one.value) for one in series.points] == [(*point[:2], pytest.approx(point[2]))]
    assert (series.record.vintage, series.record.retrieved) == (vintage, publisher.day)


@pytest.mark.parametrize("told", ["", "today"])
def test_a_server_without_a_clock_tells_no_day(publisher: Publisher, told: str) -> None:
    publisher.files["/people"] = PEOPLE
    publisher.answered = told
    _asked(publisher)
    (series,) = read(statistics_home()).series
    assert series.record.retrieved is None


def test_what_is_there_is_not_sent_again(publisher: Publisher) -> None:
    publisher.files["/people"] = PEOPLE
    _asked(publisher)
    assert _asked(publisher).rows is None
    assert publisher.sent == ["/people"]
    publisher.files["/people"] = PEOPLE.replace(b"2026-10-07", b"2026-11-07")
    assert _asked(publisher).is_new
    assert publisher.sent == ["/people", "/people"]


@pytest.mark.parametrize("content", [ERROR, b"<html>502 Bad Gateway</html>", b"[]"])
def test_an_error_page_is_told_and_what_was_there_stays(publisher: Publisher, content: bytes) -> None:
    publisher.files["/people"] = PEOPLE
    _asked(publisher)
    publisher.files["/people"] = content
    assert _asked(publisher).problem is not None
    assert len(read(statistics_home()).series) == 1


def test_an_answer_without_a_value_is_not_kept(publisher: Publisher) -> None:
    publisher.files["/people"] = json.dumps([{"page": 1}, [ENTRY | {"value": None}]]).encode()
    assert "it holds no value that can be used" in (_asked(publisher).problem or "")
    assert not statistics_home().exists()


def test_what_fails_is_asked_for_again(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher.files["/people"] = PEOPLE
    publisher.statuses["/people"] = 429
    waits = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        publisher.statuses.clear()

    monkeypatch.setattr(updating.time, "sleep", wait)
    (outcome,) = update(["population"], {"population": publisher.url("/people")})
    assert (outcome.problem, waits) == (None, [updating.PAUSE])


@pytest.mark.parametrize("content", [ERROR, None])
def test_what_asking_again_does_not_change_is_asked_for_once(publisher: Publisher, content: bytes | None) -> None:
    publisher.files.update({"/people": content} if content else {})
    assert _asked(publisher).problem is not None
    assert len(publisher.agents) == 1


def test_without_a_network_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(updating.time, "sleep", lambda _: pytest.fail("it waits"))
    outcomes = update([], {})
    assert len(outcomes) == len(STATISTICS)
    assert all("Temporary failure in name resolution" in (outcome.problem or "") for outcome in outcomes)


def test_after_some_attempts_it_is_given_up(publisher: Publisher) -> None:
    publisher.statuses["/people"] = 503
    told: list[Outcome] = []
    (outcome,) = update(["population"], {"population": publisher.url("/people")}, tell=told.append, pause=0)
    assert "the server answers 503" in (outcome.problem or "")
    assert told == [outcome]
    assert len(publisher.agents) == ATTEMPTS


def test_only_what_is_published_can_be_asked_for() -> None:
    with pytest.raises(InputError, match="no statistics are called weather; there are users, population, delegations"):
        update(["weather"], {})


def test_everything_is_asked_for_where_nothing_is_named(publisher: Publisher) -> None:
    names = [statistic.item.name for statistic in STATISTICS]
    outcomes = update([], {name: publisher.url("/nothing") for name in names}, pause=0)
    assert [outcome.item.name for outcome in outcomes] == names
    assert all(outcome.problem for outcome in outcomes)


def test_every_statistic_has_an_encrypted_address_a_reader_and_a_place_of_its_own() -> None:
    assert all((statistic.item.url or "").startswith("https://") for statistic in STATISTICS)
    assert {statistic.format for statistic in STATISTICS} <= READERS.keys()
    assert len({statistic.item.place for statistic in STATISTICS}) == len(STATISTICS)
