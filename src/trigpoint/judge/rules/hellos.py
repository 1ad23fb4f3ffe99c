"""What hellos under other names, and under none, tell at a server of one's own (M11): what else would be cut.

They are none of the site's own and accuse nobody: the name in question is judged by its own arm. They say whether a
list tells what is cut or what passes, whether names matter at all, and whether the server can be believed.
"""

from __future__ import annotations

import polars as pl

from trigpoint.judge.rule import Rule, has_kind
from trigpoint.model.failure import Kind
from trigpoint.model.verdict import State

_cut = has_kind(Kind.RESET, Kind.CLOSE, Kind.TIMEOUT)
_made_up = (pl.col("arm") == "made_up") & _cut & pl.col("is_shown")
_nameless = (pl.col("arm") == "nameless") & _cut

TLS_HELLOS = (
    Rule(
        id="tls.server_knows_its_name",
        condition=_made_up & pl.col("passes_at_site"),
        state=State.INSUFFICIENT,
        explanation="control.failure",
        outweighs=(State.BLOCKED,),
        reason="The site answers to its name, and the server that should answer to every name cuts made-up ones.",
        source="primitive M11 (a) and (d); requirement R6: a server may turn away the names that it does not know",
    ),
    Rule(
        id="tls.only_listed_names_pass",
        condition=_made_up & ~pl.col("passes_at_site"),
        reason="Names made up at random were cut as well, not by chance: what is not on a list does not pass.",
        source="primitive M11 (d); sources: S12; net4people/bbs issues 516 and 630",
    ),
    Rule(
        id="tls.nameless_cut",
        condition=_nameless & pl.col("is_shown"),
        reason="Hellos without a server name were cut as well, not by chance, and those with an innocent one passed.",
        source="primitive M11 (c)",
    ),
    Rule(
        id="tls.every_hello_cut",
        condition=_nameless & pl.col("hellos_die"),
        reason="No hello was answered, not even one without a server name: whatever cuts them, it is not the name.",
        source="primitive M11 (c); sources: I4: resets by address and port look like those of a name",
    ),
)
"""Rules of other hellos, in order."""
