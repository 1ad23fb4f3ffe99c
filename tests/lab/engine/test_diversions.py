from __future__ import annotations

from tests.lab.talks import Talk, causes, engine
from trigpoint.lab.engine.diversions import Divert
from trigpoint.lab.engine.outcome import Verdict
from trigpoint.lab.engine.response import Hit


def test_without_names_the_beginning_of_each_flow_is_told() -> None:
    act, ongoing = Divert("box").begin(Hit("flow"), None)  # type: ignore[arg-type]
    assert (act.did, act.verdict, act.to, ongoing) == ("divert", Verdict.DIVERT, "box", Divert("box"))


def test_later_packets_follow_in_silence_and_the_way_back_is_free() -> None:
    filter_ = engine({"behaviour": "captive_portal", "to": "portal"})
    talk = Talk(filter_, server_port=80)
    assert [talk.syn(), talk.synack(), talk.ack()] == ["divert to portal", "pass", "divert to portal"]
    assert causes(filter_) == [("divert", "local.captive_portal")]
