"""Turns a condition's tree into a function over patients with three-valued answers.

The function reads the engine's columns: of one patient as a list of plain numbers, or of many as
arrays. Quantities stay in whole units for as long as they are only added, compared and scaled, so
that 38.5 - 37.7 >= 0.8 is true; only products and quotients of two features are rounded.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from operator import itemgetter
from typing import Final

from monitord.domain.features import (
    BaselineFeature,
    Column,
    Comparator,
    ContextFeature,
    ContextName,
    Elapsed,
    ScaleColumn,
    ScaleFeature,
    ScaleMeasure,
    SignalFeature,
    SignalMeasure,
    TreatmentFeature,
    TreatmentMeasure,
)
from monitord.domain.signals import SIGNALS
from monitord.rules.comparisons import FLIPPED, Judge, compared
from monitord.rules.quantities import (
    Measured,
    Patients,
    Quantity,
    by_points,
    combined,
    scaled,
)
from monitord.rules.syntax import (
    And,
    Arithmetic,
    Comparison,
    Condition,
    Membership,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Span,
    Word,
    children,
)
from monitord.scores import SCALE_STEPS
from monitord.scores.columns import FALSE, TRUE, Interval, Truths, told
from monitord.scores.columns import Column as Values

_PLAIN: Final = frozenset(
    {SignalMeasure.COUNT, SignalMeasure.SHARE_VALID, SignalMeasure.SECONDS_BEYOND}
)


def columns_of(condition: Condition) -> tuple[Column, ...]:
    """Name every column that judging the condition reads."""
    found: dict[Column, None] = {}
    waiting: list[Node] = [condition.root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Comparison) and (elapsed := _elapsed(node)):
            found.update(dict.fromkeys(elapsed))
        elif isinstance(node, ScaleFeature):
            found.update(dict.fromkeys(ScaleColumn(node, side) for side in (False, True)))
        elif isinstance(node, SignalFeature | TreatmentFeature | BaselineFeature | ContextFeature):
            found[node] = None
        else:
            waiting.extend(children(node))
    return tuple(found)


def compile_condition(condition: Condition, index: Mapping[Column, int]) -> Judge:
    """Make the function that judges a condition from the engine's columns."""
    return _Compiler(index).judge(condition.root)


class _Compiler:
    """Walks a tree; its depth is bounded by the parser."""

    def __init__(self, index: Mapping[Column, int]) -> None:
        self._index = index

    def judge(self, node: Node) -> Judge:
        match node:
            case And(parts):
                return _all([self.judge(part) for part in parts])
            case Or(parts):
                return _any([self.judge(part) for part in parts])
            case Not(operand):
                inner = self.judge(operand)
                return lambda patients: ~inner(patients)
            case Membership(operand, words):
                choices = [
                    compared(self.quantity(operand), Comparator.EQUAL, self.quantity(word))
                    for word in words
                ]
                return _any(choices)
            case Comparison(left, comparator, right):
                return self._elapsed(node) or compared(
                    self.quantity(left), comparator, self.quantity(right)
                )
            case _:
                at = self._column(node)
                return lambda patients: _flag(patients[at])

    def quantity(self, node: Node) -> Quantity:
        match node:
            case Number(value, _):
                return Quantity(None, Fraction(1), Fraction(value))
            case Span(ms):
                return Quantity(None, Fraction(1), Fraction(ms))
            case Word(_, at):
                return Quantity(None, Fraction(1), Fraction(at))
            case Negative(operand):
                return scaled(self.quantity(operand), Fraction(-1))
            case Arithmetic(left, operator, right):
                return combined(self.quantity(left), operator, self.quantity(right))
            case ScaleFeature(scale):
                low = self._index[ScaleColumn(node, is_high=False)]
                high = self._index[ScaleColumn(node, is_high=True)]
                step = SCALE_STEPS.get(scale, Fraction(1))  # an index of a pack has whole points
                return Quantity(
                    Measured(None, lambda patients: Interval(patients[low], patients[high])), step
                )
            case _:
                at = self._column(node)
                return Quantity(by_points(itemgetter(at)), _unit(node), column=at)

    def _column(self, node: Node) -> int:
        assert isinstance(
            node, SignalFeature | TreatmentFeature | BaselineFeature | ContextFeature
        ), node
        return self._index[node]

    def _elapsed(self, node: Comparison) -> Judge | None:
        columns = _elapsed(node)
        if not columns:
            return None
        comparator = node.comparator
        if _age(node.right):
            comparator = FLIPPED[comparator]
        places = [self._index[column] for column in columns]
        first = places[0]
        match comparator:
            case Comparator.AT_LEAST | Comparator.ABOVE:
                return lambda patients: _flag(patients[first])
            case Comparator.AT_MOST | Comparator.BELOW:
                return lambda patients: ~_flag(patients[first])
            case Comparator.EQUAL:
                return lambda patients: _flag(patients[first]) & ~_flag(patients[places[1]])
            case Comparator.DIFFERENT:
                return lambda patients: ~_flag(patients[first]) | _flag(patients[places[1]])


def _unit(node: Node) -> Fraction:
    match node:
        case SignalFeature(_, signal, measure) if measure not in _PLAIN:
            return Fraction(SIGNALS[signal].resolution)
        case BaselineFeature(_, signal):
            return Fraction(SIGNALS[signal].resolution)
        case _:
            return Fraction(1)


def _age(node: Node) -> SignalFeature | TreatmentFeature | ContextFeature | ScaleFeature | None:
    match node:
        case (
            SignalFeature(_, _, SignalMeasure.AGE)
            | TreatmentFeature(_, _, TreatmentMeasure.AGE)
            | ContextFeature(ContextName.PATIENT_SILENCE | ContextName.FEED_SILENCE)
            | ScaleFeature(_, ScaleMeasure.AGE)
        ):
            return node
        case _:
            return None


def _elapsed(node: Comparison) -> tuple[Elapsed, ...]:
    """Name the columns of a comparison of an age with a span; none for any other comparison."""
    left, comparator, right = node.left, node.comparator, node.right
    if isinstance(left, Span):
        left, comparator, right = right, FLIPPED[comparator], left
    age = _age(left)
    if age is None or not isinstance(right, Span):
        return ()
    at_least, above = Elapsed(age, right.ms), Elapsed(age, right.ms + 1)
    match comparator:
        case Comparator.AT_LEAST | Comparator.BELOW:
            return (at_least,)
        case Comparator.ABOVE | Comparator.AT_MOST:
            return (above,)
        case _:
            return (at_least, above)


def _all(judges: Sequence[Judge]) -> Judge:
    first, *others = judges

    def judge(patients: Patients) -> Truths:
        found = first(patients)
        for other in others:
            if found is FALSE:
                break
            found = found & other(patients)
        return found

    return judge


def _any(judges: Sequence[Judge]) -> Judge:
    first, *others = judges

    def judge(patients: Patients) -> Truths:
        found = first(patients)
        for other in others:
            if found is TRUE:
                break
            found = found | other(patients)
        return found

    return judge


def _flag(value: Values) -> Truths:
    return told(value > 0, value != value)
