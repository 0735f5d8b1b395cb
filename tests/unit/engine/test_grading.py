"""A scale that fails says that anything is possible, and harms nothing else."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from monitord.adapters.codecs.native import decode
from monitord.domain.decisions import Assessment, Decision, Notice
from monitord.domain.time import SECOND, parse_time
from monitord.engine.step import step
from monitord.engine.ward import Ward, WardSettings
from monitord.rules.book import RuleBook
from monitord.scores.columns import Interval
from monitord.scores.scale import Ages, Inputs, PatientInputs, Scale

NOW = parse_time("2026-01-10T03:20:00Z")


def broken_computing(_: Inputs) -> Interval:
    raise ZeroDivisionError("computing")


def broken_saying(_: PatientInputs, __: Ages) -> str:
    raise KeyError("saying")


def decided(patients: int, breaking: Callable[[Scale], Scale]) -> Iterator[Decision]:
    """Step a ward whose NEWS2 is broken, with one pulse for each patient."""
    ward = Ward(RuleBook(()), WardSettings(beds=patients))
    for place, graded in enumerate(ward.graded):
        if graded.scale.name == "news2":
            ward.graded[place] = replace(graded, scale=breaking(graded.scale))
    pulse = '{"patient": "p-%d", "time": "%s", "signal": "heart_rate", "value": 80, "unit": "/min"}'
    told = ", ".join(pulse % (number, "2026-01-10T03:20:00Z") for number in range(patients))
    yield from step(ward, decode(f"[{told}]".encode(), NOW), NOW)
    yield from step(ward, [], NOW + SECOND)


@pytest.mark.parametrize("patients", [1, 20])
def test_a_scale_that_cannot_be_computed_says_that_anything_is_possible(patients: int) -> None:
    """Alone and in a crowd its interval is all there is, one notice tells it, the rest goes on."""
    decisions = list(decided(patients, lambda scale: replace(scale, compute=broken_computing)))

    notices = [d for d in decisions if isinstance(d, Notice) and d.notice == "scale_failed"]
    assert ["news2: ZeroDivisionError: computing; report this"] == [d.detail for d in notices]
    grades = [d for d in decisions if isinstance(d, Assessment)]
    assert {(0, 20)} == {(d.low, d.high) for d in grades if d.scale == "news2"}
    assert patients == sum(d.scale == "news2" for d in grades)
    assert patients == sum(d.scale == "crs_astct" for d in grades)


def test_a_scale_that_cannot_say_why_is_still_told() -> None:
    """An assessment whose sentence fails comes without its reason, and a notice tells it."""
    decisions = list(decided(1, lambda scale: replace(scale, explain=broken_saying)))

    (told,) = [d for d in decisions if isinstance(d, Assessment) and d.scale == "news2"]
    assert told.because.endswith("the scale failed; report this.")
    assert "scale_failed" in {d.notice for d in decisions if isinstance(d, Notice)}
