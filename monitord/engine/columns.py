"""Which columns the ward keeps, and what sleeps until a patient is infused.

Most of what is watched after the infusion says the same of everybody before it, whatever is
measured. Such scales, indices and rules are not asked again of those who are not infused, and what
only they read is not kept for them.
"""

from collections.abc import Iterable, Sequence
from typing import Final

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

_BEFORE_INFUSION: Final = (Course.BASELINE, Course.LYMPHODEPLETION)
_SETTLING: Final = (ContextFeature(ContextName.INFUSED), ContextFeature(ContextName.PHASE))


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
    columns: Sequence[Column], before: Iterable[Iterable[Column]]
) -> frozenset[Column]:
    """Find the columns that can change nothing for a patient who is not infused.

    `before` are those that matter then, as `before_infusion` chose them of each scale and rule. The
    infusion and the phase never sleep: by them it is known that what sleeps says nothing.
    """
    return frozenset(columns).difference(_SETTLING, *before)


def before_infusion(reader: Scale | Rule, columns: Sequence[Column]) -> Sequence[Column]:
    """Choose those of its columns that can change what a scale or a rule says before the infusion.

    They are all of them, or the infusion and the phase alone where nothing else can matter.
    """
    says_one_thing = _is_settled(reader) if isinstance(reader, Scale) else _is_false(reader)
    return [column for column in columns if column in _SETTLING] if says_one_thing else columns


def _known(column: Column, course: Course) -> float:
    """Give what is known of anybody who is not infused; NaN for all that could be anything."""
    match column:
        case ContextFeature(ContextName.INFUSED):
            return 0.0
        case ContextFeature(ContextName.PHASE):
            return float(course)
        case _:
            return float("nan")


def _is_settled(scale: Scale) -> bool:
    """Tell whether a scale says one thing, or does not apply, whatever else is measured."""
    return all(_says_one_thing(scale, course) for course in _BEFORE_INFUSION)


def _says_one_thing(scale: Scale, course: Course) -> bool:
    inputs = {entry.name: _known(entry.feature, course) for entry in scale.inputs}
    low, high = scale.compute(inputs)  # type: ignore[arg-type]
    return bool(np.isnan(low) or low == high)


def _is_false(rule: Rule) -> bool:
    """Tell whether a rule's condition is surely false, whatever else is measured."""
    columns = columns_of(rule.condition)
    judge = compile_condition(rule.condition, {column: at for at, column in enumerate(columns)})
    told = (judge([_known(column, course) for column in columns]) for course in _BEFORE_INFUSION)  # type: ignore[misc]
    return not any(one.possible for one in told)
