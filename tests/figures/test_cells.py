from tests.figures.surveys import case, survey
from trigpoint.figures import cells
from trigpoint.figures.country import UNKNOWN_NETWORK, load


def test_a_target_is_told_on_each_network_those_with_most_signs_first() -> None:
    held = survey(
        *(case(f"a{n}", "x", "blocked", asn=10, run=f"r{n}", day=f"2024-03-0{n}") for n in range(1, 5)),
        *(case(f"b{n}", "x", asn=9, run=f"s{n}") for n in range(1, 5)),
        case("c", "x", "blocked", asn=None),
    )
    rows = cells.together(load(held, "IR")).rows(named=True)
    assert [(row["network"], row["state"]) for row in rows] == [
        ("AS10", "blocked"),
        (UNKNOWN_NETWORK, "insufficient"),
        ("AS9", "ok"),
    ]
    assert (rows[0]["runs"], rows[0]["blocked_runs"], rows[0]["share"]) == (4, 4, 1.0)
    assert rows[0]["share_low"] < 1.0


def test_networks_are_counted_k_of_n_and_unknown_ones_are_not() -> None:
    held = survey(
        *(case(f"a{n}", "x", "blocked", asn=10, run=f"r{n}") for n in range(3)),
        case("b", "x", "blocked", asn=11, run="s"),
        case("c", "x", asn=12, run="t"),
        case("d", "x", "insufficient", asn=13, run="u"),
        case("e", "x", "blocked", asn=None),
        case("f", "y"),
    )
    assert cells.targets(cells.together(load(held, "IR"))).rows(named=True) == [
        {"target": "x", "networks": 3, "networks_blocked": 1, "networks_with_signs": 2}
    ]


def test_a_country_without_verdicts_has_no_cell() -> None:
    held = survey(case("a"))
    held.frames["verdicts"] = held.frames["verdicts"].head(0)
    assert cells.together(load(held, "IR")).is_empty()
    assert cells.targets(cells.together(load(held, "IR"))).is_empty()


WHOLE = {"parts": "telegram/chat telegram/web", "nettest": "telegram"}


def test_a_service_as_a_whole_is_told_apart_and_counted_in_nothing_else() -> None:
    parts = [case("a", f"telegram/{part}", "blocked", mechanisms="tls.reset") for part in ("chat", "web")]
    both = load(survey(*parts, case("a", "telegram", "blocked", mechanisms="tls.reset", **WHOLE)), "IR")
    without = load(survey(*parts), "IR")
    assert both.verdicts.equals(without.verdicts)
    assert both.wholes["target"].to_list() == ["telegram"]
    assert cells.together(both).equals(cells.together(without))
    assert cells.targets(cells.together(both)).equals(cells.targets(cells.together(without)))
    assert cells.services(without).is_empty()


def test_a_service_is_told_on_k_of_n_networks() -> None:
    held = survey(
        *(case(f"a{n}", "telegram", "blocked", asn=10, run=f"r{n}", mechanisms="tls.reset", **WHOLE) for n in range(3)),
        case("b", "telegram", asn=11, run="s", **WHOLE),
        case("c", "telegram", "insufficient", asn=12, run="t", mechanisms="tcp.timeout", **WHOLE),
        case("d", "signal", asn=11, run="s", parts="signal/chat signal/calls"),
    )
    telegram, signal = cells.services(load(held, "IR")).rows(named=True)
    assert (telegram["target"], telegram["mechanisms"]) == ("telegram", "tls.reset")
    assert (telegram["networks_blocked"], telegram["networks_with_signs"], telegram["networks"]) == (1, 1, 2)
    assert (telegram["blocked"], telegram["ok"], telegram["insufficient"], telegram["verdicts"]) == (3, 1, 1, 5)
    assert (signal["target"], signal["mechanisms"], signal["networks"]) == ("signal", "", 1)
