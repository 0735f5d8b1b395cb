"""The one table of signals: vital signs, then assessments, then bloods.

The place in this table is the signal's number everywhere inside. A signal is added as one entry at
the end of its group; journals hold words, not numbers, so numbers may change between versions.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from monitord.domain.signals.labs import LABS
from monitord.domain.signals.neuro import NEURO
from monitord.domain.signals.signal import Signal
from monitord.domain.signals.vitals import VITALS

SIGNALS: Final[tuple[Signal, ...]] = tuple(
    replace(row, index=place) for place, row in enumerate((*VITALS, *NEURO, *LABS))
)
SIGNAL: Final[Mapping[str, Signal]] = {s.word: s for s in SIGNALS}
_BY_CODE: Final[Mapping[str, Signal]] = {c: s for s in SIGNALS for c in s.codes()}


def find_signal(word_or_code: str) -> Signal | None:
    """Find a signal by its word, its LOINC code or its MDC reference id; `None` when there is none.

    >>> find_signal("8867-4") is find_signal("MDC_ECG_HEART_RATE") is SIGNAL["heart_rate"]
    True
    """
    return SIGNAL.get(word_or_code) or _BY_CODE.get(word_or_code)
