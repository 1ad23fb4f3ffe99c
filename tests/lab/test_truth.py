"""Acts of censors are held against the truth: what agrees, what was not seen, what nobody foresaw."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.lab.engine.event import Event
from trigpoint.lab.log import Logged
from trigpoint.lab.truth import agrees, compare, expected
from trigpoint.lab.world.load import load, names
from trigpoint.model.mechanism import MECHANISMS

if TYPE_CHECKING:
    from trigpoint.lab.comparison import Comparison
    from trigpoint.lab.world.world import World

EVENT = Event(
    1.5, "c", "tls_reset", "reset", "tls.reset.sni", "", "", "tcp", "192.0.2.2", 40_000, "203.0.113.11", 443,
    True, "", 9,
)  # fmt: skip


@cache
def world(name: str) -> World:
    return load(name)


def held(name: str, *acts: dict, network: str = "a1") -> Comparison:
    return compare(world(name), [Logged(network, msgspec.structs.replace(EVENT, **act)) for act in acts])


def outcomes(comparison: Comparison, target: str, network: str = "a1") -> dict[str, str]:
    return {row.url: row.outcome for row in comparison.rows if (row.target, row.network) == (target, network)}


@pytest.mark.parametrize("name", names())
def test_a_silent_log_confirms_nothing_and_contradicts_nothing(name: str) -> None:
    comparison = compare(world(name), [])
    assert comparison.holds
    assert {row.outcome for row in comparison.rows} <= {"not seen", "quiet"}
    assert len(comparison.rows) == len(list(world(name).truths()))


def test_an_act_on_a_listed_name_confirms_its_row_and_no_other() -> None:
    comparison = held("turkey", {"name": "pirate.example"})
    assert comparison.holds
    assert outcomes(comparison, "pirate.example") == {
        "https://pirate.example/": "confirmed",
        "http://pirate.example/": "not seen",
    }
    assert outcomes(comparison, "pirate.example", "a2")["https://pirate.example/"] == "not seen"


def test_what_stands_below_a_target_or_is_an_alias_concerns_it() -> None:
    acts = {"cause": "dns.injection.other", "protocol": "udp", "server_port": 53, "server": "198.51.100.8"}
    comparison = held("gfw-2014", {**acts, "name": "WWW.google.example."}, {**acts, "name": "a.b.youtube.example"})
    assert comparison.holds
    assert outcomes(comparison, "google.example")["https://google.example/"] == "partly"
    assert set(outcomes(comparison, "youtube.example").values()) == {"confirmed", "partly"}


def test_a_node_above_or_below_agrees() -> None:
    act = {"name": "pirate.example", "cause": "tls.reset"}
    assert held("turkey", act).holds
    assert agrees("dns", "dns.injection.other")
    assert not agrees("tls.reset", "tls.reset_other")


def test_an_act_on_a_benign_site_is_unforeseen() -> None:
    comparison = held("turkey", {"name": "news.example"}, {"name": "news.example"})
    assert not comparison.holds
    assert [(stray.censor, stray.cause, stray.target, stray.count) for stray in comparison.unforeseen] == [
        ("c", "tls.reset.sni", "news.example", 2)
    ]
    assert outcomes(comparison, "news.example") == {
        "https://news.example/": "quiet",
        "http://news.example/": "quiet",
        "h3://news.example/": "quiet",
    }


def test_an_act_of_another_cause_is_unforeseen() -> None:
    assert not held("turkey", {"name": "pirate.example", "cause": "tls.timeout.sni"}).holds


def test_an_act_without_a_name_concerns_whoever_has_the_address() -> None:
    comparison = held("gfw-2014", {"server": "203.0.113.68", "cause": "tcp.timeout"})
    assert comparison.holds
    assert outcomes(comparison, "mirror.example") == {"https://mirror.example/": "confirmed"}
    assert outcomes(comparison, "bank.example") == {"https://bank.example/": "confirmed"}
    assert not held("gfw-2014", {"server": "203.0.113.10", "cause": "tcp.timeout"}).holds


def test_an_address_that_a_view_gives_is_the_sites_too() -> None:
    comparison = held("cdn-geo-dns", {"server": "192.0.2.30", "cause": "tcp.timeout"})
    assert [stray.target for stray in comparison.unforeseen] == ["video.example"]


def test_a_keyword_confirms_the_row_of_its_path() -> None:
    act = {"name": "/falun", "cause": "http.reset.keyword", "server": "203.0.113.10", "server_port": 80}
    comparison = held("gfw-2014", act)
    assert comparison.holds
    assert outcomes(comparison, "news.example")["http://news.example/falun"] == "confirmed"
    assert [row.acts for row in comparison.rows if row.url == "http://news.example/" and row.network == "a1"] == [{}]


def test_quic_and_echo_have_ends_of_their_own() -> None:
    quic = {"name": "twitter.example", "cause": "quic.timeout.sni", "protocol": "udp"}
    assert not held("turkey", quic).holds
    echo = {"server": "198.51.100.7", "server_port": 8443, "cause": "tls.throttle"}
    assert outcomes(held("iran", echo), "echo") == {"tcp://echo:443/": "not seen", "tcp://echo:8443/": "confirmed"}


def test_residue_is_allowed_only_where_a_censor_leaves_one() -> None:
    act = {"cause": "self.residual", "server": "203.0.113.10", "server_port": 80}
    assert held("gfw-2014", act).holds
    assert not held("turkmenistan", act).holds


def test_acts_about_what_is_no_target_must_agree_with_some_row_of_the_network() -> None:
    acts = {"server": "198.51.100.250", "server_port": 0, "protocol": "icmp"}
    assert held("shutdown", {**acts, "cause": "ip.shutdown"}).holds
    assert not held("shutdown", {**acts, "cause": "tls.reset"}).holds
    assert held("turkey", {"name": "nobody.knows.test"}).holds


def test_what_is_done_to_the_networks_resolver_concerns_everything_in_it() -> None:
    act = {"server": "192.0.2.181", "server_port": 53, "protocol": "udp", "cause": "ip.shutdown"}
    comparison = held("shutdown", act, network="a3")
    assert comparison.holds
    assert {row.outcome for row in comparison.rows if row.network == "a3"} == {"confirmed"}
    assert {row.outcome for row in comparison.rows if row.network == "a2"} == {"not seen", "quiet"}


def test_a_network_that_is_not_there_foresees_nothing() -> None:
    comparison = held("turkey", {"name": "pirate.example"}, {"cause": "self.residual"}, network="a9")
    assert len(comparison.unforeseen) == 2


def test_what_sites_do_to_visitors_from_outside_concerns_no_row() -> None:
    assert held("open", {"name": "news.example", "cause": "server.challenge"}, network="outside").holds
    assert not held("open", {"name": "news.example", "cause": "server.challenge"}).holds


def test_only_what_a_log_can_show_is_expected() -> None:
    rows = {row.address: row for row in world("india-isp").truth if "a1" in row.networks}
    assert expected(rows["https://oldblog.example/"]) == ("tls.reset.sni",)
    local = next(row for row in world("captive-portal").truth if row.explanations)
    assert expected(local) == ("local.captive_portal",)


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "name": st.text(max_size=30)
                | st.sampled_from(["/falun", "facebook.example", "..", "x.facebook.example"]),
                "cause": st.sampled_from([*MECHANISMS, "self.residual", "", "nothing.known"]),
                "server": st.text(max_size=20) | st.sampled_from(["203.0.113.20", "::1"]),
                "server_port": st.integers(0, 65_535),
                "protocol": st.sampled_from(["tcp", "udp", "icmp", "other"]),
            }
        ),
        max_size=5,
    )
)
def test_any_log_is_compared_and_the_order_of_acts_does_not_matter(acts: list[dict]) -> None:
    one, other = held("gfw-2014", *acts), held("gfw-2014", *acts[::-1])
    assert one.acts == len(acts)
    assert one.rows == other.rows
    assert set(one.unforeseen) == set(other.unforeseen)
    assert sum(stray.count for stray in one.unforeseen) <= len(acts)


def test_an_act_concerns_the_rows_of_its_family_only() -> None:
    on_v4 = {"server": "203.0.113.64", "cause": "tcp.timeout"}
    rows = [row for row in held("italy-dns", on_v4).rows if (row.url, row.network) == ("https://shop.example/", "a1")]
    assert {(row.families, row.outcome) for row in rows} == {((4,), "confirmed"), ((6,), "quiet")}
    on_v6 = held("italy-dns", {**on_v4, "server": "2001:db8:80::11", "name": "shop.example"})
    assert [stray.target for stray in on_v6.unforeseen] == ["shop.example"]
    assert "confirmed" not in outcomes(on_v6, "shop.example").values()


def test_the_family_in_which_a_resolver_was_asked_says_nothing() -> None:
    act = {"name": "bet.example", "cause": "dns.injection.blockpage", "protocol": "udp", "server_port": 53}
    for server in ("192.0.2.53", "2001:db8:a1::53"):
        assert outcomes(held("turkey", {**act, "server": server}), "bet.example") == {
            "https://bet.example/": "confirmed"
        }


def test_rows_of_two_families_can_be_told_apart() -> None:
    text = held("italy-dns").text()
    assert "IPv4 only" in text
    assert "IPv6 only" in text
