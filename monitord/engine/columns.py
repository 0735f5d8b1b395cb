"""Which columns the ward keeps, and which of them sleep until a patient is infused.

Most of what is watched after the infusion says the same of everybody before it, whatever is
measured. What only such scales, indices and rules read is not kept for those who are not infused.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from monitord.domain.features import (
    Column,
    ContextFeature,
    ContextName,
    Elapsed,
    ScaleColumn,
    ScaleFeature,
)
from monitord.domain.pathway import Course
from monitord.rules.book import Rule
from monitord.rules.evaluate import columns_of, compile_condition
from monitord.scores.scale import Scale

_BEFORE_INFUSION = (Course.BASELINE, Course.LYMPHODEPLETION)


def scale_of(column: Column) -> str | None:
    """Name the scale that a column hangs on, through its grades or its episode."""
    match column:
        case ScaleColumn(feature) | Elapsed(ScaleFeature() as feature):
            return feature.scale
        case _:
            return None


def kept_scales(scales: Iterable[Scale], rules: Iterable[Rule]) -> list[Scale]:
    """Leave out the scales that nobody is told of and no rule reads: nothing is kept for them."""
    read = {scale_of(column) for rule in rules for column in columns_of(rule.condition)}
    return [scale for scale in scales if scale.is_told or scale.name in read]


def kept_columns(kept: Iterable[Scale], rules: Iterable[Rule]) -> list[Column]:
    """List every column once: those of the scales that are kept first, then what the rules add."""
    found: dict[Column, None] = {}
    for scale in kept:
        for entry in scale.inputs:
            assert not isinstance(entry.feature, ScaleFeature), "a scale reads no other scale"
            found[entry.feature] = None
    for rule in rules:
        found.update(dict.fromkeys(columns_of(rule.condition)))
    return list(found)


def sleeping_columns(
    columns: Sequence[Column], kept: Iterable[Scale], rules: Iterable[Rule]
) -> frozenset[Column]:
    """Find the columns that can change nothing for a patient who is not infused.

    The infusion and the phase never sleep: by them it is known that what sleeps says nothing.
    """
    awake: set[Column] = {ContextFeature(ContextName.INFUSED), ContextFeature(ContextName.PHASE)}
    for scale in kept:
        if not all(_is_settled(scale, course) for course in _BEFORE_INFUSION):
            awake.update(entry.feature for entry in scale.inputs)
    for rule in rules:
        if not all(_is_false(rule, course) for course in _BEFORE_INFUSION):
            awake.update(columns_of(rule.condition))
    return frozenset(columns) - awake


def _known(column: Column, course: Course) -> float:
    """Give what is known of anybody who is not infused; NaN for all that could be anything."""
    match column:
        case ContextFeature(ContextName.INFUSED):
            return 0.0
        case ContextFeature(ContextName.PHASE):
            return float(course)
        case _:
            return float("nan")


def _is_settled(scale: Scale, course: Course) -> bool:
    """Tell whether a scale says one thing, or does not apply, whatever else is measured."""
    inputs = {entry.name: _known(entry.feature, course) for entry in scale.inputs}
    low, high = scale.compute(inputs)  # type: ignore[arg-type]
    return bool(np.isnan(low) or low == high)


def _is_false(rule: Rule, course: Course) -> bool:
    """Tell whether a rule's condition is surely false, whatever else is measured."""
    columns = columns_of(rule.condition)
    judge = compile_condition(rule.condition, {column: at for at, column in enumerate(columns)})
    return not judge([_known(column, course) for column in columns]).possible  # type: ignore[misc]
