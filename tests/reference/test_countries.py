import re

import pytest

from trigpoint.errors import CountryError
from trigpoint.reference.countries import COUNTRIES, FICTIONAL, code_of_name, country_code, country_name


def test_every_code_has_two_capitals_and_a_name() -> None:
    assert all(re.fullmatch("[A-Z]{2}", code) and name.strip() for code, name in COUNTRIES.items())


def test_the_249_codes_of_iso_3166_1_and_two_user_assigned_ones_are_there() -> None:
    assert len(COUNTRIES) == 251
    assert FICTIONAL in COUNTRIES


@pytest.mark.parametrize("text", ["ir", " IR ", "Ir"])
def test_a_code_is_taken_in_any_case(text: str) -> None:
    assert country_code(text) == "IR"


@pytest.mark.parametrize("text", ["XE", "xa", "QM", "AA"])
def test_codes_that_are_nobodys_are_those_of_laboratories(text: str) -> None:
    assert country_name(country_code(text), is_laboratory=True) == f"Laboratory {text.upper()}"
    assert country_name(country_code(text)) == text.upper()


@pytest.mark.parametrize("text", ["", "ZZ", "Iran", "IRN", "I1", "<script>"])
def test_what_is_not_a_code_is_one_sentence(text: str) -> None:
    with pytest.raises(CountryError, match="is not a country code of two letters"):
        country_code(text)


@pytest.mark.parametrize(("text", "code"), [("China", "CN"), ("iran", "IR"), (" turkey", "TR")])
def test_a_country_that_is_named_is_told_its_code(text: str, code: str) -> None:
    with pytest.raises(CountryError, match=f"of two letters \\(ISO 3166-1\\): write {code} for "):
        country_code(text)


def test_a_code_without_a_name_stands_for_itself() -> None:
    assert country_name("ZZ") == "ZZ"


def test_a_name_gives_its_code_in_the_spellings_of_other_years_too() -> None:
    assert all(code_of_name(name) == code for code, name in COUNTRIES.items())
    assert [code_of_name(name) for name in ("Turkey", "Czech Republic", " Kenya ", "Nowhere")] == [
        "TR",
        "CZ",
        "KE",
        None,
    ]
