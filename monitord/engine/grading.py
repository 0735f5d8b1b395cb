"""Computes the scales again for the patients whose inputs changed, and tells what that changes.

A few patients are computed one by one, a crowd as arrays; both call the same function of the scale.
A scale that fails says "anything is possible" and is told of; it stops nothing else.
"""

import numpy as np

from monitord.domain.decisions import Assessment
from monitord.domain.language import Language
from monitord.engine.decisions import Decisions
from monitord.engine.episodes import follow_episode
from monitord.engine.grades import Graded as GradedAt
from monitord.engine.ward import Graded, Ward
from monitord.scores.columns import Column as Values
from monitord.scores.columns import Interval, Mask
from monitord.scores.scale import Ages, Inputs, PatientInputs, Scale
from monitord.windows.roster import FEED_ROW


def grade(ward: Ward, out: Decisions) -> None:
    """Bring every scale up to date for every changed row."""
    table = ward.table
    if table.has_crowd:
        bits = table.changed_columns()
        for graded in ward.graded:
            if graded.bits & bits:
                _grade_crowd(ward, graded, out)
        return
    changed = dict(table.changed)
    changed.pop(FEED_ROW, None)
    for row, bits in changed.items():
        asked = ward.grading(bits, table.is_awake(row))
        column = table.values[:, row].tolist() if asked else []
        for graded in asked:
            _grade_one(ward, graded, row, column, out)


def _grade_one(ward: Ward, graded: Graded, row: int, column: list[float], out: Decisions) -> None:
    values = [column[place] for place in graded.places]
    inputs = dict(zip(graded.names, values, strict=True))
    now = _computed(graded, inputs, out)  # type: ignore[arg-type]
    unknown = _unknown(values) if now.low < now.high else 0
    _take(ward, graded, row, inputs, now, unknown, out)


def _grade_crowd(ward: Ward, graded: Graded, out: Decisions) -> None:
    """Compute everybody; whose inputs did not change gets the same answer and is passed over."""
    used = ward.rows_used
    values = ward.table.values[graded.places, :used]
    inputs = dict(zip(graded.names, values, strict=True))
    low, high = _computed(graded, inputs, out)
    low = np.broadcast_to(np.asarray(low, dtype=np.float64), (used,))
    high = np.broadcast_to(np.asarray(high, dtype=np.float64), (used,))
    bits = np.int64(1) << np.arange(len(graded.places), dtype=np.int64)
    unknown = np.where(low < high, (np.isnan(values) * bits[:, None]).sum(axis=0), 0)
    grades, place = ward.grades, graded.place
    same = _same(grades.low[place, :used], low) & _same(grades.high[place, :used], high)
    same &= grades.unknown[place, :used] == unknown
    differs = ward.memory.roster.is_here[:used] & ~same
    differs[FEED_ROW] = False
    for row in np.flatnonzero(differs).tolist():
        now = Interval(low[row], high[row])
        _take(ward, graded, row, inputs_of(ward, graded, row), now, int(unknown[row]), out)


def _computed(graded: Graded, inputs: Inputs, out: Decisions) -> Interval:
    try:
        return graded.scale.compute(inputs)
    except Exception as failure:  # one scale may fail without silencing the rest (style, errors)
        return _failed(graded, failure, out)


def _unknown(values: list[float]) -> int:
    """Give one bit for each unknown input; asked only where something unknown matters."""
    return sum(1 << place for place, value in enumerate(values) if value != value)


def _same(old: Values, new: Values) -> Mask:
    same: Mask = (old == new) | (np.isnan(old) & np.isnan(new))
    return same


def _failed(graded: Graded, failure: Exception, out: Decisions) -> Interval:
    detail = f"{graded.scale.name}: {type(failure).__name__}: {failure}; report this"
    if all(told.detail != detail for told in out.notices):
        out.notice("scale_failed", "", detail)
    return graded.scale.everything


def _take(
    ward: Ward,
    graded: Graded,
    row: int,
    inputs: PatientInputs,
    now: Interval,
    unknown: int,
    out: Decisions,
) -> None:
    """Keep what the scale says now, and tell it if it differs from what was told last."""
    grades, at = ward.grades, (graded.place, row)
    low, high = float(now.low), float(now.high)
    is_moved = not (_equal(grades.low.item(at), low) and _equal(grades.high.item(at), high))
    unknown_before = grades.unknown.item(at)
    if not is_moved and unknown_before == unknown:
        return
    grades.unknown[at] = unknown
    missing = _missing(graded, inputs, now, out) if low < high else ()
    is_told = not is_moved and grades.missing.get(at) == missing
    is_told = is_told or not _is_worth_telling(graded.scale, unknown_before, unknown)
    grades.missing[at] = missing
    if is_moved:
        grades.put(graded.place, row, GradedAt(out.now, low, high))
        if graded.has_episodes:
            follow_episode(ward, graded, row, out)
            inputs = inputs_of(ward, graded, row)  # the episode may have changed the fever waiver
        else:
            for column in graded.columns:
                ward.table.refresh_cell(column, row, ward.memory, out.now)
    if not is_told and low == low:
        out.assessments.append(_assessment(ward, graded, row, inputs, out))


def _is_worth_telling(scale: Scale, unknown_before: int, unknown: int) -> bool:
    """While an input of a number with decimals is unknown, only its plausible ends move."""
    return scale.is_told and not (scale.decimals and unknown and unknown_before)


def _equal(old: float, new: float) -> bool:
    return old == new or (old != old and new != new)


def standing(ward: Ward, graded: Graded, row: int) -> tuple[float, float, tuple[str, ...]]:
    """Give the low end, the high end and what is missing: as kept, or computed where nobody asks.

    A scale that fails here says that anything is possible.
    """
    if not graded.readers:
        at = (graded.place, row)
        missing = ward.grades.missing.get(at, ())
        return ward.grades.low.item(at), ward.grades.high.item(at), missing
    out = Decisions(ward.now)
    inputs = inputs_of(ward, graded, row)
    low, high = _computed(graded, inputs, out)  # type: ignore[arg-type]
    now = Interval(float(low), float(high))  # type: ignore[arg-type]
    return float(low), float(high), _missing(graded, inputs, now, out)


def inputs_of(ward: Ward, graded: Graded, row: int) -> dict[str, float]:
    """Give what a scale reads of one patient now, by the names of its inputs."""
    if graded.readers:
        found = (read(ward.memory, row, ward.now).value for read in graded.readers)
        return dict(zip(graded.names, found, strict=True))
    column = ward.table.values[:, row].tolist()
    return {name: column[place] for name, place in zip(graded.names, graded.places, strict=True)}


def _missing(
    graded: Graded, inputs: PatientInputs, now: Interval, out: Decisions
) -> tuple[str, ...]:
    """Name what would narrow the interval; of a scale that fails, all that is unknown."""
    try:
        names = graded.scale.narrowing(inputs, now)
    except Exception as failure:  # what a failing scale cannot try must not stop the ward either
        _failed(graded, failure, out)
        names = tuple(name for name, value in inputs.items() if value != value)
    return tuple(dict.fromkeys(graded.words[name] for name in names))


def _assessment(
    ward: Ward, graded: Graded, row: int, inputs: PatientInputs, out: Decisions
) -> Assessment:
    """Write down what a scale says of one patient now, with its evidence and its reason."""
    at = (graded.place, row)
    scale, low, high = graded.scale, ward.grades.low.item(at), ward.grades.high.item(at)
    evidence = ward.evidence(graded.shown, row)
    ages = Ages(evidence, ward.now, ward.settings.language)
    return Assessment(
        ward.memory.roster.patient[row],
        out.now,
        scale.name,
        scale.value(low),
        scale.value(high),
        ward.grades.missing.get(at, ()),
        evidence,
        _sentence(graded, (low, high), inputs, ages, out),
    )


def because(ward: Ward, graded: Graded, row: int, out: Decisions) -> str:
    """Say in one sentence what a scale is for one patient now, and why."""
    at = (graded.place, row)
    ends = (ward.grades.low.item(at), ward.grades.high.item(at))
    ages = Ages(ward.evidence(graded.shown, row), ward.now, ward.settings.language)
    return _sentence(graded, ends, inputs_of(ward, graded, row), ages, out)


def _sentence(
    graded: Graded, ends: tuple[float, float], inputs: PatientInputs, ages: Ages, out: Decisions
) -> str:
    say = ages.say
    try:
        why = graded.scale.explain(inputs, ages)
    except Exception as failure:  # what a failing scale cannot say must not stop the ward either
        _failed(graded, failure, out)
        why = say("the reason cannot be told, because the scale failed; report this.")
    return say("{what}: {why}", what=_standing_in_words(graded.scale, ends, say), why=why)


def _standing_in_words(scale: Scale, ends: tuple[float, float], say: Language) -> str:
    low, high = map(scale.text, ends)
    if low == high:
        return say("{scale} {value}", scale=scale.called(say), value=low)
    return say("{scale} {low} to {high}", scale=scale.called(say), low=low, high=high)
