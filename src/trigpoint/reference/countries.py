"""Country codes (ISO 3166-1 alpha-2) and short English names, as labels; no statement on the status of a territory."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from trigpoint.errors import CountryError

if TYPE_CHECKING:
    from collections.abc import Mapping

_USER_ASSIGNED = re.compile(r"AA|Q[M-Z]|X[A-Z]")  # ISO 3166-1; ZZ stands for unknown

FICTIONAL = "XL"
"""A user-assigned code: the fictional country of the sample."""

_NAMES = """
AD Andorra
AE United Arab Emirates
AF Afghanistan
AG Antigua and Barbuda
AI Anguilla
AL Albania
AM Armenia
AO Angola
AQ Antarctica
AR Argentina
AS American Samoa
AT Austria
AU Australia
AW Aruba
AX Åland Islands
AZ Azerbaijan
BA Bosnia and Herzegovina
BB Barbados
BD Bangladesh
BE Belgium
BF Burkina Faso
BG Bulgaria
BH Bahrain
BI Burundi
BJ Benin
BL Saint Barthélemy
BM Bermuda
BN Brunei
BO Bolivia
BQ Bonaire, Sint Eustatius and Saba
BR Brazil
BS Bahamas
BT Bhutan
BV Bouvet Island
BW Botswana
BY Belarus
BZ Belize
CA Canada
CC Cocos (Keeling) Islands
CD Congo (Kinshasa)
CF Central African Republic
CG Congo (Brazzaville)
CH Switzerland
CI Côte d'Ivoire
CK Cook Islands
CL Chile
CM Cameroon
CN China
CO Colombia
CR Costa Rica
CU Cuba
CV Cabo Verde
CW Curaçao
CX Christmas Island
CY Cyprus
CZ Czechia
DE Germany
DJ Djibouti
DK Denmark
DM Dominica
DO Dominican Republic
DZ Algeria
EC Ecuador
EE Estonia
EG Egypt
EH Western Sahara
ER Eritrea
ES Spain
ET Ethiopia
FI Finland
FJ Fiji
FK Falkland Islands
FM Micronesia
FO Faroe Islands
FR France
GA Gabon
GB United Kingdom
GD Grenada
GE Georgia
GF French Guiana
GG Guernsey
GH Ghana
GI Gibraltar
GL Greenland
GM Gambia
GN Guinea
GP Guadeloupe
GQ Equatorial Guinea
GR Greece
GS South Georgia and the South Sandwich Islands
GT Guatemala
GU Guam
GW Guinea-Bissau
GY Guyana
HK Hong Kong
HM Heard Island and McDonald Islands
HN Honduras
HR Croatia
HT Haiti
HU Hungary
ID Indonesia
IE Ireland
IL Israel
IM Isle of Man
IN India
IO British Indian Ocean Territory
IQ Iraq
IR Iran
IS Iceland
IT Italy
JE Jersey
JM Jamaica
JO Jordan
JP Japan
KE Kenya
KG Kyrgyzstan
KH Cambodia
KI Kiribati
KM Comoros
KN Saint Kitts and Nevis
KP North Korea
KR South Korea
KW Kuwait
KY Cayman Islands
KZ Kazakhstan
LA Laos
LB Lebanon
LC Saint Lucia
LI Liechtenstein
LK Sri Lanka
LR Liberia
LS Lesotho
LT Lithuania
LU Luxembourg
LV Latvia
LY Libya
MA Morocco
MC Monaco
MD Moldova
ME Montenegro
MF Saint Martin (French part)
MG Madagascar
MH Marshall Islands
MK North Macedonia
ML Mali
MM Myanmar
MN Mongolia
MO Macao
MP Northern Mariana Islands
MQ Martinique
MR Mauritania
MS Montserrat
MT Malta
MU Mauritius
MV Maldives
MW Malawi
MX Mexico
MY Malaysia
MZ Mozambique
NA Namibia
NC New Caledonia
NE Niger
NF Norfolk Island
NG Nigeria
NI Nicaragua
NL Netherlands
NO Norway
NP Nepal
NR Nauru
NU Niue
NZ New Zealand
OM Oman
PA Panama
PE Peru
PF French Polynesia
PG Papua New Guinea
PH Philippines
PK Pakistan
PL Poland
PM Saint Pierre and Miquelon
PN Pitcairn
PR Puerto Rico
PS Palestine
PT Portugal
PW Palau
PY Paraguay
QA Qatar
RE Réunion
RO Romania
RS Serbia
RU Russia
RW Rwanda
SA Saudi Arabia
SB Solomon Islands
SC Seychelles
SD Sudan
SE Sweden
SG Singapore
SH Saint Helena, Ascension and Tristan da Cunha
SI Slovenia
SJ Svalbard and Jan Mayen
SK Slovakia
SL Sierra Leone
SM San Marino
SN Senegal
SO Somalia
SR Suriname
SS South Sudan
ST Sao Tome and Principe
SV El Salvador
SX Sint Maarten (Dutch part)
SY Syria
SZ Eswatini
TC Turks and Caicos Islands
TD Chad
TF French Southern Territories
TG Togo
TH Thailand
TJ Tajikistan
TK Tokelau
TL Timor-Leste
TM Turkmenistan
TN Tunisia
TO Tonga
TR Türkiye
TT Trinidad and Tobago
TV Tuvalu
TW Taiwan
TZ Tanzania
UA Ukraine
UG Uganda
UM United States Minor Outlying Islands
US United States
UY Uruguay
UZ Uzbekistan
VA Vatican City
VC Saint Vincent and the Grenadines
VE Venezuela
VG British Virgin Islands
VI U.S. Virgin Islands
VN Vietnam
VU Vanuatu
WF Wallis and Futuna
WS Samoa
YE Yemen
YT Mayotte
ZA South Africa
ZM Zambia
ZW Zimbabwe
XK Kosovo
XL Fictional country XL
"""

COUNTRIES: Mapping[str, str] = MappingProxyType(
    dict(tuple(line.split(" ", 1)) for line in _NAMES.strip().splitlines())  # type: ignore[misc]
)
"""Short English name by code. ``XK`` and ``XL`` are user-assigned: archives write the one, the sample the other."""


_SPELLINGS = {
    "Czech Republic": "CZ",
    "Macedonia": "MK",
    "Republic of Lithuania": "LT",
    "Swaziland": "SZ",
    "Turkey": "TR",
}
"""Names that databases of addresses gave countries in other years."""
_CODES = {name: code for code, name in COUNTRIES.items()} | _SPELLINGS
_BY_WORDS = {name.casefold(): code for name, code in _CODES.items()}


def code_of_name(name: str) -> str | None:
    """Give the code of a country's short English name; None for any other text.

    >>> code_of_name("Kenya"), code_of_name("Turkey"), code_of_name("Nowhere")
    ('KE', 'TR', None)
    """
    return _CODES.get(name.strip())


def country_code(text: str) -> str:
    """Give the code in upper case. Codes that are nobody's (user-assigned) are those of the lab's worlds.

    >>> country_code("ir"), country_code("XE")
    ('IR', 'XE')

    Raises:
        CountryError: it is not a code.

    """
    code = text.strip().upper()
    if code not in COUNTRIES and not _USER_ASSIGNED.fullmatch(code):
        named = _BY_WORDS.get(text.strip().casefold())
        means = f": write {named} for {COUNTRIES[named]}" if named else ", such as IR"
        message = f"{text!r} is not a country code of two letters (ISO 3166-1){means}"
        raise CountryError(message)
    return code


def country_name(code: str, *, is_laboratory: bool = False) -> str:
    """Give the name, or the code itself where none is known; that of a laboratory says that it is one.

    >>> country_name("KE"), country_name("ZZ"), country_name("XE", is_laboratory=True)
    ('Kenya', 'ZZ', 'Laboratory XE')
    """
    return COUNTRIES.get(code, f"Laboratory {code}" if is_laboratory else code)
