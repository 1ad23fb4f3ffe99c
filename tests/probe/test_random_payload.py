"""random_payload in the lab: a list of allowed protocols, a port that dies by being probed, and nothing."""

from __future__ import annotations

from tests.probe.lab import ECHO, ECHO6, made
from trigpoint.model.step import Datagram

V4 = frozenset({4})


def test_protocols_that_are_not_on_a_list_are_cut_and_what_looks_like_one_passes() -> None:
    found = made("random_payload", "iran", f"tcp://{ECHO}:443/", options={"repeats": 2})
    assert found.keys["x_tally"] == {
        "random": {"generic_timeout_error": 2},
        "printable": {"generic_timeout_error": 2},
        "tls_like": {"ok": 2},
    }
    exchanges = [step for step in found.read.steps if isinstance(step, Datagram)]
    assert {(step.tags, step.failure is None, step.is_echo) for step in exchanges if "tls" in (step.tags or "")} == {
        ("arm=tls_like", True, True),
        ("arm=tls_like.2", True, True),
    }


def test_a_server_that_was_probed_is_dead_afterwards() -> None:
    found = made("random_payload", "gfw-2024", "tcp://203.0.113.25:8388/", options={"repeats": 4})
    counts = found.keys["x_tally"]
    assert sum(tally.get("generic_timeout_error", 0) for tally in counts.values()) > 6
    assert sum(tally.get("ok", 0) for tally in counts.values()) > 0, "the first flow passes"


def test_flows_that_look_random_are_cut_now_and_then() -> None:
    tally = made("random_payload", "gfw-2024:random-2022", None, families=V4).keys["x_tally"]
    assert 2 <= tally["random"]["generic_timeout_error"] < sum(tally["random"].values()), "one of four"
    assert tally["printable"] == {"ok": 16}
    assert set(tally["tls_like"]) == {"ok"}


def test_nothing_is_found_where_nothing_is_filtered() -> None:
    own = made("random_payload", "open", None)
    assert set(own.keys["x_tally"]) == {
        f"{kind}{where}" for kind in ("random", "printable", "tls_like") for where in ("", "_v6")
    }
    assert own.keys["x_tally"]["random"] == own.keys["x_tally"]["printable"] == {"ok": 16}
    assert own.keys["x_tally"]["tls_like"] == {"ok": 48}
    assert own.measured.seconds > 31 * 360, "the same bytes are sent once in each window, over both versions of IP"
    assert all(step.failure is None for step in own.read.steps)


def test_a_server_is_looked_up_or_given() -> None:
    named = made("random_payload", "open", "tcp://echo.lab.example:8443/", families=V4)
    known = made("random_payload", "open", "tcp://echo:8443/", families=V4, options={"address": ECHO})
    assert {part["endpoint"] for part in (*named.keys["x_parts"], *known.keys["x_parts"])} == {f"{ECHO}:8443"}


def test_a_closed_port_says_so() -> None:
    found = made("random_payload", "open", f"tcp://{ECHO}:81/")
    assert found.keys["x_tally"]["random"] == {"connection_refused": 3}, "nobody knocks at a closed port for ever"
    assert found.measured.seconds < 360, "nothing was sent that could trigger"


def test_a_line_on_which_nothing_comes_back_is_not_tried_for_half_an_hour() -> None:
    found = made("random_payload", "shutdown", f"tcp://{ECHO}:443/", network="a4", seed=1)
    tally, sent = found.keys["x_tally"], [part["sent_bytes"] > 0 for part in found.keys["x_parts"]]
    assert any(sent), "some connections open"
    assert not all(sent)
    assert set(tally["tls_like"]) == {"generic_timeout_error"}
    assert sum(tally["random"].values()) < 6
    assert found.measured.seconds < 900


def test_a_server_whose_addresses_are_known_is_tried_in_both_families() -> None:
    found = made("random_payload", "open", "tcp://echo:8443/", options={"addresses": (ECHO, ECHO6)})
    assert {part["endpoint"] for part in found.keys["x_parts"]} == {f"{ECHO}:8443", f"[{ECHO6}]:8443"}
