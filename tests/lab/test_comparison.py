"""A comparison can be read by people and by programs."""

from __future__ import annotations

import json

from trigpoint.lab.comparison import Compared, Comparison, Stray

ROW = Compared(
    "a1", "pirate.example", "https://pirate.example/", (4, 6), "blocked", "IPv4 only", ("tls.reset",),
    {"tls.reset.sni": 2}, "confirmed",
)  # fmt: skip
STRAY = Stray("a1", "c", "tls.reset.sni", "news.example", 1)


def test_the_table_has_a_line_for_each_row_and_each_stray_and_a_summary() -> None:
    head, row, stray, summary = Comparison("turkey", 3, (ROW,), (STRAY,)).text().splitlines()
    assert head.split() == ["network", "target", "state", "outcome", "expected", "acts"]
    assert row.split()[:4] == ["a1", "https://pirate.example/", "blocked", "confirmed"]
    assert row.endswith("tls.reset  tls.reset.sni:2  IPv4 only")
    assert stray == "unforeseen: 1 times tls.reset.sni by c on a1, on news.example"
    assert summary == "turkey: 3 acts; 1 unforeseen"
    assert Comparison("turkey", 0, (), ()).text().endswith("turkey: 0 acts; none unforeseen")


def test_programs_get_every_field_and_whether_it_holds() -> None:
    plain = json.loads(json.dumps(Comparison("turkey", 3, (ROW,), (STRAY,)).plain()))
    assert plain["holds"] is False
    assert plain["rows"][0].keys() == set(Compared.__struct_fields__)
    assert Comparison("turkey", 2, (ROW,), ()).plain()["holds"] is True


def test_what_was_sent_reaches_no_terminal_as_it_is() -> None:
    text = Comparison("turkey", 1, (), (Stray("a1", "c", "tls.certificate", "\x1b[2J.example", 1),)).text()
    assert "\\x1b[2J.example" in text
    assert "\x1b" not in text
