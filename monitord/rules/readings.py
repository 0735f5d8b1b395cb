"""What a name in a condition stands for: a measure of a signal or treatment, a scale, a context.

Checks every name and every argument, and says the nearest known word for each that is not known.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias, TypeVar

from monitord.domain.features import (
    BaselineFeature,
    Comparator,
    ContextFeature,
    ContextName,
    Feature,
    ScaleFeature,
    ScaleMeasure,
    SignalFeature,
    SignalMeasure,
    TreatmentFeature,
    TreatmentMeasure,
)
from monitord.domain.refusals import nearest, shown
from monitord.domain.signals import Signal
from monitord.domain.time import SECOND, Millis
from monitord.domain.treatments import Treatment
from monitord.rules.problems import Fault
from monitord.rules.syntax import Node, Number, Span, Word
from monitord.rules.vocabulary import (
    CODED_MEASURES,
    CONTEXT_SORTS,
    EPISODE_SORTS,
    EXTREMES,
    TREATMENT_SORTS,
    WINDOW_MS_MAX,
    WITHOUT_WINDOW,
    Sort,
    Vocabulary,
    is_coded,
    sort_of_measure,
)
from monitord.windows.episodes import EPISODIC

Complain: TypeAlias = Callable[[Fault], None]
MeasureName = TypeVar("MeasureName", SignalMeasure, TreatmentMeasure, ScaleMeasure, ContextName)


@dataclass(frozen=True, slots=True)
class Name:
    """One word of a dotted name, and where it stands."""

    word: str
    offset: int


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument in parentheses: a comparison may stand before its value."""

    comparator: Comparator | None
    value: Node
    offset: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A dotted name with its arguments; None when it has no parentheses."""

    names: tuple[Name, ...]
    arguments: tuple[Argument, ...] | None

    @property
    def written(self) -> str:
        """The name as it is written, without arguments."""
        return ".".join(name.word for name in self.names)


Resolved: TypeAlias = tuple[Feature, Sort] | None


def resolve(reading: Reading, vocabulary: Vocabulary, complain: Complain) -> Resolved:
    """Find what a reading stands for and its sort; None after complaining of every mistake."""
    first = reading.names[0]
    context = _context_named(reading, complain)
    if context is not None:
        return context
    if signal := vocabulary.signals.get(first.word):
        return _of_signal(signal, reading, complain)
    if treatment := vocabulary.treatments.get(first.word):
        return _of_treatment(treatment, reading, complain)
    if first.word in vocabulary.scales:
        return _of_scale(first.word, reading, vocabulary, complain)
    if first.word == "baseline":
        return _of_baseline(reading, vocabulary, complain)
    known = vocabulary.first_words()
    expected = "a signal, treatment, scale or context word"
    if first.word in known:
        known = _contexts_after(first.word)
        expected = " or ".join(known)
        complain(Fault(first.offset, reading.written, expected, nearest(reading.written, known)))
    else:
        complain(_unknown(first, expected, known))
    return None


def _contexts_after(word: str) -> tuple[str, ...]:
    return tuple(name for name in ContextName if name.split(".")[0] == word)


def _unknown(name: Name, expected: str, known: Sequence[str]) -> Fault:
    return Fault(name.offset, shown(name.word), expected, nearest(name.word, known))


def _context_named(reading: Reading, complain: Complain) -> Resolved:
    if reading.written not in list(ContextName):
        return None
    if reading.arguments is not None:
        offset = reading.names[-1].offset
        complain(Fault(offset, f"arguments of {reading.written}", "none: remove the parentheses"))
    name = ContextName(reading.written)
    return ContextFeature(name), CONTEXT_SORTS[name]


def _of_baseline(reading: Reading, vocabulary: Vocabulary, complain: Complain) -> Resolved:
    match reading:
        case Reading((_, name), None):
            signal = vocabulary.signals.get(name.word)
            if signal is not None and not is_coded(signal):
                return BaselineFeature(signal.word, signal.index), Sort.NUMBER
            known = [word for word, entry in vocabulary.signals.items() if not is_coded(entry)]
            complain(_unknown(name, "a signal measured as a number", known))
            return None
        case _:
            found = reading.written
            complain(Fault(reading.names[0].offset, found, "one signal: baseline.systolic_bp"))
            return None


def _measure(
    reading: Reading, allowed: Sequence[MeasureName], complain: Complain
) -> MeasureName | None:
    """Find the one measure after the first name, among those the thing has."""
    expected = f"one of {', '.join(f'.{measure}' for measure in allowed)}"
    match reading.names:
        case (name,):
            complain(Fault(name.offset, f"{name.word} alone", expected))
        case (_, name):
            for measure in allowed:
                if measure == name.word:
                    return measure
            known = tuple(map(str, allowed))
            complain(Fault(name.offset, f".{name.word}", expected, nearest(name.word, known)))
        case (_, _, extra, *_):
            complain(Fault(extra.offset, f".{extra.word}", "nothing after the measure"))
    return None


def _of_signal(signal: Signal, reading: Reading, complain: Complain) -> Resolved:
    allowed = [m for m in SignalMeasure if not is_coded(signal) or m in CODED_MEASURES]
    measure = _measure(reading, allowed, complain)
    if measure is None:
        return None
    sort = sort_of_measure(signal, measure)
    if measure is SignalMeasure.SECONDS_BEYOND:
        feature = _seconds_beyond(signal, reading, complain)
        return (feature, sort) if feature else None
    if measure in WITHOUT_WINDOW:
        is_right, window_ms = _without_arguments(reading, complain), None
    else:
        window_ms = _window(reading, complain)
        is_right = window_ms is not None
    return (
        (SignalFeature(signal.word, signal.index, measure, window_ms), sort) if is_right else None
    )


def _seconds_beyond(signal: Signal, reading: Reading, complain: Complain) -> SignalFeature | None:
    form = f"{reading.written}(>= 38.0, 2h): a comparison with a number, and a span"
    match reading.arguments:
        case (
            Argument(Comparator() as comparator, Number(value, False), at),
            Argument(None) as window,
        ):
            window_ms = _checked_window(window, complain)
            fault = value_fault(signal, Number(value), at)
            if fault:
                complain(fault)
            if fault or window_ms is None:
                return None
            measure = SignalMeasure.SECONDS_BEYOND
            return SignalFeature(signal.word, signal.index, measure, window_ms, comparator, value)
        case _:
            complain(Fault(reading.names[-1].offset, _arguments_found(reading), form))
            return None


def value_fault(signal: Signal, number: Number, offset: int, *, exact: bool = True) -> Fault | None:
    """Tell what is wrong with a constant that is compared with a value of the signal."""
    low, high = (_plain(end * signal.resolution) for end in (signal.low, signal.high))
    found = f"{number.value:f}"
    if not Decimal(low) <= number.value <= Decimal(high):
        unit = f" {signal.unit}" if signal.unit else ""
        return Fault(offset, found, f"{low} to {high}{unit}, the plausible range of {signal.word}")
    if exact and number.value % signal.resolution:
        return Fault(offset, found, f"steps of {signal.resolution:f}, as {signal.word} is kept")
    return None


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _of_treatment(treatment: Treatment, reading: Reading, complain: Complain) -> Resolved:
    measure = _measure(reading, list(TreatmentMeasure), complain)
    if measure is None:
        return None
    window_ms = None
    if measure in (TreatmentMeasure.GIVEN, TreatmentMeasure.COUNT):
        window_ms = _window(reading, complain)
        if window_ms is None:
            return None
    elif not _without_arguments(reading, complain):
        return None
    feature = TreatmentFeature(treatment.word, treatment.index, measure, window_ms)
    return feature, TREATMENT_SORTS[measure]


def _of_scale(scale: str, reading: Reading, vocabulary: Vocabulary, complain: Complain) -> Resolved:
    if len(reading.names) == 1:
        return (ScaleFeature(scale), Sort.NUMBER) if _without_arguments(reading, complain) else None
    of_episode = tuple(EPISODE_SORTS) if scale in EPISODIC else ()
    measure = _measure(reading, (*EXTREMES, ScaleMeasure.AT, *of_episode), complain)
    if measure is None:
        return None
    if measure is ScaleMeasure.AT:
        treatment = _treatment_named(reading, vocabulary, complain)
        if treatment is None:
            return None
        return ScaleFeature(scale, measure, treatment=treatment.index), Sort.NUMBER
    if measure in EPISODE_SORTS:
        is_right = _without_arguments(reading, complain)
        return (ScaleFeature(scale, measure), EPISODE_SORTS[measure]) if is_right else None
    window_ms = _window(reading, complain)
    return None if window_ms is None else (ScaleFeature(scale, measure, window_ms), Sort.NUMBER)


def _treatment_named(
    reading: Reading, vocabulary: Vocabulary, complain: Complain
) -> Treatment | None:
    match reading.arguments:
        case (Argument(None, Word(word, _), offset),):
            treatment = vocabulary.treatments.get(word)
            if treatment is None:
                known = tuple(vocabulary.treatments)
                complain(Fault(offset, shown(word), "a treatment", nearest(word, known)))
            return treatment
        case _:
            form = f'one treatment in quotes: {reading.written}("tocilizumab")'
            complain(Fault(reading.names[-1].offset, _arguments_found(reading), form))
            return None


def _arguments_found(reading: Reading) -> str:
    count = len(reading.arguments or ())
    return f"{reading.written} with {count} argument{'' if count == 1 else 's'}"


def _without_arguments(reading: Reading, complain: Complain) -> bool:
    if reading.arguments is None:
        return True
    name = reading.names[-1]
    complain(Fault(name.offset, f"arguments of {reading.written}", "none: remove the parentheses"))
    return False


def _window(reading: Reading, complain: Complain) -> Millis | None:
    match reading.arguments:
        case (Argument(None) as window,):
            return _checked_window(window, complain)
        case _:
            form = f"one span as its window: {reading.written}(2h)"
            complain(Fault(reading.names[-1].offset, _arguments_found(reading), form))
            return None


def _checked_window(argument: Argument, complain: Complain) -> Millis | None:
    expected = "a span of whole seconds such as 30s, 5min, 2h, of at most 14d"
    match argument.value:
        case Span(ms) if 0 < ms <= WINDOW_MS_MAX and ms % SECOND == 0:
            return ms
        case Span():
            complain(Fault(argument.offset, "a window out of bounds", expected))
        case _:
            complain(Fault(argument.offset, "something else as window", expected))
    return None
