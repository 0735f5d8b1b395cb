"""From the parser's tree to the checked syntax tree: does every part fit with its neighbours?

A part that does not fit is complained of once and becomes `Sort.BROKEN`, which fits everywhere, so
that one mistake gives one complaint and the others are still found.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias, cast

from lark import Token, Transformer, v_args

from monitord.domain.features import Comparator, ContextFeature, SignalFeature, SignalMeasure
from monitord.domain.refusals import nearest, shown
from monitord.domain.time import DAY, parse_span
from monitord.rules.problems import Fault
from monitord.rules.readings import Argument, Name, Reading, resolve, value_fault
from monitord.rules.syntax import (
    And,
    Arithmetic,
    Clause,
    Comparison,
    Membership,
    Negative,
    Node,
    Not,
    Number,
    Operator,
    Or,
    Quantity,
    Span,
    Word,
)
from monitord.rules.vocabulary import VALUES, Sort, Vocabulary, words_of

# A double holds every decimal number of this many digits (IEEE 754 binary64).
DIGITS_MAX: Final = 15
SPAN_MS_MAX: Final = 36_500 * DAY

_QUANTITIES: Final = (Sort.NUMBER, Sort.RATE, Sort.SPAN)
_EXAMPLES: Final = {
    Sort.NUMBER: "a number such as 38.0",
    Sort.RATE: "a rate such as 0.3 per_hour",
    Sort.SPAN: "a span such as 30min",
}
CodedFeature: TypeAlias = SignalFeature | ContextFeature
_COMPARABLE: Final = (SignalMeasure.MEAN, SignalMeasure.USUAL)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the syntax tree, its sort, and where it starts in the text."""

    node: Node
    sort: Sort
    offset: int


@v_args(inline=True)
class Builder(Transformer[Token, Part]):
    """Turns a parse tree into a `Part`; every method is named after a rule of the grammar."""

    def __init__(self, vocabulary: Vocabulary, faults: list[Fault]) -> None:
        """Complain into `faults`."""
        super().__init__(visit_tokens=False)
        self._vocabulary = vocabulary
        self._faults = faults

    def either(self, *parts: Part) -> Part:
        """Join truths with `or`."""
        return Part(Or(tuple(map(self._clause, parts))), Sort.TRUTH, parts[0].offset)

    def both(self, *parts: Part) -> Part:
        """Join truths with `and`."""
        return Part(And(tuple(map(self._clause, parts))), Sort.TRUTH, parts[0].offset)

    def denial(self, part: Part) -> Part:
        """Deny a truth."""
        return Part(Not(self._clause(part)), Sort.TRUTH, part.offset)

    def compared(self, left: Part, comparator: Token, right: Part) -> Part:
        """Compare two quantities of one sort, or a coded reading with a word or with another."""
        compare = Comparator(comparator)
        if Sort.BROKEN in (left.sort, right.sort):
            return self._broken(left.offset)
        if left.sort is Sort.CODED:
            return self._compared_coded(left, compare, right)
        if Sort.AGE in (left.sort, right.sort):
            return self._compared_with_age(left, compare, right)
        if left.sort not in _QUANTITIES:
            return self._complain(left.offset, f"{left.sort.value} before {compare}", "a quantity")
        if left.sort is not right.sort:
            return self._complain(right.offset, right.sort.value, _EXAMPLES[left.sort])
        if _is_constant(left) and _is_constant(right):
            return self._complain(left.offset, "two constants", "at least one reading of a patient")
        for value, number in ((left, right), (right, left)):
            self._check_value(value, number)
        return _comparison(left, compare, right)

    def membership(self, operand: Part, *words: Part) -> Part:
        """Tell whether a coded reading is one of some words."""
        known = [self._known_word(operand, word) for word in words]
        if operand.sort is not Sort.CODED:
            if operand.sort is Sort.BROKEN:
                return operand
            return self._complain(
                operand.offset, f"{operand.sort.value} before in", "a coded reading"
            )
        found = tuple(word for word in known if word is not None)
        if len(found) < len(words):
            return self._broken(operand.offset)
        return Part(
            Membership(cast("CodedFeature", operand.node), found), Sort.TRUTH, operand.offset
        )

    def arithmetic(self, left: Part, operator: Token, right: Part) -> Part:
        """Combine two quantities, when their sorts allow it."""
        operate = Operator(operator)
        if Sort.BROKEN in (left.sort, right.sort):
            return self._broken(left.offset)
        sort = _combined(left.sort, operate, right.sort)
        if sort is None:
            found = f"{left.sort.value} {operate} {right.sort.value}"
            return self._complain(left.offset, found, "quantities that go together")
        if _is_constant(left) and _is_constant(right):
            return self._complain(left.offset, "arithmetic of two constants", "its result")
        zero = Number(Decimal(0))
        if zero in (left.node, right.node) and operate in (Operator.TIMES, Operator.OVER):
            return self._complain(left.offset, f"{operate} with 0", "another number")
        return Part(Arithmetic(_quantity(left), operate, _quantity(right)), sort, left.offset)

    def negative(self, sign: Token, part: Part) -> Part:
        """Turn the sign of a quantity."""
        offset = sign.start_pos or 0
        match part:
            case Part(Number(value, per_hour), sort):
                return Part(Number(value.copy_negate(), per_hour), sort, offset)
            case Part(_, Sort.BROKEN):
                return part
            case Part(node, sort) if sort in _QUANTITIES and not _is_constant(part):
                return Part(Negative(cast("Quantity", node)), sort, offset)
            case _:
                return self._complain(
                    offset, f"- before {part.sort.value}", "a reading or a number after it"
                )

    def number(self, token: Token, per_hour: Token | None = None) -> Part:
        """Read an exact number."""
        offset = token.start_pos or 0
        if len(token.replace(".", "")) > DIGITS_MAX:
            return self._complain(
                offset, shown(str(token)), f"a number of at most {DIGITS_MAX} digits"
            )
        sort = Sort.RATE if per_hour else Sort.NUMBER
        return Part(Number(Decimal(token), per_hour is not None), sort, offset)

    def span(self, token: Token) -> Part:
        """Read a span of time."""
        offset = token.start_pos or 0
        span_ms = parse_span(token)
        if span_ms > SPAN_MS_MAX:
            return self._complain(offset, shown(str(token)), "a span shorter than a lifetime")
        return Part(Span(span_ms), Sort.SPAN, offset)

    def word(self, token: Token) -> Part:
        """Read a quoted word; which signal's word it is, the comparison tells."""
        return Part(Word(token[1:-1], -1), Sort.WORD, token.start_pos or 0)

    def argument(self, comparator: Token | None, part: Part) -> Argument:
        """Read one argument of a measure."""
        return Argument(Comparator(comparator) if comparator else None, part.node, part.offset)

    def arguments(self, *arguments: Argument | None) -> tuple[Argument, ...]:
        """Gather the arguments of a measure; empty parentheses give none."""
        return tuple(argument for argument in arguments if argument is not None)

    def reading(self, *children: Token | tuple[Argument, ...]) -> Part:
        """Look up a dotted name with its arguments."""
        tokens = [child for child in children if isinstance(child, Token)]
        arguments = next((child for child in children if isinstance(child, tuple)), None)
        names = tuple(Name(str(token), token.start_pos or 0) for token in tokens)
        found = resolve(Reading(names, arguments), self._vocabulary, self._faults.append)
        offset = names[0].offset
        return self._broken(offset) if found is None else Part(found[0], found[1], offset)

    def _complain(self, offset: int, found: str, expected: str, like: str | None = None) -> Part:
        self._faults.append(Fault(offset, found, expected, like))
        return self._broken(offset)

    def _broken(self, offset: int) -> Part:
        return Part(Span(0), Sort.BROKEN, offset)

    def _clause(self, part: Part) -> Clause:
        if part.sort not in (Sort.TRUTH, Sort.BROKEN):
            self._complain(part.offset, part.sort.value, "a truth, such as a comparison")
        return cast("Clause", part.node)

    def _compared_coded(self, left: Part, comparator: Comparator, right: Part) -> Part:
        if right.sort is Sort.CODED:
            words, others = self._words(left), self._words(right)
            if words != others:
                return self._complain(right.offset, "words of another kind", ", ".join(words))
            return _comparison(left, comparator, right)
        word = self._known_word(left, right)
        if word is None:
            return self._broken(left.offset)
        return _comparison(left, comparator, Part(word, Sort.WORD, right.offset))

    def _compared_with_age(self, left: Part, comparator: Comparator, right: Part) -> Part:
        other = right if left.sort is Sort.AGE else left
        if isinstance(other.node, Span):
            return _comparison(left, comparator, right)
        return self._complain(other.offset, other.sort.value, _EXAMPLES[Sort.SPAN])

    def _known_word(self, coded: Part, part: Part) -> Word | None:
        """Look a quoted word up among those of the coded reading, if it is one."""
        if coded.sort is not Sort.CODED:
            return None
        words = self._words(coded)
        expected = f"one of {', '.join(words)}"
        match part.node:
            case Word(word, _) if word in words:
                return Word(word, words.index(word))
            case Word(word, _):
                self._complain(part.offset, shown(word), expected, nearest(word, words))
            case _ if part.sort is not Sort.BROKEN:
                self._complain(part.offset, part.sort.value, f"{expected}, in quotes")
        return None

    def _words(self, coded: Part) -> tuple[str, ...]:
        return words_of(cast("CodedFeature", coded.node), self._vocabulary)

    def _check_value(self, value: Part, number: Part) -> None:
        match value.node, number.node:
            case SignalFeature(measure=measure) as feature, Number() as constant:
                if measure in VALUES or measure in _COMPARABLE:
                    signal = self._vocabulary.signals[feature.word]
                    is_kept = measure in VALUES
                    fault = value_fault(signal, constant, number.offset, exact=is_kept)
                    self._faults.extend([fault] if fault else [])


def _is_constant(part: Part) -> bool:
    return isinstance(part.node, Number | Span)


def _comparison(left: Part, comparator: Comparator, right: Part) -> Part:
    node = Comparison(_quantity(left), comparator, _quantity(right))
    return Part(node, Sort.TRUTH, left.offset)


def _quantity(part: Part) -> Quantity:
    return cast("Quantity", part.node)


def _combined(left: Sort, operator: Operator, right: Sort) -> Sort | None:
    """Tell the sort of two quantities combined; None when they do not go together."""
    if left not in _QUANTITIES or right not in _QUANTITIES:
        return None
    match operator:
        case Operator.PLUS | Operator.MINUS:
            return left if left is right else None
        case Operator.TIMES if Sort.NUMBER in (left, right):
            return right if left is Sort.NUMBER else left
        case Operator.OVER if right is Sort.NUMBER:
            return left
        case Operator.OVER if left is right:
            return Sort.NUMBER
        case _:
            return None
