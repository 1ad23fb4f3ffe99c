"""Runs of many measurements, for what is read from a run or a survey as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.judge.cases import STARTED, TIMEOUT, Case
from trigpoint.judge.knowledge import Knowledge, gather
from trigpoint.observe import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import polars as pl

    from trigpoint.model.measurement import Measurement

RUN = "run one"
LANDMARK, OTHER_LANDMARK, HELPER = "8.8.8.8", "1.1.1.1", "5.9.7.7"
UDP = {"engine": "udp", "resolver_address": "9.9.9.9:53"}


def site(number: int, **about: Any) -> Case:
    """Give an empty measurement of one of many sites, made in its turn in the run."""
    host = f"site-{number}.example.org"
    return Case(input=f"https://{host}/", target=host, report_id=RUN, **{"started_at": STARTED + 10 * number, **about})


def address_of(number: int) -> str:
    return f"31.13.{number // 200}.{number % 200 + 1}"


def silent(number: int, step: str = "connect", **about: Any) -> Case:
    """Give a site of which nothing came, and whose control could not be asked."""
    case = site(number, **{"control_failure": TIMEOUT, "has_control": False, **about})
    host, address = str(case.about["target"]), address_of(number)
    case.dns(address, hostname=host).dns(address, hostname=host, **UDP)
    case.tcp(address, failure=None if step == "later" else TIMEOUT, annotated_asn=700 + number)
    return case.tls(address, TIMEOUT, server_name=host) if step == "later" else case


def answering(number: int, **about: Any) -> Case:
    """Give a site that was reached, with or without a control."""
    case = site(number, **{"control_failure": TIMEOUT, "has_control": False, **about})
    host, address = str(case.about["target"]), address_of(number)
    case.dns(address, hostname=host).tcp(address, annotated_asn=900 + number).tls(address, server_name=host)
    return case.http(f"https://{host}/", address=address, status=200, alpn="h2")


def sanity(*, landmark: str | None = None, **about: Any) -> Case:
    """Give the look at the own network: a landmark that answers, or fails; another and a helper are silent."""
    case = Case("sanity", **{"report_id": RUN, "started_at": STARTED, **about})
    case.tcp(LANDMARK, failure=landmark, annotated_asn=15169)
    if landmark is None:
        case.tls(LANDMARK, server_name="dns.google")
    case.tcp(OTHER_LANDMARK, failure=TIMEOUT, annotated_asn=13335)
    return case.tcp(HELPER, failure=TIMEOUT, annotated_asn=24940)


def records(cases: Iterable[Case]) -> list[Measurement]:
    return [case.record(id=f"{number:064x}") for number, case in enumerate(cases)]


def scan(cases: Iterable[Case]) -> Callable[[str], pl.LazyFrame]:
    rows = tables(records(cases))
    return lambda name: rows[name].lazy()


def learned(*cases: Case) -> Knowledge:
    return gather(scan(cases))
