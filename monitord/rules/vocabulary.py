"""The words a condition may use, and the kind of each: what compares with what.

The words of signals and treatments come from `domain`; the names of scales are given, because
this floor does not choose them. Nothing here knows a patient.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from monitord.domain.features import (
    ContextFeature,
    ContextName,
    ScaleMeasure,
    SignalFeature,
    SignalMeasure,
    TreatmentMeasure,
)
from monitord.domain.pathway import COURSE_WORDS
from monitord.domain.signals import SIGNAL, Kind, Signal
from monitord.domain.time import DAY, Millis
from monitord.domain.treatments import TREATMENT, Treatment

# The coarsest ring of the memory reaches back this far (design.md, memory).
WINDOW_MS_MAX: Final[Millis] = 14 * DAY


class Sort(Enum):
    """What sort of thing an expression is, in the words of an error message.

    An age grows by itself, so it is only ever compared with a constant span: its deadline.
    """

    NUMBER = "a number"
    RATE = "a rate per hour"
    SPAN = "a span of time"
    AGE = "an age"
    CODED = "a coded reading"
    WORD = "a quoted word"
    TRUTH = "a truth"
    BROKEN = "something already complained of"


SIGNAL_SORTS: Final[Mapping[SignalMeasure, Sort]] = MappingProxyType(
    {
        SignalMeasure.LAST: Sort.NUMBER,
        SignalMeasure.AGE: Sort.AGE,
        SignalMeasure.STALE: Sort.TRUTH,
        SignalMeasure.OVERDUE: Sort.TRUTH,
        SignalMeasure.ELSEWHERE: Sort.TRUTH,
        SignalMeasure.USUAL: Sort.NUMBER,
        SignalMeasure.USUAL_AT_THIS_HOUR: Sort.NUMBER,
        SignalMeasure.RISE: Sort.NUMBER,
        SignalMeasure.MIN: Sort.NUMBER,
        SignalMeasure.MAX: Sort.NUMBER,
        SignalMeasure.MEAN: Sort.NUMBER,
        SignalMeasure.COUNT: Sort.NUMBER,
        SignalMeasure.SLOPE: Sort.RATE,
        SignalMeasure.SHARE_VALID: Sort.NUMBER,
        SignalMeasure.SECONDS_BEYOND: Sort.SPAN,
    }
)
# Measures that are a value of the signal itself: its constants must be ones it can take.
VALUES: Final = frozenset({SignalMeasure.LAST, SignalMeasure.MIN, SignalMeasure.MAX})
# What may be asked of a signal whose values are words.
CODED_MEASURES: Final = frozenset(
    {
        SignalMeasure.LAST,
        SignalMeasure.AGE,
        SignalMeasure.STALE,
        SignalMeasure.OVERDUE,
        SignalMeasure.ELSEWHERE,
        SignalMeasure.MIN,
        SignalMeasure.MAX,
        SignalMeasure.COUNT,
    }
)
WITHOUT_WINDOW: Final = frozenset(
    {
        SignalMeasure.LAST,
        SignalMeasure.AGE,
        SignalMeasure.STALE,
        SignalMeasure.OVERDUE,
        SignalMeasure.ELSEWHERE,
        SignalMeasure.USUAL,
        SignalMeasure.USUAL_AT_THIS_HOUR,
        SignalMeasure.RISE,
    }
)
TREATMENT_SORTS: Final[Mapping[TreatmentMeasure, Sort]] = MappingProxyType(
    {
        TreatmentMeasure.RUNNING: Sort.TRUTH,
        TreatmentMeasure.GIVEN: Sort.TRUTH,
        TreatmentMeasure.COUNT: Sort.NUMBER,
        TreatmentMeasure.AGE: Sort.AGE,
    }
)
EXTREMES: Final = (ScaleMeasure.MIN, ScaleMeasure.MAX)
# What may be asked, without a window, of a scale whose grades make episodes.
EPISODE_SORTS: Final[Mapping[ScaleMeasure, Sort]] = MappingProxyType(
    {ScaleMeasure.PEAK: Sort.NUMBER, ScaleMeasure.AGE: Sort.AGE}
)
CONTEXT_SORTS: Final[Mapping[ContextName, Sort]] = MappingProxyType(
    {
        ContextName.INFUSED: Sort.TRUTH,
        ContextName.DAYS_SINCE_INFUSION: Sort.NUMBER,
        ContextName.PHASE: Sort.CODED,
        ContextName.AGE_YEARS: Sort.NUMBER,
        ContextName.CHILD: Sort.TRUTH,
        ContextName.DEVELOPMENTAL_DELAY: Sort.TRUTH,
        ContextName.FEVER_WAIVED: Sort.TRUTH,
        ContextName.SEDATED: Sort.TRUTH,
        ContextName.VASOPRESSORS: Sort.NUMBER,
        ContextName.SPO2_SCALE: Sort.NUMBER,
        ContextName.PATIENT_SILENCE: Sort.AGE,
        ContextName.FEED_SILENCE: Sort.AGE,
    }
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every word a condition may use, besides the measures and context words of `domain`."""

    signals: Mapping[str, Signal]
    treatments: Mapping[str, Treatment]
    scales: tuple[str, ...]

    def first_words(self) -> tuple[str, ...]:
        """Return every word a reading may begin with."""
        contexts = (name.split(".")[0] for name in ContextName)
        return tuple(
            dict.fromkeys((*self.signals, *self.treatments, *self.scales, *contexts, "baseline"))
        )


def house_vocabulary(scales: tuple[str, ...]) -> Vocabulary:
    """Return the vocabulary of all signals and treatments of the house and these scales."""
    return Vocabulary(signals=SIGNAL, treatments=TREATMENT, scales=scales)


def is_coded(signal: Signal) -> bool:
    """Tell whether a signal's values are words."""
    return signal.kind is Kind.CODED


def words_of(feature: SignalFeature | ContextFeature, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Give the words that a coded reading can be, from mild to severe or from first to last."""
    if isinstance(feature, ContextFeature):
        return COURSE_WORDS
    return vocabulary.signals[feature.word].words


def sort_of_measure(signal: Signal, measure: SignalMeasure) -> Sort:
    """Tell what sort of thing a measure of this signal is."""
    if is_coded(signal) and measure in VALUES:
        return Sort.CODED
    return SIGNAL_SORTS[measure]
