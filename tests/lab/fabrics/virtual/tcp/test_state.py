from __future__ import annotations

from trigpoint.lab.fabrics.virtual.tcp.state import (
    AFTER_ACKNOWLEDGED_END,
    AFTER_OUR_END,
    AFTER_PEERS_END,
    OPENING,
    RECEIVING,
    State,
)


def test_every_state_but_the_first_and_last_leads_on() -> None:
    leads = OPENING | AFTER_OUR_END.keys() | AFTER_PEERS_END.keys() | AFTER_ACKNOWLEDGED_END.keys()
    assert set(State) - leads == {State.CLOSED, State.TIME_WAIT}
    assert AFTER_PEERS_END.keys() == RECEIVING
