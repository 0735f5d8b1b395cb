"""What a case expects at its times, read and checked: the alert's phase, intervals, items.

A case of a rule expects phases, a case of an index its interval; both may tell any scale's beside.
"""

import re
from dataclasses import dataclass
from typing import Final

from monitord.domain.alerts import Phase
from monitord.domain.refusals import nearest, shown
from monitord.domain.time import Millis
from monitord.rules.book import Index
from monitord.rules.case_events import CaseReader
from monitord.rules.case_schema import (
    INDEX_KINDS,
    RULE_KINDS,
    CaseKind,
    CaseText,
    ExpectText,
)

_INTERVAL: Final = re.compile(r"(?P<low>\d{1,9})(\.\.(?P<high>\d{1,9}))?")
# How a case writes that a scale does not apply to the patient.
_NOT_APPLICABLE: Final = "none"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a scale must say: its least and most, or None where it must not apply."""

    scale: str
    ends: tuple[int, int] | None

    def __str__(self) -> str:
        """Write it as a case does."""
        return f"{self.scale} {written(self.ends)}"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must be so at an instant; None where the case says nothing of it.

    `phase` is of the rule's alert, `reason` that of its last move; `counts` are the labels of all
    items of the index that count.
    """

    at_ms: Millis
    phase: Phase | None
    reason: str | None
    intervals: tuple[Expected, ...] = ()
    counts: frozenset[str] | None = None


def written(ends: tuple[int, int] | None) -> str:
    """Write an interval as a case does.

    >>> written((35, 50)), written((20, 20)), written(None)
    ('35..50', '20', 'none')
    """
    if ends is None:
        return _NOT_APPLICABLE
    low, high = ends
    return str(low) if low == high else f"{low}..{high}"


def expectations_of(
    reader: CaseReader, case: CaseText, scales: tuple[str, ...], index: Index | None
) -> tuple[Expectation, ...]:
    """Read what a case expects; `scales` are all that may be named, `index` is the case's own."""
    found: list[Expectation] = []
    for place, entry in enumerate(case.expect, start=1):
        key = f"expect {place}"
        intervals = _intervals(reader, entry, key, scales)
        counts = None if entry.counts is None else frozenset(entry.counts)
        _check_items(reader, key, counts, index)
        found.append(Expectation(entry.at, entry.phase, entry.reason, intervals, counts))
    if index is None:
        _check_of_rule(reader, case, found)
    else:
        _check_of_index(reader, case, found)
    return tuple(found)


def _intervals(
    reader: CaseReader, entry: ExpectText, key: str, scales: tuple[str, ...]
) -> tuple[Expected, ...]:
    intervals: list[Expected] = []
    extra = entry.model_extra or {}
    for word, value in extra.items():
        if word not in scales:
            known = (*ExpectText.model_fields, *scales)
            expected = f"one of {', '.join(ExpectText.model_fields)}, or a scale or index"
            reader.complain(f"{key}, {word}", "an unknown key", expected, nearest(word, known))
            continue
        match = _INTERVAL.fullmatch(value) if isinstance(value, str) else None
        ends = (int(match["low"]), int(match["high"] or match["low"])) if match else None
        is_wrong = ends is None and value != _NOT_APPLICABLE
        if is_wrong or (ends is not None and ends[0] > ends[1]):
            form = 'an interval in quotes such as "35..50" or "20", or "none"'
            reader.complain(f"{key}, {word}", shown(value), form)
        else:
            intervals.append(Expected(word, ends))
    return tuple(intervals)


def _check_items(
    reader: CaseReader, key: str, counts: frozenset[str] | None, index: Index | None
) -> None:
    if counts is None:
        return
    if index is None:
        reader.complain(f"{key}, counts", "items", "no items, as the case is of a rule")
        return
    labels = tuple(item.label for item in index.items)
    for label in sorted(counts - set(labels)):
        like = nearest(label, labels)
        reader.complain(f"{key}, counts", shown(label), f"items of {index.name}", like)


def _check_of_rule(reader: CaseReader, case: CaseText, found: list[Expectation]) -> None:
    """A case that fires must expect so, and a silent one must not."""
    if case.kind not in RULE_KINDS:
        reader.complain("kind", shown(case.kind.value), f"one of {', '.join(RULE_KINDS)}")
    for place, expected in enumerate(found, start=1):
        if expected.phase is None and not expected.intervals:
            reader.complain(f"expect {place}, phase", "nothing", "the key phase")
    is_active = any(expected.phase is Phase.ACTIVE for expected in found)
    if case.kind is CaseKind.FIRES and not is_active:
        reader.complain("expect", "no ACTIVE", 'ACTIVE at some time, as kind = "fires"')
    if case.kind is CaseKind.SILENT and is_active:
        reader.complain("expect", "ACTIVE", 'never ACTIVE, as kind = "silent"')


def _check_of_index(reader: CaseReader, case: CaseText, found: list[Expectation]) -> None:
    """A case of an index tells its interval at every time, and shows what its kind says."""
    if case.kind not in INDEX_KINDS:
        reader.complain("kind", shown(case.kind.value), f"one of {', '.join(INDEX_KINDS)}")
    if case.acknowledge:
        reader.complain("acknowledge", "an answer", "none, as an index raises no alert")
    own: list[tuple[int, int] | None] = []
    for place, expected in enumerate(found, start=1):
        told = [one.ends for one in expected.intervals if one.scale == case.index]
        own += told
        if not told:
            reader.complain(f"expect {place}", "nothing", f"the key {case.index}")
        if expected.phase is not None or expected.reason is not None:
            reader.complain(f"expect {place}, phase", "an alert's", "none, as an index has none")
    known = [ends for ends in own if ends is not None]
    counted = [label for expected in found for label in expected.counts or ()]
    if case.kind is CaseKind.COUNTS and not counted:
        reader.complain("expect", "no item", 'items in counts at some time, as kind = "counts"')
    if case.kind is CaseKind.SILENT and (counted or any(low > 0 for low, _ in known)):
        reader.complain("expect", "an item that counts", 'none, as kind = "silent"')
    if case.kind is CaseKind.MISSING and not any(low < high for low, high in known):
        expected_form = 'an interval such as "0..20" at some time, as kind = "missing"'
        reader.complain("expect", "no open interval", expected_form)
