from tests.figures.surveys import case, survey
from trigpoint.figures import uncounted
from trigpoint.figures.country import load
from trigpoint.figures.ledger import Basis, Ledger

CASES = (
    case("a", "x", "insufficient", explanations="control.failure network.flaky"),
    case("b", "y", "down", explanations="site.down"),
    case("c", "y", "down"),
    case("d", "z", explanations="dns.consistent"),
    case("e", "z"),
    case("f", "z", "blocked", explanations="collateral", mechanisms="tcp.timeout"),
)


def test_every_verdict_that_is_not_plainly_reached_or_blocked_has_a_row() -> None:
    rows = {row["explanation"]: row for row in uncounted.explanations(load(survey(*CASES), "IR")).rows(named=True)}
    assert {name: row["verdicts"] for name, row in rows.items()} == {
        "control.failure": 1, "network.flaky": 1, "site.down": 1, "dns.consistent": 1, uncounted.UNEXPLAINED: 1,
    }  # fmt: skip
    assert rows["site.down"]["meaning"] == "the site does not work for the control either"
    assert (rows["site.down"]["down"], rows["site.down"]["insufficient"]) == (1, 0)


def test_an_explanation_beside_blocking_is_not_uncounted() -> None:
    assert "collateral" not in uncounted.explanations(load(survey(*CASES), "IR"))["explanation"].to_list()


def test_the_ledger_counts_each_verdict_once() -> None:
    ledger = Ledger(Basis(subject="IR", period="", vintage="", sources=()))
    uncounted.add(ledger, load(survey(*CASES), "IR"))
    assert (ledger["uncounted.verdicts"].value, ledger["uncounted.kinds"].value) == (4, 4)
