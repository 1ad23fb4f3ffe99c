import pytest

from trigpoint.figures.interval import wilson
from trigpoint.figures.ledger import Basis, Ledger, vintage
from trigpoint.model.provenance import ReferenceFile, Source

BASIS = Basis(subject="IR", period="2024-03-01/2024-03-02", vintage="v", sources=("s",), flags=("fictional",))


def _source(name: str) -> Source:
    return Source(path=name, sha256=name * 64, bytes=1, format="ooni")


def test_a_figure_carries_what_the_report_stands_on() -> None:
    figure = Ledger(BASIS).count("a.b", 3, "runs", label="runs", rows="data:x", by="f")
    assert (figure.value, figure.unit, figure.subject, figure.period) == (3, "runs", "IR", BASIS.period)
    assert (figure.vintage, figure.sources, figure.flags, figure.transformation) == ("v", ("s",), ("fictional",), "f")


def test_an_id_is_given_once() -> None:
    ledger = Ledger(BASIS)
    ledger.count("a", 1, "x", label="", rows="data:x", by="f")
    with pytest.raises(ValueError, match="figure a is in the ledger already"):
        ledger.count("a", 2, "x", label="", rows="data:x", by="f")


def test_a_number_that_is_not_in_the_ledger_cannot_be_quoted() -> None:
    with pytest.raises(KeyError):
        Ledger(BASIS)["a"]


def test_figures_come_in_the_order_of_their_ids_whatever_the_order_of_adding() -> None:
    ledger = Ledger(BASIS)
    for name in ("b", "c", "a"):
        ledger.count(name, 1, "x", label="", rows="data:x", by="f")
    assert [figure.id for figure in ledger] == ["a", "b", "c"]
    assert len(ledger) == 3


def test_a_share_carries_its_interval_and_its_counts() -> None:
    figure = Ledger(BASIS).share("a", wilson(1, 4), label="", rows="data:x", by="f")
    assert (figure.value, figure.numerator, figure.denominator, figure.interval) == (0.25, 1, 4, "wilson-95")
    assert figure.low is not None
    assert figure.high is not None
    assert figure.low < 0.25 < figure.high


def test_an_unknown_day_is_missing() -> None:
    ledger = Ledger(BASIS)
    assert ledger.day("a", None, label="", rows="data:x", by="f").value is None
    assert ledger.day("b", "2024-03-01", label="", rows="data:x", by="f").value == "2024-03-01"


def test_the_vintage_changes_with_everything_it_stands_on_but_not_with_its_order() -> None:
    sources, references = [_source("a"), _source("b")], [ReferenceFile(name="x", sha256="1" * 64)]
    base = vintage(sources, {"rules": "1"}, references)
    assert vintage(sources[::-1], {"rules": "1"}, references) == base
    others = {
        vintage(sources[:1], {"rules": "1"}, references),
        vintage(sources, {"rules": "2"}, references),
        vintage(sources, {"rules": "1"}, []),
    }
    assert base not in others
    assert len(others) == 3
