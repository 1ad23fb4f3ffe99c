"""The doctor says what is missing, and what helps."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.lab.fabrics.kernel.conftest import ROOT
from trigpoint.lab.fabrics.kernel import doctor
from trigpoint.lab.fabrics.kernel.interpreter import surroundings

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {"users": "", "networks": "", "tun": "", "veth": "", "ipv6": "", "mounts": ""}


def _read(results: dict[str, str], *, container: bool = False, **settings: str) -> doctor.Findings:
    return doctor.read(
        results, lambda path: settings.get(path.split("/")[1], ""), lambda path: container and "docker" in str(path)
    )


def test_a_machine_that_has_all_is_well() -> None:
    findings = _read(GOOD)
    assert findings.why_not is None
    assert all(finding.ok and not finding.remedy for finding in findings.all)


@pytest.mark.parametrize("missing", ["tun", "veth"])
def test_one_kind_of_wires_is_enough(missing: str) -> None:
    findings = _read(GOOD | {missing: "Permission denied"})
    assert findings.why_not is None
    assert sum(not finding.ok for finding in findings.all) == 1


@pytest.mark.parametrize("missing", ["users", "networks", "ipv6", "mounts"])
def test_what_is_missing_is_told_with_reason_and_remedy(missing: str) -> None:
    why_not = _read(GOOD | {missing: "Permission denied"}).why_not
    assert why_not is not None
    assert "(Permission denied); what helps: " in why_not
    assert "\n" not in why_not


def test_no_wires_at_all_is_a_reason() -> None:
    assert "TUN" in (_read(GOOD | {"tun": "none", "veth": "none"}).why_not or "")


@pytest.mark.parametrize(
    ("settings", "remedy"),
    [
        ({"apparmor_restrict_unprivileged_userns": "1"}, "kernel.apparmor_restrict_unprivileged_userns=0"),
        ({"unprivileged_userns_clone": "0"}, "kernel.unprivileged_userns_clone=1"),
        ({"max_user_namespaces": "0"}, "user.max_user_namespaces=15000"),
        ({}, "outside of whatever confines it"),
        ({"container": True}, "(/.dockerenv is there): start it with --privileged, or leave it and any other sandbox"),
    ],
)
def test_the_remedy_is_that_of_the_switch_that_is_off(settings: dict[str, str], remedy: str) -> None:
    (finding,) = _read({"users": "Operation not permitted"}, **settings).all
    assert remedy in finding.remedy


def test_other_systems_have_no_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "darwin" in (doctor.probe().why_not or "")


def test_a_trial_that_breaks_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "command", lambda _module: [sys.executable, "-c", "print('no')"])
    assert "the trial did not end as it should" in (doctor.probe().why_not or "")
    assert doctor._setting("kernel/none") == ""
    assert doctor._setting("kernel/ostype") == "Linux"


def test_a_process_tries_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = doctor.why_not()
    monkeypatch.setattr(doctor, "probe", lambda: pytest.fail("tried again"))
    assert doctor.why_not() == found


_SCRIPT = """
import json
from trigpoint.lab.fabrics.kernel.doctor import probe
print(json.dumps([probe().why_not]))
"""


def test_a_machine_without_user_namespaces_is_told_so() -> None:
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        pytest.skip("no bwrap on the PATH, with which to be on such a machine (Debian: apt-get install bubblewrap)")
    confined = [bwrap, "--unshare-user", "--disable-userns", "--cap-drop", "ALL", "--dev-bind", "/", "/"]
    if subprocess.run([*confined, "true"], capture_output=True, check=False).returncode:
        pytest.skip("bwrap does not work here")
    done = subprocess.run(
        [*confined, sys.executable, "-c", _SCRIPT], cwd=ROOT, env=surroundings(), capture_output=True, check=True
    )
    assert "has no user namespaces" in json.loads(done.stdout)[0]


def test_a_lab_there_says_what_the_machine_lacks(tmp_path: Path) -> None:
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        pytest.skip("no bwrap on the PATH, with which to be on such a machine (Debian: apt-get install bubblewrap)")
    script = """
import asyncio
from tests.lab.fabrics.worlds import world
from trigpoint.errors import LabError
from trigpoint.lab.fabrics.kernel.fabric import KernelFabric
try:
    asyncio.run(KernelFabric(world()).start())
except LabError as error:
    print(error)
"""
    confined = [bwrap, "--unshare-user", "--disable-userns", "--cap-drop", "ALL", "--dev-bind", "/", "/"]
    done = subprocess.run(
        [*confined, sys.executable, "-c", script],
        cwd=ROOT,
        env=surroundings(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "does not let the lab make namespaces (unshare:" in done.stdout
