import pytest

from trigpoint.figures.interval import wilson
from trigpoint.figures.ledger import Basis, Interval, Ledger, Topic, vintage
from trigpoint.model.figure import IntervalKind
from trigpoint.model.provenance import ReferenceFile, Source, SourceRecord

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


def _record(sha256: str = "a" * 64, **changes: str | None) -> SourceRecord:
    basis = {
        "organisation": "World Bank",
        "series": "SP.POP.TOTL",
        "url": "https://example.org",
        "licence": "CC-BY-4.0",
    }
    return SourceRecord(**(basis | {"sha256": sha256, "vintage": "2025-01-24"} | changes))


def _topic(name: str, **changes: str | tuple[str, ...]) -> Topic:
    return Topic(**({"id": name, "label": name, "unit": "x", "subject": "CN", "period": "2015"} | changes))


def test_a_published_figure_carries_its_source_with_vintage_and_licence_and_the_ledger_keeps_the_record() -> None:
    ledger = Ledger(BASIS)
    figure = ledger.publish(_topic("a", flags=("estimate",)), 7, _record())
    assert (figure.value, figure.vintage, figure.licence) == (7, "2025-01-24", "CC-BY-4.0")
    assert (figure.sources, figure.transformation, figure.flags) == (("a" * 64,), "published", ("estimate",))
    assert ledger.records == (_record(),)
    assert "a" in ledger


def test_what_is_published_keeps_nothing_of_the_survey_that_the_ledger_is_of() -> None:
    figure = Ledger(BASIS).publish(_topic("a"), 7, _record())
    assert (figure.subject, figure.period, figure.flags) == ("CN", "2015", ())


def test_two_sources_cannot_have_one_hash_and_a_refused_figure_leaves_no_record() -> None:
    ledger = Ledger(BASIS)
    ledger.publish(_topic("a"), 7, _record())
    with pytest.raises(ValueError, match="two records of sources have the hash a"):
        ledger.publish(_topic("b"), 7, _record(licence=None))
    with pytest.raises(ValueError, match="in the ledger already"):
        ledger.publish(_topic("a"), 7, _record("b" * 64))
    assert ledger.records == (_record(),)
    assert "b" not in ledger


@pytest.mark.parametrize("value", [None, 0.5, 3.5])
def test_a_number_outside_its_interval_is_refused(value: float | None) -> None:
    interval = Interval(1, 3, IntervalKind.SOURCE_SPREAD)
    with pytest.raises(ValueError, match="lies outside 1 to 3"):
        Ledger(BASIS).publish(_topic("a"), value, _record(), interval)


def test_a_derived_figure_names_its_function_and_inputs_and_joins_what_they_stand_on() -> None:
    ledger = Ledger(BASIS)
    ledger.publish(_topic("a", flags=("old",)), 6, _record(), Interval(4, 8, IntervalKind.SOURCE_SPREAD))
    ledger.publish(_topic("b"), 2, _record("b" * 64, vintage="2026", licence="MIT"))
    figure = ledger.derive(_topic("c", flags=("estimate",)), "ratio", ["a", "b"])
    assert (figure.value, figure.low, figure.high, figure.interval) == (3, 2, 4, IntervalKind.SOURCE_SPREAD)
    assert (figure.transformation, figure.inputs, figure.flags) == ("ratio", ("a", "b"), ("estimate", "old"))
    assert (figure.vintage, figure.licence) == ("2025-01-24 2026", "CC-BY-4.0 AND MIT")
    assert figure.sources == ("a" * 64, "b" * 64)
    assert ledger.recomputed("c") == 3
    assert ledger.recomputed("a") == 6


def test_intervals_of_several_kinds_make_a_mixed_one() -> None:
    ledger = Ledger(BASIS)
    ledger.publish(_topic("a"), 6, _record(), Interval(4, 8, IntervalKind.SOURCE_SPREAD))
    ledger.publish(_topic("b"), 2, _record(), Interval(1, 2, IntervalKind.VINTAGE_SPREAD))
    assert ledger.derive(_topic("c"), "sum", ["a", "b"]).interval == IntervalKind.MIXED


def test_an_interval_that_reaches_where_there_is_no_value_is_not_given() -> None:
    ledger = Ledger(BASIS)
    ledger.publish(_topic("a"), 6, _record())
    ledger.publish(_topic("b"), 2, _record(), Interval(0, 2, IntervalKind.VINTAGE_SPREAD))
    figure = ledger.derive(_topic("c"), "ratio", ["a", "b"])
    assert (figure.value, figure.low, figure.interval) == (3, None, None)


def test_what_is_derived_from_something_missing_is_missing() -> None:
    ledger = Ledger(BASIS)
    ledger.publish(_topic("a"), None, _record(licence=None))
    ledger.publish(_topic("b"), 2, _record("b" * 64))
    figure = ledger.derive(_topic("c"), "sum", ["a", "b"])
    assert (figure.value, figure.licence) == (None, None)


def test_only_figures_of_the_ledger_and_named_functions_can_be_used() -> None:
    ledger = Ledger(BASIS)
    ledger.publish(_topic("a"), 1, _record())
    with pytest.raises(KeyError):
        ledger.derive(_topic("b"), "sum", ["a", "z"])
    with pytest.raises(KeyError):
        ledger.derive(_topic("b"), "magic", ["a"])
