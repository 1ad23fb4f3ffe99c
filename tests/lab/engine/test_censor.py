from __future__ import annotations

from trigpoint.lab.engine.censor import residual_response
from trigpoint.lab.engine.prints import TcpPrint
from trigpoint.lab.engine.rates import Police
from trigpoint.lab.engine.resets import Reset, ResetEach
from trigpoint.lab.engine.residual import Residual
from trigpoint.lab.engine.silences import Drop

LOOKS = (TcpPrint(count=3),)


def test_the_same_is_done_again() -> None:
    police = Police(1.0, 1.0, "both")
    assert residual_response(Residual(), police) is police
    assert residual_response(Residual(packets="syn"), Reset(LOOKS)) == ResetEach(LOOKS, "syn")


def test_or_something_else() -> None:
    assert residual_response(Residual(action="reset"), Drop()) == ResetEach((TcpPrint(),), "payload")
    assert residual_response(Residual(action="drop-in"), Reset(LOOKS)) == Drop("in")
