"""Remote measurements from records to verdicts, as text that a person can read the difference of (``make golden``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tests.archive.censored_planet.cases import QUESTIONS, TRIALS
from tests.archive.censored_planet.records import asked, quack
from trigpoint.judge.lines import verdict_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.model.measurement import Measurement

CASES = {name: quack(record) for name, record in TRIALS.items()}
CASES |= {name: asked(record) for name, record in QUESTIONS.items()}
_LEFT_OUT = {"step", "pointer", "answers", "answer_count", "body_sha256", "certificate_chain", "headers", "url"}


def _steps(measurement: Measurement) -> list[str]:
    lines = []
    for step in measurement.steps:
        fields = {
            key: value
            for key, value in msgspec.structs.asdict(step).items()
            if key not in _LEFT_OUT and value is not None
        }
        answers = [f"{answer.address} ({answer.shared})" for answer in getattr(step, "answers", ())]
        told = [f"{key}={value}" for key, value in fields.items() if key not in _LEFT_OUT and value is not None]
        told += answers
        lines.append(f"  {step.pointer} {type(step).__name__}: {', '.join(told)}")
    return lines


def test_the_steps_of_remote_measurements_stay_as_they_are(golden: Callable[[str, bytes | str], None]) -> None:
    lines = []
    for name, measurement in CASES.items():
        control = f"control {measurement.has_control} {measurement.control_failure or ''}".strip()
        lines += [f"{name}: {measurement.nettest}, {control}", *_steps(measurement)]
    golden("remote/steps.txt", "\n".join([*lines, ""]))


def test_the_verdicts_of_remote_measurements_stay_as_they_are(golden: Callable[[str, bytes | str], None]) -> None:
    keys = ("mechanisms", "interference", "explanations", "rules")
    lines = [
        " | ".join([name, said["state"], *(" ".join(said[key]) for key in keys)])
        for name, said in zip(CASES, verdict_lines(CASES.values()), strict=True)
    ]
    golden("remote/verdicts.txt", "\n".join([*lines, ""]))
