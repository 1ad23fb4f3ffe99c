from tests.figures.surveys import case, survey
from trigpoint.figures import networks
from trigpoint.figures.country import UNKNOWN_NETWORK, load


def test_each_network_shows_what_was_asked_of_it() -> None:
    held = survey(
        case("a", "x", "blocked", asn=10), case("b", "x", asn=10, run="r2"), case("c", "y", "insufficient", asn=10),
        case("d", "x", "down", asn=9), case("e", "x", asn=None),
    )  # fmt: skip
    rows = networks.compared(load(held, "IR")).rows(named=True)
    assert [row["network"] for row in rows] == ["AS9", "AS10", UNKNOWN_NETWORK]
    ten = rows[1]
    assert (ten["targets"], ten["targets_with_signs"], ten["targets_undecided"], ten["runs"]) == (2, 1, 1, 2)
    assert (ten["blocked"], ten["ok"], ten["down"], ten["insufficient"], ten["decided"]) == (1, 1, 0, 1, 2)
    assert ten["share"] == 0.5
    assert ten["share_low"] < 0.5 < ten["share_high"]


def test_a_network_without_a_verdict_is_shown_without_a_share() -> None:
    held = survey(case("a"))
    held.frames["verdicts"] = held.frames["verdicts"].head(0)
    row = networks.compared(load(held, "IR")).row(0, named=True)
    assert (row["measurements"], row["verdicts"], row["share"]) == (1, 0, None)
