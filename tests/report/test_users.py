"""What is said of people who use the Internet."""

from __future__ import annotations

from tests.figures.made_series import series, years
from tests.report.editions import SECTIONS
from trigpoint.figures.data import Data
from trigpoint.figures.indicator import compute
from trigpoint.model.figure import WORLD
from trigpoint.report import Statistics
from trigpoint.report.assembly import edition_of


def test_the_world_s_share_is_the_one_that_was_taken_off_though_a_newer_one_is_known() -> None:
    shares = {**years("KE", 2022, 0.3, 0.4), **years(WORLD, 2022, 0.6, 0.7, 0.75)}
    ledger = compute(Data([series("internet_users_share", shares)]))
    said = SECTIONS["users"].values(edition_of("KE", statistics=Statistics(ledger=ledger)))
    assert (said["newest"]["internet_users_distance"].period, said["world"].period) == ("2023", "2023")
    assert said["share"].id == "internet_users_share.KE.2023"
    whole = SECTIONS["users"].values(edition_of("world", statistics=Statistics(ledger=ledger)))
    assert whole["world"] is None
