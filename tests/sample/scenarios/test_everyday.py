from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Keys = Callable[[str], dict[str, Any]]

from trigpoint.sample.country import TARGETS


def test_each_open_site_is_reached_and_like_the_controls(keys: Keys) -> None:
    for name in ("open.weather-window", "open.tax-counter", "open.plain", "open.04", "open.01"):
        request, control = keys(name)["requests"][-1], keys(name)["control"]["http_request"]
        assert request["response"]["code"] == control["status_code"] == 200
        assert len(request["response"]["body"]) == control["body_length"]


def test_every_target_but_the_parked_one_works_somewhere(whole: Keys) -> None:
    names = {target.split(".")[-2] for target in TARGETS} - {"lost-domain"}
    assert all(whole(f"open.{name}")["test_keys"]["accessible"] for name in names)
