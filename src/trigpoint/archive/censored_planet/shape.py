"""Which of Censored Planet's files a text is, by the keys of its records.

Sources: https://docs.censoredplanet.org (Hyperquack, Satellite), and what ``censoredplanet-analysis`` accepts.
"""

from __future__ import annotations

import re

_KEY = re.compile(rb'(?<!\\)"(\w{1,40})"\s*:')
_OONI = frozenset({"test_keys", "test_name"})
_TRIALS = (
    frozenset({"Server", "Keyword", "Results"}),
    frozenset({"vp", "service", "test_url", "response"}),
    frozenset({"Ip", "Service", "Keyword"}),
    frozenset({"service", "tests"}),
    frozenset({"Service", "Tests"}),
)
_LOOKUPS = (
    frozenset({"vp", "test_url"}),
    frozenset({"resolver", "query"}),
    frozenset({"ip", "query"}),
)
_SIDE = (
    frozenset({"vp", "name"}),
    frozenset({"vp", "names"}),
    frozenset({"vp", "location"}),
    frozenset({"resolver", "name"}),
    frozenset({"resolver", "names"}),
    frozenset({"resolver", "country"}),
    frozenset({"ip", "asnum", "asname"}),
    frozenset({"ip", "keyword", "fetched"}),
    frozenset({"saddr", "data"}),
)
_SIDE_ALONE = (frozenset({"answer"}), frozenset({"response"}))
"""Lists of addresses, one a line."""


def keys_in(head: bytes) -> frozenset[str]:
    r"""Give the keys of all objects in the first bytes of a text.

    >>> sorted(keys_in(b'{"vp": {"a": 1}, "body": "{\\"x\\": 1}"'))
    ['a', 'body', 'vp']
    """
    return frozenset(key.decode() for key in _KEY.findall(head))


def has_trials(head: bytes) -> bool:
    """Tell whether records are Hyperquack's: tries of a name at a server."""
    keys = keys_in(head)
    return not keys & _OONI and any(needed <= keys for needed in _TRIALS)


def has_lookups(head: bytes) -> bool:
    """Tell whether records are Satellite's: questions to a resolver, or what its other files say beside them."""
    keys = keys_in(head)
    return not keys & _OONI and not has_trials(head) and (any(n <= keys for n in _LOOKUPS) or is_side(keys))


def is_side(keys: frozenset[str]) -> bool:
    """Tell whether a record is none of its own: it describes resolvers, addresses, or pages for other records."""
    return keys in _SIDE_ALONE or any(needed <= keys for needed in _SIDE)
