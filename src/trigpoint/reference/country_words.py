"""Which country a word names: two letters, three letters, or an English name."""

from __future__ import annotations

import re

import pycountry

from trigpoint.reference.countries import COUNTRIES, code_of_name

_ALSO = {
    "AE": ("UAE", "United Arab Emirates"),
    "CD": ("DRC", "Democratic Republic of the Congo"),
    "CI": ("Ivory Coast",),
    "CN": ("PRC", "mainland China"),
    "HK": ("Hong Kong SAR", "Hong Kong, China", "Hong Kong SAR, China"),
    "MO": ("Macau", "Macao SAR", "Macao, China"),
    "TW": ("Taiwan, China", "Chinese Taipei"),
    "US": ("US", "U.S.", "USA", "United States", "America"),
    "GB": ("UK", "U.K.", "Britain", "United Kingdom"),
    "KR": ("South Korea", "Korea", "Republic of Korea"),
    "RU": ("Russia", "Russian Federation"),
}
"""What texts call countries, where it is not the short English name alone."""
_AMBIGUOUS = {"congo"}
"""What two countries are called."""
_OTHERWISE = {
    **{
        str(getattr(one, kind)).casefold(): one.alpha_2
        for one in pycountry.countries
        for kind in ("name", "common_name", "official_name")
        if one.alpha_2 in COUNTRIES and getattr(one, kind, "congo").casefold() not in _AMBIGUOUS
    },
    **{name.casefold(): code for code, names in _ALSO.items() for name in names},
}


def code_of(text: str) -> str | None:
    """Give the code of a country; None for anything else.

    >>> code_of("DZA"), code_of("cn"), code_of("Russian Federation"), code_of("EU"), code_of("the moon")
    ('DZ', 'CN', 'RU', None, None)
    >>> code_of("the People's Republic of China"), code_of("the UK")
    ('CN', 'GB')
    """
    word = re.sub(r"^the\s+", "", text.strip(), flags=re.IGNORECASE)
    if word.upper() in COUNTRIES:
        return word.upper()
    three = pycountry.countries.get(alpha_3=word.upper()) if len(word) == 3 else None  # noqa: PLR2004 - ISO 3166-1
    found = three.alpha_2 if three is not None else None
    return found if found in COUNTRIES else code_of_name(word) or _OTHERWISE.get(word.casefold())


def is_named(code: str, text: str) -> bool:
    """Tell whether a text names a country, by whole words; abbreviations in capitals only.

    >>> is_named("US", "mainly from the US"), is_named("US", "they trust us"), is_named("KR", "from South Korea")
    (True, False, True)
    """
    words = {*_ALSO.get(code, ()), COUNTRIES.get(code, code)}
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) for word in words)
