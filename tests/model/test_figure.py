import msgspec
import pytest

from trigpoint.model.figure import Figure, IntervalKind
from trigpoint.store.schemas import field_meanings


def _figure(**changes: object) -> Figure:
    basis = {"id": "a.b", "label": "", "value": 1, "unit": "x", "subject": "IR", "period": "", "vintage": ""}
    return Figure(**(basis | {"sources": (), "transformation": "f", "rows": "data:x"} | changes))


def test_every_field_of_a_figure_says_what_it_means() -> None:
    meanings = field_meanings(Figure)
    assert [field.name for field in msgspec.structs.fields(Figure) if not meanings.get(field.name)] == []


def test_a_figure_cannot_be_changed() -> None:
    figure = _figure()
    with pytest.raises(AttributeError):
        figure.value = 2


def test_a_figure_survives_json() -> None:
    figure = _figure(value=0.5, low=0.1, high=0.9, interval=IntervalKind.WILSON_95, flags=("fictional",))
    assert msgspec.json.decode(msgspec.json.encode(figure), type=Figure) == figure
