"""Hellos under made-up names and under none: what they tell beside the swap, and that they accuse nobody."""

from __future__ import annotations

import pytest

from tests.judge.cases import GENUINE, HOST, OTHER, RESET, TIMEOUT, Case

INNOCENT = "control.example.org"
LISTED, NAMELESS, NONE = "tls.only_listed_names_pass", "tls.nameless_cut", "tls.every_hello_cut"


def hellos(**arms: str | None) -> Case:
    """Shake hands at a server of one's own: three tries of each arm, nine of the innocent name."""
    case = Case("sni_blocking", input=HOST, target=HOST).tcp(OTHER)
    for arm, failure in arms.items():
        for number in range(9 if arm.startswith("control") else 3):
            name = {"target": HOST, "control": INNOCENT, "nameless": ""}.get(arm, f"made{number}.invalid")
            case.tls(OTHER, failure, server_name=name, tags=f"arm={arm}.{number}")
    return case


@pytest.mark.parametrize(("failure", "mechanism"), [(RESET, "tls.reset.sni"), (TIMEOUT, "tls.timeout.sni")])
def test_where_made_up_names_fail_too_a_list_says_what_passes(failure: str, mechanism: str) -> None:
    case = hellos(target=failure, control=None, made_up=failure, nameless=None)
    assert case.says() == ("blocked", mechanism, "")
    assert LISTED in case.fired()
    assert NAMELESS not in case.fired()


def test_a_list_of_what_does_not_pass_is_none_of_what_does() -> None:
    case = hellos(target=RESET, control=None, made_up=None, nameless=None)
    assert case.says() == ("blocked", "tls.reset.sni", "")
    assert not case.fired() & {LISTED, NAMELESS, NONE}


def test_a_listed_name_passes_where_others_do_not() -> None:
    case = hellos(target=None, control=None, made_up=TIMEOUT, nameless=TIMEOUT)
    assert case.says() == ("ok", "", ""), "what is cut are names that nobody visits"
    assert case.fired() >= {LISTED, NAMELESS}


def test_made_up_names_that_chance_may_cut_show_no_list() -> None:
    case = hellos(target=RESET, control=None, nameless=None)
    for number, failure in enumerate((RESET, RESET, None)):
        case.tls(OTHER, failure, server_name=f"made{number}.invalid", tags=f"arm=made_up.{number}")
    assert case.says() == ("blocked", "tls.reset.sni", "")
    assert LISTED not in case.fired()


def test_made_up_names_that_fail_as_the_innocent_one_does_show_no_list() -> None:
    case = hellos(target=RESET, control=RESET, made_up=RESET, nameless=None)
    assert case.says() == ("insufficient", "", "control.failure")
    assert not case.fired() & {LISTED, NONE}


def test_other_hellos_alone_accuse_nobody() -> None:
    case = hellos(control=None, made_up=RESET, nameless=RESET)
    assert case.says()[0] == "insufficient"
    assert case.signs() == ""


def test_where_no_hello_is_answered_it_is_not_the_name() -> None:
    case = hellos(target=RESET, control=RESET, made_up=RESET, nameless=RESET)
    assert case.says() == ("insufficient", "", "control.failure")
    assert NONE in case.fired()


def test_a_hello_without_a_name_that_is_cut_alone_says_so() -> None:
    case = hellos(target=None, control=None, made_up=None, nameless=RESET)
    assert case.says() == ("ok", "", "")
    assert NAMELESS in case.fired()
    assert NONE not in case.fired()


def test_versions_of_ip_are_held_apart() -> None:
    case = hellos(target=RESET, control=RESET, made_up=RESET, nameless=RESET)
    case.tls("2001:db8::9", server_name=INNOCENT, tags="arm=control_v6")
    assert NONE in case.fired(), "over the other version names may pass"


def test_a_server_that_turns_strange_names_away_shows_no_filter() -> None:
    case = hellos(target=RESET, control=None, made_up=RESET, nameless=None)
    for number in range(3):
        case.tls(GENUINE, tags=f"arm=target_at_site.{number}")
    assert case.says() == ("insufficient", "", "control.failure"), "its own site answers to the name"
    assert LISTED not in case.fired()


@pytest.mark.parametrize("passed", [0, 1])
def test_a_name_that_seldom_passes_at_its_site_is_cut_there_too(passed: int) -> None:
    case = hellos(target=RESET, control=None, made_up=RESET, nameless=None)
    for number in range(3):
        case.tls(GENUINE, None if number < passed else RESET, tags=f"arm=target_at_site.{number}")
    assert case.says() == ("blocked", "tls.reset.sni", "")
