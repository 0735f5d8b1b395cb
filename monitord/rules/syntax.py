"""The syntax tree of a rule's condition: what the parser builds and the evaluator walks.

Every name is resolved and every kind checked before a tree exists, so a tree is always sensible.
This room never evaluates anything and never meets a patient.
Knowledge: the language is described in docs/rules.md; constants stay in canonical units, exact.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from monitord.domain.features import (
    BaselineFeature,
    Comparator,
    ContextFeature,
    Feature,
    ScaleFeature,
    ScaleMeasure,
    SignalFeature,
    TreatmentFeature,
)
from monitord.domain.time import DAY, HOUR, MINUTE, SECOND, Millis
from monitord.domain.treatments import TREATMENTS


class Operator(StrEnum):
    """How two quantities are combined."""

    PLUS = "+"
    MINUS = "-"
    TIMES = "*"
    OVER = "/"


@dataclass(frozen=True, slots=True)
class Number:
    """An exact constant; `per_hour` marks a rate, which only a slope compares with."""

    value: Decimal
    per_hour: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A constant span of time."""

    ms: Millis


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a coded reading; `index` is its place among the words it can be."""

    word: str
    index: int


@dataclass(frozen=True, slots=True)
class Negative:
    """A quantity with its sign turned; never holds a `Number`, which carries its own sign."""

    operand: "Quantity"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two quantities combined."""

    left: "Quantity"
    operator: Operator
    right: "Quantity"


Quantity: TypeAlias = Number | Span | Word | Negative | Arithmetic | Feature


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two quantities of one kind compared."""

    left: "Quantity"
    comparator: Comparator
    right: "Quantity"


@dataclass(frozen=True, slots=True)
class Membership:
    """A coded reading is one of the words."""

    operand: SignalFeature | ContextFeature
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The clause does not hold; unknown stays unknown."""

    operand: "Clause"


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more clauses hold."""

    parts: tuple["Clause", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of two or more clauses holds."""

    parts: tuple["Clause", ...]


Clause: TypeAlias = Comparison | Membership | Not | And | Or | Feature
Node: TypeAlias = Clause | Quantity


@dataclass(frozen=True, slots=True)
class Condition:
    """The whole condition of one rule."""

    root: Clause

    def features(self) -> tuple[Feature, ...]:
        """Return the distinct features the condition reads, in the order they are written."""
        return tuple(dict.fromkeys(leaf for leaf in _walk(self.root) if isinstance(leaf, Feature)))

    def text(self) -> str:
        """Write the condition so that parsing it gives an equal tree."""
        return text(self.root)


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below this one, left to right."""
    match node:
        case And(parts) | Or(parts):
            return parts
        case Not(operand) | Negative(operand):
            return (operand,)
        case Comparison(left, _, right) | Arithmetic(left, _, right):
            return (left, right)
        case Membership(operand, words):
            return (operand, *words)
        case _:
            return ()


def _walk(root: Node) -> Iterator[Node]:
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def text(node: Node) -> str:
    """Write a tree so that parsing it gives an equal tree; depth is bounded by the parser."""
    match node:
        case Or(parts):
            return " or ".join(_inside(part, Or) for part in parts)
        case And(parts):
            return " and ".join(_inside(part, Or, And) for part in parts)
        case Not(operand):
            return f"not {_inside(operand, Or, And)}"
        case Comparison(left, comparator, right):
            return f"{text(left)} {comparator} {text(right)}"
        case Membership(operand, words):
            return f"{text(operand)} in ({', '.join(map(text, words))})"
        case Arithmetic(left, operator, right):
            return f"{_left(left, operator)} {operator} {_right(right, operator)}"
        case Negative(operand):
            return f"-{_inside(operand, Arithmetic)}"
        case _:
            return _leaf_text(node)


_SUMS = (Operator.PLUS, Operator.MINUS)


def _inside(node: Node, *bracketed: type) -> str:
    return f"({text(node)})" if isinstance(node, bracketed) else text(node)


def _left(node: Quantity, above: Operator) -> str:
    is_looser = isinstance(node, Arithmetic) and node.operator in _SUMS and above not in _SUMS
    return f"({text(node)})" if is_looser else text(node)


def _right(node: Quantity, above: Operator) -> str:
    is_tighter = isinstance(node, Arithmetic) and node.operator not in _SUMS and above in _SUMS
    return text(node) if is_tighter else _inside(node, Arithmetic)


def _leaf_text(node: Node) -> str:
    match node:
        case Number(value, per_hour):
            return f"{value:f} per_hour" if per_hour else f"{value:f}"
        case Span(ms):
            return span_text(ms)
        case Word(word, _):
            return f'"{word}"'
        case ContextFeature(name):
            return name
        case BaselineFeature(word, _):
            return f"baseline.{word}"
        case ScaleFeature(scale, ScaleMeasure.NOW):
            return scale
        case ScaleFeature(scale, measure, None, int(treatment)):
            return f'{scale}.{measure}("{TREATMENTS[treatment].word}")'
        case ScaleFeature(scale, measure, window_ms):
            return f"{scale}.{measure}{_argument(window_ms)}"
        case TreatmentFeature(word, _, measure, window_ms):
            return f"{word}.{measure}{_argument(window_ms)}"
        case SignalFeature(word, _, measure, window_ms, None, _):
            return f"{word}.{measure}{_argument(window_ms)}"
        case SignalFeature(word, _, measure, window_ms, comparison, limit):
            window = span_text(window_ms or 0)
            return f"{word}.{measure}({comparison} {limit:f}, {window})"
        case _:
            raise AssertionError(f"{node!r} is no leaf")


def _argument(window_ms: Millis | None) -> str:
    return "" if window_ms is None else f"({span_text(window_ms)})"


def span_text(ms: Millis) -> str:
    """Write a span exactly, in the largest unit that divides it, as the language reads it.

    >>> [span_text(ms) for ms in (250, 90_000, 2 * HOUR, 3 * DAY)]
    ['250ms', '90s', '2h', '3d']
    """
    for unit_ms, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s")):
        if ms % unit_ms == 0 and ms > 0:
            return f"{ms // unit_ms}{unit}"
    return f"{ms}ms"
