from __future__ import annotations

import tomllib

import pytest

from tests.lab.talks import Talk, hello, query
from trigpoint.errors import InputError
from trigpoint.lab.catalogue import behaviours, censor, censors
from trigpoint.lab.engine.engine import Engine, Path


def test_a_world_s_tables_become_censors_in_their_order() -> None:
    made = censors(
        [{"id": "b", "behaviour": "tls_reset"}, {"id": "a", "behaviour": "shutdown", "placement": {"hop": 9}}]
    )
    assert [(one.id, one.behaviour, one.path, one.placement.hop) for one in made] == [
        ("b", "tls_reset", "on", 3),
        ("a", "shutdown", "in", 9),
    ]


@pytest.mark.parametrize(
    ("entries", "text"),
    [
        ([{"behaviour": "shutdown"}], r"censor\[0\]: id"),
        ([{"id": 7, "behaviour": "shutdown"}], r"censor\[0\]: id"),
        ([{"id": "x"}], r"censor\[0\]: behaviour"),
        ([{"id": "x", "behaviour": "shutdown"}] * 2, "'x' comes twice"),
        ([{"id": "x", "behaviour": "no_such"}], "there is no 'no_such'; there are active_probe"),
        ([{"id": "", "behaviour": "shutdown"}], "id: between 1 and 64"),
        ([{"id": "x" * 65, "behaviour": "shutdown"}], "id: between 1 and 64"),
        ([{"id": "x", "behaviour": "null_route"}], "missing required field `match`"),
        ([{"id": "x", "behaviour": "tls_reset", "match": {"regex": ["("]}}], "regex: .* - at `match`"),
    ],
)
def test_what_cannot_be_is_one_sentence_that_names_it(entries: list, text: str) -> None:
    with pytest.raises(InputError, match=text) as caught:
        censors(entries)
    assert "\n" not in str(caught.value)


WORLD = """
[[censor]]  # three injectors, of which the second and third answer nearly every name
id = "gfw-dns"
behaviour = "dns_injection"
match = { regex = ["(^|\\\\.)listed", "919\\\\.com$"] }
placement = { hop = 5, path = "on", direction = "both", flow_hash_miss = 0.05 }

[[censor.injectors]]
names = { suffix = ["listed-1.example"] }
dont_fragment = false
ttl = { rule = "increment", low = 60, high = 120 }
lie = { pool = ["192.0.2.71"], authoritative = true, record_ttl = 60 }

[[censor.injectors]]
ttl = { rule = "random", low = 30, high = 250 }
delay_seconds = 0.004
[censor.injectors.lie]
pool = ["192.0.2.72", "192.0.2.73"]
pool_prefix_v6 = "2001::/32"
order = "zipf"
groups = 11
record_ttl = { rule = "random", low = 60, high = 300 }

[[censor.injectors]]
probability = 0.93
ttl = { rule = "mirror" }
lie = { pool = ["192.0.2.72", "192.0.2.73"], pool_prefix_v6 = "2001::/32", order = "cyclic", flags = 0x8400 }

[[censor]]  # the three types of reset, with residual blocking of the 3-tuple
id = "gfw-sni"
behaviour = "tls_reset"
match = { suffix = ["listed-1.example"], needs_syn = true, record_reassembly = false, tcp_reassembly = "full" }
placement = { hop = 5 }
residual = { tuple = "3", seconds = 180 }

[[censor.prints]]
weight = 42
flags = "rst"
dont_fragment = false
ttl = { rule = "random", low = 55, high = 118 }
ttl_at = "receiver"

[[censor.prints]]
weight = 56
count = 3
ip_id = { rule = "random", low = 0x00A3, high = 0xFE5F }
ttl = { rule = "random", low = 39, high = 238 }

[[censor.prints]]
weight = 2
ip_id = { rule = "random", low = 0x9916, high = 0x9933 }
ttl = 248
ttl_at = "receiver"

[[censor]]
id = "tspu-ech"
behaviour = "tls_drop"
match = { exact = ["outer.example"], ech = "with" }
placement = { hop = 2 }
schedule = { windows = [{ start = 0, end = 3600 }], period_seconds = 86400, diurnal = [1.0, 0.5] }
"""


def test_a_world_in_toml_says_all_of_it() -> None:
    made = censors(tomllib.loads(WORLD)["censor"])
    assert [(one.id, one.path, one.cause) for one in made] == [
        ("gfw-dns", "on", "dns.injection.other"),
        ("gfw-sni", "on", "tls.reset.sni"),
        ("tspu-ech", "in", "tls.timeout.sni"),
    ]
    filter_ = Engine(made, seed=1, path=Path(hops=9))
    dns = Talk(filter_, server_port=53)
    dns.ask(query("www.listed-1.example"))
    assert 2 <= len(dns.injected()) <= 3
    dns.ask(query("www.listed-1.example", 28))
    assert any(b"\x20\x01\x00\x00" in packet.content for packet in dns.injected())
    tls = Talk(filter_)
    tls.open()
    assert tls.send(hello("listed-1.example")).startswith("pass, client gets RST")


def test_the_folder_is_the_table() -> None:
    assert list(behaviours()) == sorted(behaviours())
    assert censor("x", "shutdown", {}).cause == "ip.shutdown"
