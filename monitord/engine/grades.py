"""What every scale says of every patient, and what it has said: the memory of grades.

`low` and `high` are scales x rows, NaN until first graded or where a scale does not apply. The
history keeps the last changes of each, for rules that ask whether a grade is rising.
"""

from typing import Final, NamedTuple

import numpy as np

from monitord.domain.features import ScaleColumn, ScaleFeature, ScaleMeasure
from monitord.domain.time import NEVER, Millis
from monitord.windows.memory import Memory
from monitord.windows.samples import UNKNOWN, Answer

KEPT: Final = 64


class Graded(NamedTuple):
    """What a scale said from an instant on."""

    since: Millis
    low: float
    high: float


class Grades:
    """Intervals of `scales` (by place) over rows."""

    def __init__(self, names: tuple[str, ...], rows: int) -> None:
        """Allocate every place at once."""
        self.names = names
        shape = (len(names), rows)
        self.low = np.full(shape, np.nan)
        self.high = np.full(shape, np.nan)
        self.unknown = np.full(shape, -1, dtype=np.int64)  # one bit for each unknown input
        self.missing: dict[tuple[int, int], tuple[str, ...]] = {}
        self._history: dict[tuple[int, int], list[Graded]] = {}

    def put(self, scale: int, row: int, graded: Graded) -> None:
        """Note what a scale says from now on."""
        self.low[scale, row], self.high[scale, row] = graded.low, graded.high
        history = self._history.setdefault((scale, row), [])
        history.append(graded)
        del history[:-KEPT]

    def wipe(self, row: int) -> None:
        """Forget everything of a row."""
        self.low[:, row] = self.high[:, row] = np.nan
        self.unknown[:, row] = -1
        for scale in range(len(self.names)):
            self._history.pop((scale, row), None)
            self.missing.pop((scale, row), None)

    def read(self, column: ScaleColumn, memory: Memory, row: int, now: Millis) -> Answer:
        """Answer a column of a scale: what it says, or said in a window, at a dose or at its peak.

        Outside an episode its peak is the grade now.
        """
        feature = column.feature
        scale = self.names.index(feature.scale)
        history = self._history.get((scale, row), [])
        match feature:
            case ScaleFeature(_, ScaleMeasure.AT, None, int(treatment)):
                return _in_force(history, column, int(memory.treatments.given_at[treatment, row]))
            case ScaleFeature(_, ScaleMeasure.MIN | ScaleMeasure.MAX, int(window_ms)):
                return _extreme(history, column, now - window_ms, window_ms)
            case ScaleFeature(name, ScaleMeasure.PEAK) if episode := memory.episodes.present(
                name, row
            ):
                return Answer(
                    float(episode.peak_high if column.is_high else episode.peak_low), NEVER
                )
            case _:
                side = self.high if column.is_high else self.low
                return Answer(float(side[scale, row]), NEVER)


def _extreme(
    history: list[Graded], column: ScaleColumn, begin: Millis, window_ms: Millis
) -> Answer:
    """The grade in force when the window began counts until another took its place."""
    best, due = UNKNOWN, NEVER
    is_max = column.feature.measure is ScaleMeasure.MAX
    for place, graded in enumerate(history):
        until = history[place + 1].since if place + 1 < len(history) else NEVER
        value = graded.high if column.is_high else graded.low
        if until <= begin or value != value:
            continue
        is_better = best != best or (value > best if is_max else value < best)
        if is_better or value == best:
            best, due = value, NEVER if until == NEVER else until + window_ms
    return Answer(best, due)


def _in_force(history: list[Graded], column: ScaleColumn, at: Millis) -> Answer:
    """The grade in force at an instant is unknown where the history does not reach back to it."""
    for graded in reversed(history):
        if graded.since <= at:
            return Answer(graded.high if column.is_high else graded.low, NEVER)
    return Answer(UNKNOWN, NEVER)


class ScaleReader:
    """Reads one column of a scale for the table."""

    def __init__(self, grades: Grades, column: ScaleColumn) -> None:
        self._grades = grades
        self._column = column

    def __call__(self, memory: Memory, row: int, now: Millis) -> Answer:
        """Answer for one row."""
        return self._grades.read(self._column, memory, row, now)
