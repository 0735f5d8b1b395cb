"""Compares what a simulated ward's script says with what was noticed; pure, no printing.

The demonstration passes when the patient with CRS and the one with ICANS were found, nobody else
was given such a grade, and nobody who is well had a physiological alert worth a page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from monitord.adapters.simulator.ward import Truth
from monitord.domain.time import Millis

PRIORITIES: Final = ("high", "medium", "low")

_GRADE_RULE: Final = re.compile(r"(crs|icans)-grade-(\d)")
_SCALES: Final = {"crs": "crs_astct", "icans": "icans_astct"}
# What a demonstration is about, per scale: a lower grade may have another cause.
_FOUND_FROM: Final = {"crs_astct": 2, "icans_astct": 1}
_STORY_SCALE: Final = {"crs": "crs_astct", "icans": "icans_astct"}


class Sighting(NamedTuple):
    """One alert as it became active."""

    alert: str
    patient: str
    time: Millis
    rule: str
    condition: str
    priority: str
    message: str

    @property
    def grade(self) -> tuple[str, int] | None:
        """The scale and the grade that the alert tells, if that is what it is about."""
        named = _GRADE_RULE.fullmatch(self.rule)
        return (_SCALES[named[1]], int(named[2])) if named else None


@dataclass(frozen=True, slots=True)
class Row:
    """What was noticed about one patient, beside what the script says."""

    truth: Truth
    first: Sighting | None
    found: Sighting | None
    highest: dict[str, int]
    count: dict[str, int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every patient's row, and what is wrong; all is well when nothing is."""

    rows: tuple[Row, ...]
    problems: tuple[str, ...]


def judge(truths: Sequence[Truth], sightings: Sequence[Sighting]) -> Verdict:
    """Return what was detected of each patient, and every difference that matters."""
    rows = tuple(
        _row(truth, [seen for seen in sightings if seen.patient == truth.patient])
        for truth in truths
    )
    problems = [problem for row in rows for problem in _problems(row, sightings)]
    return Verdict(rows, tuple(problems))


def _row(truth: Truth, seen: Sequence[Sighting]) -> Row:
    grades = [(sighting, sighting.grade) for sighting in seen]
    scale = _STORY_SCALE.get(truth.story, "")
    found = [s for s, grade in grades if grade and grade[0] == scale and _is_found(*grade)]
    return Row(
        truth=truth,
        first=min((s for s in seen if _is_about_the_body(s)), key=_time, default=None),
        found=min(found, key=_time, default=None),
        highest={
            scale: max((grade[1] for _, grade in grades if grade and grade[0] == scale), default=0)
            for scale in _FOUND_FROM
        },
        count={
            priority: sum(sighting.priority == priority for sighting in seen)
            for priority in PRIORITIES
        },
    )


def _problems(row: Row, sightings: Sequence[Sighting]) -> list[str]:
    truth = row.truth
    problems = []
    if truth.story in _STORY_SCALE and row.found is None:
        scale = _STORY_SCALE[truth.story]
        problems.append(
            f"{truth.patient}: {truth.words} was missed; expected an alert of {scale} "
            f"{_FOUND_FROM[scale]} or more, found at most {row.highest[scale]}"
        )
    problems += [
        f"{truth.patient}: found {scale} {grade}, expected less than {_FOUND_FROM[scale]}; "
        f"the script says {truth.words}"
        for scale, grade in row.highest.items()
        if _is_found(scale, grade) and _STORY_SCALE.get(truth.story) != scale
    ]
    if truth.is_healthy:
        problems += [
            f"{truth.patient}: found {seen.rule} ({seen.priority}), expected no such alert; "
            f"the script says {truth.words}"
            for seen in sightings
            if seen.patient == truth.patient
            and _is_about_the_body(seen)
            and seen.priority in {"high", "medium"}
        ]
    return problems


def _is_found(scale: str, grade: int) -> bool:
    return grade >= _FOUND_FROM[scale]


def _is_about_the_body(sighting: Sighting) -> bool:
    return sighting.condition == "physiological"


def _time(sighting: Sighting) -> Millis:
    return sighting.time
