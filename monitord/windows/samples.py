"""What is asked of a window of rare values: a number for one patient, and when it can change.

The same words as for the grid, over the samples themselves; a share of time makes no sense here and
is unknown.
"""

from typing import NamedTuple

from monitord.domain.features import SignalFeature, SignalMeasure
from monitord.domain.time import HOUR, NEVER, SECOND, Millis
from monitord.windows.series import Samples, Series

UNKNOWN = float("nan")


class Answer(NamedTuple):
    """One number (NaN where unknown), and the instant it may change by itself."""

    value: float
    due: Millis


def measure_samples(series: Series, feature: SignalFeature, row: int, now: Millis) -> Answer:
    """Answer a windowed measure of a rare signal, in whole units, for one row."""
    window_ms = feature.window_ms
    assert window_ms is not None, feature
    samples = series.window(feature.signal, row, window_ms, now)
    if not len(samples.times):
        return Answer(0.0 if feature.measure is SignalMeasure.COUNT else UNKNOWN, NEVER)
    value, holder = _measure(feature.measure, samples)
    return Answer(value, int(samples.times[holder]) + window_ms)


def _measure(measure: SignalMeasure, samples: Samples) -> tuple[float, int]:
    """Give the answer, and the index of the sample whose leaving can change it."""
    values = samples.values
    match measure:
        case SignalMeasure.MAX:
            holder = len(values) - 1 - int(values[::-1].argmax())
            return float(values[holder]), holder
        case SignalMeasure.MIN:
            holder = len(values) - 1 - int(values[::-1].argmin())
            return float(values[holder]), holder
        case SignalMeasure.COUNT:
            return float(len(values)), 0
        case SignalMeasure.MEAN:
            return int(values.sum()) / len(values), 0
        case SignalMeasure.SLOPE:
            return _slope(samples), 0
        case _:
            return UNKNOWN, 0


def _slope(samples: Samples) -> float:
    """Fit a line through the samples by least squares: whole units per hour."""
    place = (samples.times - samples.times[-1]) // SECOND
    number, values = len(place), samples.values
    sum_x, sum_y = int(place.sum()), int(values.sum())
    sum_xx, sum_xy = int((place * place).sum()), int((place * values).sum())
    below = number * sum_xx - sum_x * sum_x
    if below == 0:
        return UNKNOWN
    return (number * sum_xy - sum_x * sum_y) / below * (HOUR / SECOND)
