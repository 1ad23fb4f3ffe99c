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
    assert cells.targets(load(held, "IR")).rows(named=True) == [
        {"target": "x", "networks": 3, "networks_blocked": 1, "networks_with_signs": 2}
    ]


def test_a_country_without_verdicts_has_no_cell() -> None:
    held = survey(case("a"))
    held.frames["verdicts"] = held.frames["verdicts"].head(0)
    assert cells.together(load(held, "IR")).is_empty()
    assert cells.targets(load(held, "IR")).is_empty()
