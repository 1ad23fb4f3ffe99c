from tests.figures.surveys import case, survey
from trigpoint.figures import blocking
from trigpoint.figures.categories import Categories
from trigpoint.figures.country import load
from trigpoint.figures.ledger import Basis, Ledger
from trigpoint.model.provenance import ReferenceFile

CASES = (
    case("a", "x.example", "blocked", asn=1, run="r1", mechanisms="tls.reset.sni dns.nxdomain"),
    case("b", "x.example", "blocked", asn=2, run="r2", day="2024-03-04", mechanisms="tls.reset.sni"),
    case("c", "x.example", asn=3, run="r3", day="2024-03-09"),
    case("d", "x.example", "insufficient", asn=4, run="r4", explanations="control.failure"),
    case("e", "y.example", "blocked", asn=None, run="r5", mechanisms=""),
    case("f", "z.example", asn=1, run="r6", interference="dns.injection.other"),
)


def test_a_target_is_counted_on_k_of_n_networks_measured() -> None:
    row = blocking.targets(load(survey(*CASES), "IR")).row(0, named=True)
    assert row["target"] == "x.example"
    assert (row["networks_with_signs"], row["networks"]) == (2, 4)
    assert row["mechanisms"] == "dns.nxdomain tls.reset.sni"
    assert (row["blocked"], row["ok"], row["insufficient"], row["verdicts"]) == (2, 1, 1, 4)


def test_first_and_last_seen_are_of_the_signs_not_of_all_verdicts() -> None:
    row = blocking.targets(load(survey(*CASES), "IR")).row(0, named=True)
    assert (row["first_seen"], row["last_seen"]) == ("2024-03-01", "2024-03-04")


def test_signs_from_one_run_are_told_apart() -> None:
    frame = blocking.targets(load(survey(*CASES), "IR"))
    assert dict(frame.select("target", "strength").iter_rows()) == {"x.example": "repeated", "y.example": "one run"}


def test_an_unknown_network_is_no_network_with_signs() -> None:
    row = blocking.targets(load(survey(*CASES), "IR")).row(1, named=True)
    assert (row["target"], row["networks_with_signs"], row["networks"]) == ("y.example", 0, 0)


def test_a_target_that_was_only_interfered_with_is_not_listed_as_blocked() -> None:
    tables = load(survey(*CASES), "IR")
    assert "z.example" not in blocking.targets(tables)["target"].to_list()
    row = blocking.interference(tables).row(0, named=True)
    assert (row["target"], row["mechanism"], row["verdicts"]) == ("z.example", "dns.injection.other", 1)
    assert row["meaning"] == "a forged answer with another public address"


def test_categories_come_from_the_file_given() -> None:
    categories = Categories({"x.example": "NEWS"}, ReferenceFile(name="x", sha256=""))
    frame = blocking.targets(load(survey(*CASES), "IR"), categories)
    assert dict(frame.select("target", "category").iter_rows()) == {"x.example": "NEWS", "y.example": ""}


def test_a_verdict_counts_under_each_of_its_mechanisms_and_none_vanishes() -> None:
    rows = {row["mechanism"]: row for row in blocking.mechanisms(load(survey(*CASES), "IR")).iter_rows(named=True)}
    assert {name: row["verdicts"] for name, row in rows.items()} == {
        "tls.reset.sni": 2, "dns.nxdomain": 1, blocking.UNNAMED_MECHANISM: 1,
    }  # fmt: skip
    assert (rows["tls.reset.sni"]["networks_with_signs"], rows["tls.reset.sni"]["networks"]) == (2, 4)


def test_the_ledger_counts_signs_and_their_share_of_decided_verdicts() -> None:
    ledger = Ledger(Basis(subject="IR", period="", vintage="", sources=()))
    blocking.add(ledger, load(survey(*CASES), "IR"))
    values = {figure.id: figure.value for figure in ledger}
    assert (values["blocking.targets"], values["blocking.networks"], values["blocking.runs"]) == (2, 2, 3)
    assert (values["verdicts.blocked"], values["verdicts.ok"], values["verdicts.insufficient"]) == (3, 2, 1)
    share = ledger["blocking.share"]
    assert (share.numerator, share.denominator) == (3, 5)
    assert values["interference.verdicts"] == 1


def test_a_country_without_signs_has_no_rows_and_no_first_day() -> None:
    tables = load(survey(case("a")), "IR")
    ledger = Ledger(Basis(subject="IR", period="", vintage="", sources=()))
    blocking.add(ledger, tables)
    assert ledger["blocking.first_seen"].value is None
    assert blocking.targets(tables).height == blocking.mechanisms(tables).height == 0
    assert blocking.interference(tables).height == 0


def test_signs_of_what_is_undecided_are_no_mechanism_of_blocking() -> None:
    held = survey(
        case("a", "x.example", "insufficient", mechanisms="tls.reset.sni dns.refused", explanations="network.flaky"),
        case("b", "y.example", "insufficient", asn=2, run="r2", mechanisms="tcp.timeout"),
    )
    tables = load(held, "IR")
    ledger = Ledger(Basis(subject="IR", period="", vintage="", sources=()))
    blocking.add(ledger, tables)
    values = {figure.id: figure.value for figure in ledger}
    assert (values["blocking.mechanisms"], values["blocking.targets"], values["interference.verdicts"]) == (0, 0, 0)
    assert blocking.mechanisms(tables).is_empty()
    assert blocking.targets(tables).is_empty()
    assert blocking.interference(tables).is_empty()
