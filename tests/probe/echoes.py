"""How the world echoes an address: every form that is known, written without the code that looks for them."""

from __future__ import annotations

import base64
import hashlib
import html
import ipaddress
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

V4 = ipaddress.IPv4Address
V6 = ipaddress.IPv6Address


def everything_percent(text: str) -> str:
    return "".join(f"%{ord(character):02X}" for character in text)


def numeric_entities(text: str) -> str:
    return "".join(f"&#{ord(character)};" for character in text)


def octets(address: V4) -> list[int]:
    return list(address.packed)


OF_V4: dict[str, Callable[[V4], str]] = {
    "dotted": str,
    "with port": lambda a: f"{a}:8080",
    "padded": lambda a: ".".join(f"{octet:03d}" for octet in octets(a)),
    "dashed host": lambda a: f"host-{'-'.join(map(str, octets(a)))}.dyn.isp.example",
    "underscores": lambda a: "_".join(map(str, octets(a))),
    "reverse name": lambda a: a.reverse_pointer,
    "reversed host": lambda a: f"{'-'.join(map(str, reversed(octets(a))))}.pool.example",
    "decimal": lambda a: str(int(a)),
    "decimal, little end first": lambda a: str(int.from_bytes(a.packed, "little")),
    "hexadecimal, little end first": lambda a: a.packed[::-1].hex(),
    "letters in hexadecimal": lambda a: str(a).encode().hex(),
    "letters in hexadecimal, upper": lambda a: f"{a}".encode().hex().upper(),
    "digest": lambda a: hashlib.sha256(str(a).encode()).hexdigest(),
    "digest, MD5": lambda a: hashlib.md5(str(a).encode()).hexdigest(),  # noqa: S324 - what others use
    "digest, SHA-1": lambda a: hashlib.sha1(str(a).encode()).hexdigest().upper(),  # noqa: S324 - likewise
    "list of numbers": lambda a: json.dumps(octets(a)),
    "list, commas": lambda a: ",".join(map(str, octets(a))),
    "list, slashes": lambda a: "/".join(map(str, octets(a))),
    "spaced": lambda a: " . ".join(map(str, octets(a))),
    "quoted-printable": lambda a: str(a).replace(".", "=2E"),
    "hexadecimal": lambda a: f"0x{int(a):08x}",
    "hexadecimal, upper": lambda a: f"{int(a):08X}",
    "octal": lambda a: f"0{int(a):o}",
    "dotted hexadecimal": lambda a: ".".join(f"0x{octet:02x}" for octet in octets(a)),
    "dotted octal": lambda a: ".".join(f"0{octet:o}" for octet in octets(a)),
    "dots in a URL": lambda a: str(a).replace(".", "%2E"),
    "URL, throughout": lambda a: everything_percent(str(a)),
    "URL, twice": lambda a: quote(everything_percent(str(a))),
    "HTML": lambda a: numeric_entities(str(a)),
    "HTML, dots": lambda a: str(a).replace(".", "&period;"),
    "script": lambda a: str(a).replace(".", "\\u002e"),
    "defanged": lambda a: str(a).replace(".", "[.]"),
    "mapped": lambda a: f"::ffff:{a}",
    "mapped, in groups": lambda a: f"::ffff:{int(a) >> 16:x}:{int(a) & 0xFFFF:x}",
    "translated": lambda a: f"64:ff9b::{int(a) >> 16:x}:{int(a) & 0xFFFF:x}",
    "6to4": lambda a: f"2002:{int(a) >> 16:x}:{int(a) & 0xFFFF:x}::1",
    "base64, at the beginning": lambda a: base64.b64encode(f"{a};user".encode()).decode(),
    "base64, one on": lambda a: base64.b64encode(f"={a};user".encode()).decode(),
    "base64, two on": lambda a: base64.b64encode(f"p={a};user".encode()).decode(),
    "base64 of the bytes": lambda a: base64.b64encode(a.packed).decode(),
}
OF_V6: dict[str, Callable[[V6], str]] = {
    "short": str,
    "upper case": lambda a: str(a).upper(),
    "brackets": lambda a: f"[{a}]:443",
    "whole": lambda a: a.exploded,
    "whole, upper case": lambda a: a.exploded.upper(),
    "no padding": lambda a: ":".join(f"{int(group, 16):x}" for group in a.exploded.split(":")),
    "last two dotted": lambda a: f"{':'.join(a.exploded.split(':')[:6])}:{V4(int(a) & 0xFFFFFFFF)}",
    "reverse name": lambda a: a.reverse_pointer,
    "literal host": lambda a: f"{str(a).replace(':', '-')}.ipv6-literal.net",
    "one number": lambda a: str(int(a)),
    "letters in hexadecimal": lambda a: str(a).encode().hex(),
    "digest": lambda a: hashlib.sha256(str(a).encode()).hexdigest(),
    "digest of the whole": lambda a: hashlib.md5(a.exploded.encode()).hexdigest(),  # noqa: S324 - as above
    "hexadecimal": lambda a: f"{int(a):032x}",
    "URL": lambda a: quote(str(a)),
    "URL, throughout": lambda a: everything_percent(str(a)),
    "HTML": lambda a: html.escape(numeric_entities(str(a))).replace("&amp;", "&"),
    "base64": lambda a: base64.b64encode(f"ip={a}&x".encode()).decode(),
    "base64, whole": lambda a: base64.b64encode(f"{a.exploded};".encode()).decode(),
    "base64 of the bytes": lambda a: base64.b64encode(a.packed).decode(),
}
FORMS = [("4", name) for name in OF_V4] + [("6", name) for name in OF_V6]

v4 = st.ip_addresses(v=4).filter(lambda a: not a.is_loopback and not a.is_unspecified and octets(a)[0] > 0)
v6 = st.ip_addresses(v=6).filter(lambda a: not a.is_loopback and int(a) >> 112 and a.ipv4_mapped is None)


def echo(form: tuple[str, str], four: V4, six: V6) -> str:
    version, name = form
    return OF_V4[name](four) if version == "4" else OF_V6[name](six)


def is_echoed(text: str, form: tuple[str, str], four: V4, six: V6) -> bool:
    """Tell whether an echo can still be read from a text that once held it."""
    core = echo(form, four, six)
    if "base64" in form[1]:
        whole = text + "=" * (-len(text) % 4)
        try:
            decoded = base64.b64decode(whole, validate=True)
        except ValueError:  # what was in it has a hole
            return False
        address = four if form[0] == "4" else six
        return any(part in decoded for part in (str(address).encode(), address.exploded.encode(), address.packed))
    return core in text
