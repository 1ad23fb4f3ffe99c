from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Keys = Callable[[str], dict[str, Any]]


def test_a_late_clock_starts_before_its_run_does(whole: Keys) -> None:
    record = whole("local.clock")
    assert record["measurement_start_time"][:10].replace("-", "") < record["report_id"][:8]
    assert record["measurement_start_time"] >= "2024-11-04"


def test_a_vpn_is_annotated(whole: Keys) -> None:
    assert whole("local.vpn")["annotations"]["network_type"] == "vpn"


def test_a_filtering_resolver_is_named_by_address_and_network(whole: Keys) -> None:
    record = whole("resolver.filtering")
    asked = {query["resolver_address"] for query in record["test_keys"]["queries"] if query["engine"] == "udp"}
    assert asked == {f"{record['resolver_ip']}:53"}


def test_an_invalid_input_has_no_steps(keys: Keys) -> None:
    assert not any(keys("input.invalid.invalid_url")[name] for name in ("queries", "tcp_connect", "requests"))


def test_the_second_test_of_a_residual_comes_within_a_minute(whole: Keys) -> None:
    first, second = (whole(f"self.residual.{number}") for number in ("first", "second"))
    assert first["report_id"] == second["report_id"]
    assert first["measurement_start_time"][:13] == second["measurement_start_time"][:13]


def test_a_neighbour_shares_the_address_of_the_blocked_site(keys: Keys) -> None:
    ends = [{step["ip"] for step in keys(f"collateral.{who}")["tcp_connect"]} for who in ("target", "neighbour")]
    assert ends[0] <= ends[1]
