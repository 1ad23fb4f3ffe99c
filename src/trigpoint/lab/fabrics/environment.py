"""The environment of a program in the lab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.lab.fabrics.bundles import no_authorities

if TYPE_CHECKING:
    from collections.abc import Mapping

_BUNDLES = (
    "SSL_CERT_FILE",
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "GIT_SSL_CAINFO",
    "AWS_CA_BUNDLE",
    "PIP_CERT",
    "CARGO_HTTP_CAINFO",
    "NIX_SSL_CERT_FILE",
)
_FOLDERS = ("SSL_CERT_DIR", "GIT_SSL_CAPATH")
_ASTRAY = frozenset({"http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy", "res_options", "localdomain"})


def environment(base: Mapping[str, str], bundle: str, more: Mapping[str, str]) -> dict[str, str]:
    """Make the environment of a program in the lab.

    Args:
        base: that of whoever starts it. Proxies and resolver options, which lead nowhere here, are left out, and so are
            the authorities that are trusted there.
        bundle: file of the certificate authorities that it trusts. Empty: none.
        more: variables besides, which count more.

    >>> environment({"HTTPS_PROXY": "http://198.51.100.1", "LANG": "C"}, "", {"A": "b"})
    {'LANG': 'C', 'A': 'b'}

    """
    left_out = {*_BUNDLES, *_FOLDERS}
    kept = {name: value for name, value in base.items() if name.lower() not in _ASTRAY and name not in left_out}
    trusted = dict.fromkeys(_BUNDLES, bundle) | dict.fromkeys(_FOLDERS, no_authorities(bundle)) if bundle else {}
    return {**kept, **trusted, **more}
