"""Files by which programs resolve names say what the C library reads."""

from __future__ import annotations

from pathlib import Path

from trigpoint.lab.fabrics.kernel.programs import authority_files, name_files


def test_only_files_that_the_machine_has_are_covered(tmp_path: Path) -> None:
    files = name_files(tmp_path / "a", ["192.0.2.1", "192.0.2.2", "2001:db8::1", "192.0.2.3"])
    assert all(Path(path).exists() for path in files)
    text = (tmp_path / "a" / "resolv.conf").read_text()
    assert text == "nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 2001:db8::1\n"


def test_a_file_of_authorities_lies_over_those_that_the_machine_has() -> None:
    files = authority_files("/lab/authorities.pem")
    assert all(Path(path).exists() for path in files)
    assert set(files.values()) <= {"/lab/authorities.pem"}
