from pathlib import Path

import pytest

from trigpoint.errors import InputError
from trigpoint.figures.categories import read


def _file(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "categories.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_two_columns_of_domain_and_category_are_read(tmp_path: Path) -> None:
    categories = read(_file(tmp_path, "domain,category\nexample.org,NEWS\n"))
    assert categories.of("example.org") == categories.of("www.example.org") == "NEWS"
    assert categories.of("example.com") == ""


def test_a_test_list_of_the_citizen_lab_is_read(tmp_path: Path) -> None:
    head = "url,category_code,category_description,date_added,source,notes\n"
    text = f"{head}https://www.Example.org/x?y,HUMR,Human Rights,2020-01-01,me,\nhttp://münchen.example/,NEWS,,,,\n"
    categories = read(_file(tmp_path, text))
    assert categories.of("www.example.org") == "HUMR"
    assert categories.of("xn--mnchen-3ya.example") == "NEWS"


def test_the_first_category_of_a_host_holds(tmp_path: Path) -> None:
    text = "url,category_code\nhttps://a.example/1,NEWS\nhttps://a.example/2,PORN\n"
    assert read(_file(tmp_path, text)).of("a.example") == "NEWS"


def test_a_url_that_cannot_be_parsed_is_left_out(tmp_path: Path) -> None:
    text = f"url,category_code\nhttp://[bad,NEWS\n{'é' * 300},NEWS\nhttps://a.example/,NEWS\n"
    assert list(read(_file(tmp_path, text)).by_host) == ["a.example"]


def test_the_file_is_hashed(tmp_path: Path) -> None:
    first = read(_file(tmp_path, "domain,category\n")).file.sha256
    assert first != read(_file(tmp_path, "domain,category\nx,y\n")).file.sha256


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "", b"\xff\xfe", 'domain,category\n"x'])
def test_a_file_of_another_kind_is_one_sentence(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(InputError, match="category file"):
        read(_file(tmp_path, text))


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / "none.csv")
