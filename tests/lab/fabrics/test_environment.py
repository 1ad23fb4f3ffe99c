"""A program in the lab has the lab's surroundings."""

from __future__ import annotations

from trigpoint.lab.fabrics.environment import environment


def test_proxies_and_options_of_the_machine_are_left_out() -> None:
    base = {"http_proxy": "x", "HTTPS_PROXY": "x", "no_proxy": "x", "RES_OPTIONS": "x", "PATH": "/bin"}
    assert environment(base, "", {}) == {"PATH": "/bin"}


def test_the_bundle_is_where_programs_look_and_explicit_variables_count_more() -> None:
    made = environment({"SSL_CERT_FILE": "old"}, "/lab.pem", {"CURL_CA_BUNDLE": "/mine.pem"})
    assert made["SSL_CERT_FILE"] == made["REQUESTS_CA_BUNDLE"] == made["NODE_EXTRA_CA_CERTS"] == "/lab.pem"
    assert made["CURL_CA_BUNDLE"] == "/mine.pem"


def test_authorities_of_the_machine_are_not_trusted() -> None:
    names = ("SSL_CERT_DIR", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "AWS_CA_BUNDLE", "PIP_CERT")
    base = dict.fromkeys(names, "/etc/ssl")
    assert environment(base, "", {}) == {}
    made = environment(base, "/lab/authorities.pem", {})
    assert [made[name] for name in names] == [
        "/lab/none",
        "/lab/authorities.pem",
        "/lab/none",
        *["/lab/authorities.pem"] * 2,
    ]
