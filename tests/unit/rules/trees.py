"""Random conditions that make sense, for the round trip through text and back."""

from decimal import Decimal
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from monitord.domain.features import (
    BaselineFeature,
    Comparator,
    ContextFeature,
    ContextName,
    ScaleFeature,
    ScaleMeasure,
    SignalFeature,
    SignalMeasure,
    TreatmentFeature,
    TreatmentMeasure,
)
from monitord.domain.signals import SIGNAL
from monitord.domain.treatments import TREATMENT
from monitord.rules.syntax import (
    And,
    Arithmetic,
    Clause,
    Comparison,
    Condition,
    Membership,
    Negative,
    Not,
    Number,
    Operator,
    Or,
    Quantity,
    Span,
    Word,
)
from monitord.rules.vocabulary import house_vocabulary
from monitord.scores import SCALE_NAMES
from monitord.windows.episodes import EPISODIC

VOCABULARY = house_vocabulary(SCALE_NAMES)
DEVICE = SIGNAL["oxygen_device"]
WITHOUT_WINDOW = (TreatmentMeasure.RUNNING, TreatmentMeasure.AGE)
COUNTED = (SignalMeasure.COUNT, SignalMeasure.SHARE_VALID)

windows = st.integers(1, 14 * 86_400).map(lambda seconds: seconds * 1_000)
comparators = st.sampled_from(list(Comparator))
measured = st.sampled_from([word for word, entry in SIGNAL.items() if not entry.words]).map(
    SIGNAL.__getitem__
)
hundredths = st.integers(-99_999, 99_999).map(lambda steps: Decimal(steps).scaleb(-2))
coded = st.just(SignalFeature(DEVICE.word, DEVICE.index, SignalMeasure.LAST)) | windows.map(
    lambda window_ms: SignalFeature(DEVICE.word, DEVICE.index, SignalMeasure.MIN, window_ms)
)
words = st.sampled_from([Word(word, index) for index, word in enumerate(DEVICE.words)])


Made = TypeVar("Made")


def quiet(strategy: SearchStrategy[Made]) -> SearchStrategy[Made]:
    """Keep hypothesis from writing out the whole strategy, which takes it a hundred kilobytes."""
    return st.none().flatmap(lambda _: strategy)


def contexts(*names: ContextName) -> SearchStrategy[ContextFeature]:
    return st.sampled_from(names).map(ContextFeature)


@st.composite
def counted(draw: DrawFn) -> SignalFeature:
    signal, measure = draw(measured), draw(st.sampled_from(COUNTED))
    return SignalFeature(signal.word, signal.index, measure, draw(windows))


@st.composite
def values(draw: DrawFn) -> SignalFeature:
    signal, measure = draw(measured), draw(st.sampled_from(("last", "usual", "rise")))
    return SignalFeature(signal.word, signal.index, SignalMeasure(measure))


@st.composite
def slopes(draw: DrawFn) -> SignalFeature:
    signal = draw(measured)
    return SignalFeature(signal.word, signal.index, SignalMeasure.SLOPE, draw(windows))


@st.composite
def times_beyond(draw: DrawFn) -> SignalFeature:
    signal, measure = draw(measured), SignalMeasure.SECONDS_BEYOND
    whole = draw(st.integers(signal.low, signal.high))
    limit = whole * signal.resolution
    return SignalFeature(
        signal.word, signal.index, measure, draw(windows), draw(comparators), limit
    )


@st.composite
def treatments(draw: DrawFn, measure: TreatmentMeasure) -> TreatmentFeature:
    treatment = TREATMENT[draw(st.sampled_from(list(TREATMENT)))]
    window = None if measure in WITHOUT_WINDOW else draw(windows)
    return TreatmentFeature(treatment.word, treatment.index, measure, window)


@st.composite
def scales(draw: DrawFn) -> ScaleFeature:
    scale, measure = draw(st.sampled_from(VOCABULARY.scales)), draw(st.sampled_from(ScaleMeasure))
    match measure:
        case ScaleMeasure.MIN | ScaleMeasure.MAX:
            return ScaleFeature(scale, measure, draw(windows))
        case ScaleMeasure.AT:
            return ScaleFeature(scale, measure, None, draw(st.integers(0, len(TREATMENT) - 1)))
        case ScaleMeasure.PEAK if scale in EPISODIC:
            return ScaleFeature(scale, measure)
        case _:
            return ScaleFeature(scale)


baselines = measured.map(lambda signal: BaselineFeature(signal.word, signal.index))


def grown(
    readings: SearchStrategy[Quantity], constants: SearchStrategy[Quantity]
) -> SearchStrategy[Quantity]:
    """Quantities of one sort that read a patient: added, subtracted, scaled and turned."""

    def grow(inner: SearchStrategy[Quantity]) -> SearchStrategy[Quantity]:
        sums, products = (Operator.PLUS, Operator.MINUS), (Operator.TIMES, Operator.OVER)
        summed = st.builds(Arithmetic, inner, st.sampled_from(sums), inner | constants)
        taken = st.builds(Arithmetic, constants, st.sampled_from(sums), inner)
        scaled = st.builds(Arithmetic, inner, st.sampled_from(products), factors)
        return summed | taken | scaled | inner.map(Negative)

    return quiet(st.recursive(readings, grow, max_leaves=4))


def compared(
    readings: SearchStrategy[Quantity], constants: SearchStrategy[Quantity]
) -> SearchStrategy[Comparison]:
    return st.builds(Comparison, readings, comparators, readings | constants) | st.builds(
        Comparison, constants, comparators, readings
    )


numbers = hundredths.map(Number)
factors = hundredths.filter(bool).map(Number)
spans = windows.map(Span)
rates = hundredths.map(lambda value: Number(value, per_hour=True))
ages = treatments(TreatmentMeasure.AGE) | contexts(
    ContextName.FEED_SILENCE, ContextName.PATIENT_SILENCE
)
readings = (
    counted()
    | scales()
    | treatments(TreatmentMeasure.COUNT)
    | contexts(ContextName.AGE_YEARS)
    | baselines
)
comparisons = quiet(
    compared(grown(readings, numbers), numbers)
    | compared(grown(times_beyond(), spans), spans)
    | compared(grown(slopes(), rates), rates)
    | st.builds(Comparison, values(), comparators, values())
    | st.builds(Comparison, ages, comparators, spans)
    | st.builds(Comparison, spans, comparators, ages)
    | st.builds(Comparison, coded, comparators, words | coded)
    | st.builds(Membership, coded, st.lists(words, min_size=1, max_size=3).map(tuple))
)
truths = (
    comparisons
    | treatments(TreatmentMeasure.RUNNING)
    | treatments(TreatmentMeasure.GIVEN)
    | contexts(ContextName.INFUSED, ContextName.FEVER_WAIVED, ContextName.DEVELOPMENTAL_DELAY)
)


def joined(inner: SearchStrategy[Clause]) -> SearchStrategy[Clause]:
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return parts.map(And) | parts.map(Or) | inner.map(Not)


conditions = st.recursive(truths, joined, max_leaves=5).map(Condition)
