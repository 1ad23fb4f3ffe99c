"""Worlds are read, varied, and refused in one sentence that names file and key."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from trigpoint.errors import InputError
from trigpoint.lab.world.load import MOST_BYTES, load, names

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = """
title = "t"
meaning = "m"
country = "XA"
[[network]]
name = "a1"
asn = 64501
client = ["192.0.2.2"]
resolver = "isp-dns"
[[host]]
name = "isp-dns"
network = "a1"
addresses = ["192.0.2.53"]
resolver = {}
[[host]]
name = "web"
addresses = ["203.0.113.10"]
authority = true
[[site]]
name = "news.example"
hosts = ["web"]
[[censor]]
id = "sni"
behaviour = "tls_reset"
networks = ["a1"]
match = { suffix = ["news.example"] }
[[truth]]
target = "news.example"
state = "blocked"
mechanisms = ["tls.reset.sni"]
step = "tls"
failure = "connection_reset"
[variant.calm]
title = "calm"
without_censor = ["sni"]
[[variant.calm.truth]]
target = "news.example"
state = "ok"
"""


def written(folder: Path, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize("name", names())
def test_every_world_that_comes_along_can_be_read(name: str) -> None:
    world = load(name)
    assert world.name == name
    assert {network.name for network in world.networks} >= {network for network, _ in world.truths()}


def test_a_file_of_ones_own_is_a_world(tmp_path: Path) -> None:
    world = load(written(tmp_path, PLAIN))
    assert world.name == "mine"
    assert [censor.id for censor in world.censors_of("a1")] == ["sni"]
    assert world.places() == {"192.0.2.2": "a1", "192.0.2.53": "a1"}
    assert [(network, row.address) for network, row in world.truths()] == [("a1", "https://news.example/")]


def test_a_world_on_a_base_says_only_what_is_different(tmp_path: Path) -> None:
    changes = 'base = "open"\ntitle = "mine"\ncountry = "XB"\nwithout_truth = ["news.example"]\n'
    rows = '[[truth]]\ntarget = "files.example"\nstate = "down"\nstep = "dns"\nfailure = "dns_nxdomain_error"\n'
    plain, mine = load("open"), load(written(tmp_path, changes + rows))
    assert (mine.name, mine.title, mine.country) == ("mine", "mine", "XB")
    assert (mine.hosts, mine.sites) == (plain.hosts, plain.sites)
    assert len(mine.truth) == len([row for row in plain.truth if row.target != "news.example"])
    assert {row.state for row in mine.truth if row.target == "files.example"} == {"down"}


def test_a_variant_replaces_adds_and_leaves_out(tmp_path: Path) -> None:
    world = load(written(tmp_path, PLAIN) + ":calm")
    assert (world.name, world.title) == ("mine:calm", "calm")
    assert world.censors == ()
    assert [row.state for row in world.truth] == ["ok"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('title = "t"', 'title = "t"\nunknown = 1', "unknown"),
        ('"XA"', '"XK"', "country: 'XK'"),
        ('"XA"', '"IR"', "country: 'IR'"),
        ('resolver = "isp-dns"', 'resolver = "web"', "resolver: 'web'"),
        ("authority = true", "authority = false", "authority"),
        ('["203.0.113.10"]', '["8.8.8.8"]', "addresses: 8.8.8.8"),
        ('["203.0.113.10"]', '["192.0.2.2"]', "address: '192.0.2.2' comes twice"),
        ('hosts = ["web"]', 'hosts = ["nowhere"]', "hosts: there is no 'nowhere'"),
        ('networks = ["a1"]', 'networks = ["a9"]', "networks: there is no 'a9'"),
        ('networks = ["a1"]', "networks = 3", "networks: a list"),
        ('networks = ["a1"]', "placement = { hop = 20 }", "hop: 20"),
        ('behaviour = "tls_reset"', 'behaviour = "magic"', "there is no 'magic'"),
        ("match = {", "matsch = {", "matsch"),
        (
            'title = "t"',
            'title = "t"\nbase = "open"\nrecord = [{ name = "x.example" }, { name = "x.example" }]',
            "world: record: name 'x.example' comes twice",
        ),
        ("[variant.calm]", '[variant.calm]\ncensor = [{ id = "a" }, { id = "a" }]', "calm: censor: id 'a' comes twice"),
        ('target = "news.example"\nstate = "blocked"', 'target = "other.example"\nstate = "blocked"', "target"),
        ("tls.reset.sni", "tls.magic", "there is no 'tls.magic'"),
        ("connection_reset", "broken", "there is no 'broken'"),
        ('state = "blocked"', 'state = "ok"', "mechanisms"),
        ('title = "t"', "title = ", "not TOML"),
        ('client = ["192.0.2.2"]', 'client = ["192.0.2.2", "192.0.2.3"]', "client"),
        ('client = ["192.0.2.2"]', 'client = ["::::"]', "client"),
        ("asn = 64501", "asn = 64501\nborder = 9", "border"),
        ('title = "t"', 'title = "t"\nbase = "nowhere"', "base: there is no world 'nowhere'"),
        ('title = "t"', 'title = "t"\nbase = "open"\nunknown = 1', "world: there is no `unknown`"),
        ('title = "t"', 'title = "t"\nbase = "open"\nrecord = 3', "record: a list of tables"),
        ('without_censor = ["sni"]', "without_censor = 3 # variant", "variant.calm: without_censor: a list of names"),
        ('step = "tls"', "share = [0.9, 0.1]", "share"),
        ('step = "tls"', 'url = "gopher://news.example/"', "url: 'gopher://news.example/'"),
        ("[variant.calm]", '[variant.calm]\nname = "x"', "variant.calm: there is no `name`"),
        ("[variant.calm]", "[variant.other]\nfoo = 1\n[variant.calm]", "variant.other: there is no `foo`"),
        ("[variant.calm]", '[variant.other]\nnetwork = [{ name = "a1" }]\n[variant.calm]', "variant.other: "),
        (
            "[variant.calm]",
            "[variant.other]\nwithout_host = [5, { a = 1 }]\n[variant.calm]",
            "without_host: a list of n",
        ),
        ('title = "t"', 'title = "\\u001b[31mRED\\nline"', "title: '\\x1b[31mRED\\nline' holds a control character"),
        ('hosts = ["web"]', 'hosts = ["web"]\nredirect = "/a\\r\\nSet-Cookie: x"', "site[0].redirect: "),
        ('hosts = ["web"]', 'hosts = ["web"]\n"\\u001b[2J" = 1', "'\\x1b[2J' holds"),
        ('id = "sni"', 'id = "x y"', "censor 'x y': id: "),
        ('id = "sni"', 'id = "x\\n\\u001b[2J"', "censor[0].id: "),
        ('networks = ["a1"]', "schedule = { windows = [{ start = 5, end = 5 }] }", "schedule.windows: one ends"),
        ('["203.0.113.10"]', str([f"10.0.0.{number}" for number in range(17)]), "length <= 16"),
        ("authority = true", f"authority = true\necho = {list(range(17))}", "length <= 16"),
        ("asn = 64501", "asn = 15169", "asn: 15169"),
        ('client = ["192.0.2.2"]', 'client = ["8.8.8.8"]', "client: 8.8.8.8 is in use"),
        ('name = "news.example"', 'name = "www.google.com"', "name: 'www.google.com' may be somebody's"),
        ("match = {", 'match = { regex = ["^(a+)+$"], ', "regex: '^(a+)+$' can take too long"),
    ],
)
def test_a_mistake_is_one_sentence_with_file_and_key(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in PLAIN
    variant = ":calm" if "without_censor" in new or "variant.calm" in says else ""
    with pytest.raises(InputError) as caught:
        load(written(tmp_path, PLAIN.replace(old, new, 1)) + variant)
    assert "mine.toml: " in str(caught.value)
    assert says in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "variant", ["variant = 5", "variant = { night = 5 }", "variant = [{ night = {} }]", "variant = { '' = {} }"]
)
def test_variants_are_tables(tmp_path: Path, variant: str) -> None:
    with pytest.raises(InputError, match="variant: tables with names"):
        load(written(tmp_path, f"{variant}\n{PLAIN.partition('[variant.')[0]}"))


@pytest.mark.parametrize("name", ["nowhere", "open:nowhere", "/nowhere/x.toml"])
def test_what_is_not_there_is_named(name: str) -> None:
    with pytest.raises(InputError, match="nowhere"):
        load(name)


def test_a_file_too_large_for_a_world_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="larger"):
        load(written(tmp_path, "#" * (MOST_BYTES + 1)))


def test_a_world_has_no_more_parts_than_one_machine_can_run(tmp_path: Path) -> None:
    records = "".join(f'[[record]]\nname = "r{number}.example"\ntype = "TXT"\nvalue = "x"\n' for number in range(301))
    plain, calm, variant = PLAIN.partition("[variant.")
    assert len(load(written(tmp_path, plain + records.rpartition("[[")[0] + calm + variant)).records) == 300
    with pytest.raises(InputError, match="length <= 300"):
        load(written(tmp_path, plain + records + calm + variant))


@pytest.mark.parametrize(
    ("kind", "value"), [("A", "nope"), ("MX", "nopref"), ("A", "8.8.8.8"), ("CNAME", "..bad..name")]
)
def test_a_broken_record_is_found_when_the_world_is_read(tmp_path: Path, kind: str, value: str) -> None:
    record = f'record = [{{ name = "r.example", type = "{kind}", value = "{value}" }}]\n'
    with pytest.raises(InputError, match=r"mine\.toml: value: .*record\[0\]"):
        load(written(tmp_path, record + PLAIN))


def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "mine.toml")
    (tmp_path / "folder.toml").mkdir()
    for name in ("mine.toml", "folder.toml"):
        with pytest.raises(InputError, match=f"{name} is no regular file"):
            load(str(tmp_path / name))
