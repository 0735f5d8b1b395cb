"""A chart row: a value goes in, points come out, and an unknown value gives the whole row.

`np.searchsorted` sorts NaN after the last edge, where it would score as healthy; every chart here
asks for unknown first.
"""

from bisect import bisect_left
from collections.abc import Mapping

import numpy as np

from monitord.domain.signals import SIGNAL
from monitord.scores.columns import Column, Interval, Mask, between, either, exactly


class Bands:
    """Points of a number by the highest value of each band, as a guideline prints them."""

    def __init__(self, signal: str, at_most: Mapping[str, int], above: int) -> None:
        """Take the printed upper edges in the signal's canonical unit, and the points above all."""
        self.signal = signal
        self.edges = [SIGNAL[signal].whole(edge) for edge in at_most]
        assert self.edges == sorted(set(self.edges)), f"{signal}: band edges must rise"
        self.points = (*at_most.values(), above)
        self._edges_array = np.array(self.edges, dtype=np.float64)
        self._points_array = np.array(self.points, dtype=np.float64)
        self._least, self._most = min(self.points), max(self.points)
        self._unknown = between(self._least, self._most)
        self._scored = [exactly(worth) for worth in self.points]

    def __call__(self, column: Column) -> Interval:
        """Score whole units; unknown is anything from the least to the most points."""
        if isinstance(column, np.ndarray):
            scored = self._points_array[np.searchsorted(self._edges_array, column)]
            missing = np.isnan(column)
            return Interval(
                np.where(missing, self._least, scored), np.where(missing, self._most, scored)
            )
        if column != column:
            return self._unknown
        return self._scored[bisect_left(self.edges, column)]


class Words:
    """Points of a coded signal by its word."""

    def __init__(self, signal: str, points: Mapping[str, int]) -> None:
        """Take the points of every word that the signal has."""
        self.signal = signal
        words = SIGNAL[signal].words
        assert set(points) == set(words), f"{signal}: every word needs its points"
        self.points = tuple(points[word] for word in words)
        self._least, self._most = min(self.points), max(self.points)
        self._points_array = np.array(self.points, dtype=np.float64)
        self._unknown = between(self._least, self._most)
        self._scored = [exactly(worth) for worth in self.points]

    def __call__(self, column: Column) -> Interval:
        """Score word indexes; unknown is anything from the least to the most points."""
        if isinstance(column, np.ndarray):
            missing = np.isnan(column)
            scored = self._points_array[np.where(missing, 0, column).astype(np.intp)]
            return Interval(
                np.where(missing, self._least, scored), np.where(missing, self._most, scored)
            )
        if column != column:
            return self._unknown
        return self._scored[int(column)]


def code(signal: str, word: str) -> int:
    """Give the number that stands for a word of a coded signal."""
    return SIGNAL[signal].words.index(word)


def unless(mask: Column | Mask, interval: Interval) -> Interval:
    """Let the points count for nothing where the mask is set."""
    return Interval(either(mask > 0, 0, interval.low), either(mask > 0, 0, interval.high))
