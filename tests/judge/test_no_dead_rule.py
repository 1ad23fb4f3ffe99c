"""No rule is dead: each is fired by a golden record, or by a case of a test that is named here.

Golden are the verdicts of the made-up country and of remote measurements, which other tests hold to what they are.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import GOLDEN
from tests.judge import (
    test_arms,
    test_chains,
    test_elsewhere,
    test_innocent,
    test_listed,
    test_parts,
    test_ranges,
    test_remote,
    test_replies,
    test_runs,
    test_walls,
)
from tests.judge.cases import judged
from tests.judge.rules import test_dns, test_hellos, test_http, test_signs, test_tcp, test_tls, test_whole
from trigpoint.judge import chains, decide
from trigpoint.judge.cascade import RULES
from trigpoint.net.dial.trust import Trust

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl

WITNESSES: dict[Callable[..., None], tuple[str, ...]] = {
    test_dns.test_silence_is_a_sign_only_where_the_resolver_answers_other_names: ("dns.timeout",),
    test_replies.test_whoever_answers_for_nobody_is_an_injector: ("dns.injected_bogon", "dns.agreed"),
    test_listed.test_where_nobody_answers_the_address_of_a_listed_page_is_one: (
        "dns.injected_block_page",
        "dns.injected_address",
    ),
    test_replies.test_a_denial_of_nobody_is_an_injection_as_well: ("dns.injected_denial",),
    test_replies.test_a_genuine_reply_after_another_shows_that_the_first_was_forged: ("dns.contradicted",),
    test_replies.test_a_forged_reply_of_two_kinds_gives_the_node_above_them: ("dns.contradicted_in_part",),
    test_replies.test_who_answers_for_every_name_takes_all_of_dns: ("dns.interception",),
    test_dns.test_a_documented_public_address_needs_no_control: ("dns.documented_address",),
    test_listed.test_a_listed_answer_is_as_deep_as_the_list_says: ("dns.listed_page", "dns.listed_address"),
    test_listed.test_a_listed_private_address_is_a_bogon: ("dns.listed_bogon",),
    test_listed.test_a_listed_answer_of_others_decides_nothing_and_is_told: ("dns.listed_elsewhere",),
    test_dns.test_a_bogon_for_the_control_too_is_down: ("dns.bogon_for_control_too",),
    test_innocent.test_a_proxy_on_the_device_answers_with_addresses_of_its_own: ("dns.placeholder",),
    test_dns.test_a_service_name_with_a_bogon_is_a_sign_from_outside_and_not_from_home: (
        "dns.bogon_for_service",
        "whole.service_untried",
        "service.part_undecided",
    ),
    test_dns.test_a_denied_hop_is_a_sign_when_the_control_went_through: ("dns.nxdomain_at_hop",),
    test_dns.test_a_refusal_or_an_empty_answer_is_a_sign_where_the_name_resolves: ("dns.empty",),
    test_innocent.test_a_network_with_only_ipv6_hides_the_addresses_of_the_other_family: ("dns.family_missing",),
    test_dns.test_a_hidden_code_is_a_sign_only_where_the_site_answers_the_same_network: (
        "dns.code_hidden_but_resolvable",
    ),
    test_dns.test_one_lie_of_several_resolvers_about_a_name_that_is_gone_was_made_on_the_path: ("dns.ghost",),
    test_tcp.test_silence_of_an_address_that_packets_get_to_is_no_sign: ("tcp.silent_far_away",),
    test_runs.test_a_cut_port_is_blocked_where_enough_other_networks_reach_it: ("tcp.port_cut",),
    test_tcp.test_a_service_is_blocked_when_enough_of_its_servers_are_silent_and_the_network_works: (
        "tcp.service_refused",
    ),
    test_remote.test_a_web_servers_silence_is_a_sign_only_outside_of_content_networks: (
        "tls.remote_timeout",
        "http.remote_silenced_by_server_name",
    ),
    test_tls.test_a_reset_of_what_cannot_reach_the_server_comes_from_the_way: (
        "tls.reset_on_the_way",
        "tls.swap_by_chance",
    ),
    test_tls.test_a_handshake_given_up_before_it_could_be_answered_is_no_sign_of_blocking: ("tls.hurried",),
    test_tls.test_what_fails_after_a_trigger_and_not_before_is_its_residue: ("tls.residue",),
    test_arms.test_handshakes_that_stall_with_resolvers_too_single_out_no_site: ("tls.stalls_for_all",),
    test_tls.test_a_service_expects_its_own_server_to_answer: ("tls.service_close",),
    test_hellos.test_a_listed_name_passes_where_others_do_not: ("tls.only_listed_names_pass", "tls.nameless_cut"),
    test_hellos.test_where_no_hello_is_answered_it_is_not_the_name: ("tls.every_hello_cut",),
    test_hellos.test_a_server_that_turns_strange_names_away_shows_no_filter: ("tls.server_knows_its_name",),
    test_chains.test_a_valid_chain_that_the_probe_rejects_is_its_own_fault: ("tls.valid_chain_rejected",),
    test_chains.test_a_product_that_the_device_trusts_is_told: ("tls.product_accepted",),
    test_tls.test_another_authority_is_a_doubt_when_it_may_sign_for_every_site: ("tls.unknown_signer",),
    test_tls.test_a_chain_that_was_not_recorded_gives_the_shallower_node: ("tls.other_certificate",),
    test_tls.test_a_certificate_that_an_old_probe_does_not_know_is_its_own_defect: ("tls.service_certificate",),
    test_tls.test_what_the_server_does_to_the_control_too_is_its_own_policy: ("tls.cut_for_all",),
    test_arms.test_an_innocent_name_that_dies_after_the_other_shows_it_too: ("quic.timeout_after_name",),
    test_arms.test_where_only_an_unknown_version_is_answered_the_version_is_the_trigger: ("quic.timeout_by_version",),
    test_arms.test_where_large_datagrams_alone_are_lost_their_size_is_the_trigger: ("quic.timeout_by_size",),
    test_arms.test_a_site_without_quic_is_down_there: ("quic.failed_for_control_too",),
    test_arms.test_what_alone_is_cut_at_ones_own_server_is_the_trigger: (
        "http.reset_by_host",
        "http.reset_by_word",
        "http.close_by_host",
        "http.timeout_by_host",
    ),
    test_arms.test_a_page_that_ones_own_server_never_gives_is_the_networks: (
        "http.redirect_by_host",
        "http.error_by_host",
    ),
    test_arms.test_a_path_that_is_led_to_another_host_at_ones_own_server_is_the_trigger: ("http.redirect_by_path",),
    test_arms.test_what_is_answered_otherwise_behind_a_program_that_opens_tls_may_be_its_owners_wish: (
        "http.page_by_host",
        "whole.opened_by_product",
    ),
    test_arms.test_a_path_that_ones_own_server_does_not_know_is_no_page_of_another: ("http.host_passes",),
    test_arms.test_where_the_innocent_name_fails_too_nothing_is_shown: ("http.swap_undecided",),
    test_arms.test_one_request_that_is_lost_is_no_pattern: ("http.swap_by_chance",),
    test_http.test_a_documented_redirect_is_a_sign_however_it_ends: ("http.documented_redirect",),
    test_listed.test_a_listed_page_in_its_country_is_blocking: ("http.listed_page",),
    test_listed.test_a_listed_redirect_in_its_country_is_blocking: ("http.listed_redirect",),
    test_listed.test_of_another_country_of_a_product_or_doubted_it_decides_nothing_and_is_told: (
        "http.listed_elsewhere",
    ),
    test_arms.test_a_handshake_after_which_nothing_comes_is_a_sign: ("http.timeout_over_quic",),
    test_http.test_a_service_expects_its_own_servers_to_answer: (
        "http.service_reset",
        "http.service_close",
        "http.service_timeout",
    ),
    test_parts.test_most_of_a_part_lost_is_interference_and_a_few_are_not: (
        "http.service_part_timeout",
        "http.service_part_reset",
    ),
    test_http.test_a_response_that_began_and_stalled_decides_nothing: ("http.stalled",),
    test_http.test_another_scheme_than_asked_for_is_explained: ("http.different_scheme",),
    test_elsewhere.test_a_failure_that_follows_the_program_is_its_defect: ("whole.program_fails",),
    test_elsewhere.test_a_control_that_fails_for_one_network_only_is_suspect: ("whole.control_suspect",),
    test_elsewhere.test_what_fails_on_most_networks_of_most_countries_is_gone: ("whole.gone",),
    test_walls.test_what_is_not_listed_is_blocked_in_a_run_that_shows_the_list: ("whole.not_listed",),
    test_innocent.test_a_network_on_which_everything_times_out_is_down: ("whole.network_silent",),
    test_whole.test_one_page_reached_once_and_not_another_time_decides_nothing: ("whole.service_mixed",),
    test_dns.test_a_name_that_a_nettest_looks_up_for_another_purpose_is_not_judged: ("whole.no_steps",),
    test_whole.test_an_echo_server_that_is_not_heard_decides_nothing: ("whole.task_undone",),
    test_whole.test_a_probe_that_stops_before_the_page_has_a_defect: ("whole.stopped_early",),
    test_arms.test_a_name_that_is_many_times_slower_is_throttled_and_yet_reached: ("whole.slow_by_name",),
    test_arms.test_a_name_that_one_transfer_of_eight_passes_with_is_frozen_all_the_same: ("whole.frozen_by_name",),
    test_arms.test_a_request_that_is_never_answered_for_one_name_is_silenced: ("whole.silenced_by_name",),
    test_arms.test_one_transfer_that_stalls_is_no_pattern: ("whole.name_comes_through",),
    test_arms.test_flows_that_look_like_nothing_and_alone_are_cut_show_it: ("whole.payload_cut",),
    test_arms.test_other_losses_decide_nothing: ("whole.payload_undecided",),
    test_dns.test_a_denial_without_any_control_decides_nothing: ("dns.denied_undecided",),
    test_signs.test_a_failure_that_decides_nothing_is_a_sign: (
        "dns.refused_undecided",
        "dns.timeout_undecided",
        "tcp.refused_undecided",
        "tcp.reset_undecided",
        "tls.close_undecided",
        "http.close_undecided",
        "http.timeout_undecided",
    ),
    test_dns.test_a_page_that_refuses_shows_what_such_a_lie_leads_to: ("dns.ghost_page",),
    test_ranges.test_neighbours_that_are_all_silent_show_that_the_range_is: ("tcp.range_silent",),
    test_runs.test_a_resolver_that_fails_on_what_its_own_servers_refuse_is_not_to_blame: ("dns.turned_away",),
    test_arms.test_requests_that_fail_after_a_trigger_and_not_before_are_its_residue: ("http.residue",),
    test_parts.test_a_part_whose_name_is_gone_everywhere_is_down_and_so_is_the_whole: ("service.part_down",),
}
"""Tests whose cases fire rules that no golden record fires."""


def golden() -> set[str]:
    """Give the rules that stand in golden verdicts."""
    lines = [line for path in sorted(GOLDEN.rglob("verdicts.txt")) for line in path.read_text("utf-8").splitlines()]
    said = [
        line.rpartition("|")[2].split() for line in lines if "|" in line
    ]  # mechanisms of like names stand before it
    return {rule for rules in said for rule in rules}


def calls(test: Callable[..., None]) -> Iterator[dict[str, Any]]:
    """Give the arguments with which a test is called: every combination of its parameters."""
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    each = []
    for mark in marks:
        names, values = mark.args[:2]
        listed = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
        rows = (value if len(listed) > 1 else (value,) for value in values)
        each.append([dict(zip(listed, row, strict=True)) for row in rows])
    for chosen in product(*each):
        yield {name: value for one in chosen for name, value in one.items()}


def test_each_rule_has_a_golden_record_or_a_witness() -> None:
    named = [rule for rules in WITNESSES.values() for rule in rules]
    assert len(named) == len(set(named))
    assert set(named) | golden() == {rule.id for rule in RULES}


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("test", WITNESSES, ids=lambda test: test.__name__)
def test_a_witness_fires_the_rules_it_is_named_for(test: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    judged.cache_clear()
    seen: set[str] = set()
    fire = decide._fire

    def recorded(layers: Any, **how: bool) -> pl.DataFrame:
        fired = fire(layers, **how)
        seen.update(fired["rule"])
        return fired

    monkeypatch.setattr(decide, "_fire", recorded)
    if test.__module__ == test_chains.__name__:  # its authorities are its own
        monkeypatch.setattr(chains, "trust", lambda now: Trust(test_chains.ROOT.pem, "test", now))
    for arguments in calls(test):
        test(**arguments)
        if seen.issuperset(WITNESSES[test]):
            break
    assert set(WITNESSES[test]) <= seen
