"""A site is seen as its views say, under A-labels."""

from __future__ import annotations

import pytest

from trigpoint.lab.world.reserved import a_label
from trigpoint.lab.world.site import Site, View

VIEW = View(networks=("a1", "outside"), kind="geoblock", status=451, hosts=("edge",))
SITE = Site(name="bücher.example", hosts=("web",), aliases=("WWW.bücher.example",), views=(VIEW,))


def test_names_are_a_labels_its_own_first() -> None:
    assert SITE.names == ("xn--bcher-kva.example", "www.xn--bcher-kva.example")


def test_who_is_meant_by_a_view_sees_what_it_gives_and_the_rest_as_it_is() -> None:
    seen = SITE.seen_from("a1")
    assert (seen.kind, seen.status, seen.hosts, seen.certificate) == ("geoblock", 451, ("edge",), "good")
    assert SITE.seen_from("a2") is SITE
    assert SITE.view("outside") is VIEW


@pytest.mark.parametrize("key", ["name", "aliases", "cname"])
def test_what_is_no_host_name_is_refused_with_its_key(key: str) -> None:
    values = {"name": "x.example", "hosts": ("web",)}
    with pytest.raises(ValueError, match=f"{key}: 'a b'"):
        Site(**{**values, key: "a b" if key == "name" else ("a b",)})
    with pytest.raises(ValueError, match="name"):
        a_label("name", "-.-")
