"""Judges every rule for the patients whose columns changed, and lets the alerts' timers elapse.

Truths are computed for a few patients one by one and for a crowd as arrays; the life of an alert is
then followed cell by cell, because only few cells change in a tick.
"""

import numpy as np
from numpy.typing import NDArray

from monitord.alerts.records import Transition
from monitord.domain.alerts import Truth
from monitord.engine.decisions import Decisions
from monitord.engine.telling import tell
from monitord.engine.ward import Ward, Watched
from monitord.scores.columns import FALSE, Truths
from monitord.windows.roster import FEED_ROW

# Comparing with a member of an enumeration costs more than with a number.
_TRUE, _FALSE, _UNKNOWN = int(Truth.TRUE), int(Truth.FALSE), int(Truth.UNKNOWN)


def judge(ward: Ward, out: Decisions) -> None:
    """Observe every truth that changed, expire every timer that is due, and tell what moved."""
    moves: list[Transition] = []
    table = ward.table
    has_crowd, changed = table.has_crowd, table.changed
    bits = table.changed_columns() if has_crowd else 0
    table.changed, table.changed_for_many = {}, 0
    if has_crowd:
        for watched in ward.watched:
            if watched.bits & bits:
                _judge_crowd(ward, watched, moves)
    else:
        for row in sorted(changed):
            _judge_one(ward, row, changed[row], moves)
    for place, row in ward.alerts.due_cells(out.now, ward.rows_used):
        moved = ward.alerts.expire(place, row, out.now)
        if moved is not None:
            moves.append(moved)
    tell(ward, moves, out)


def _judge_one(ward: Ward, row: int, bits: int, moves: list[Transition]) -> None:
    patients, held = ward.table.values[:, row].tolist(), ward.alerts.truth
    if row == FEED_ROW:
        watching = ward.watching_feed(bits, True)
    else:
        watching = ward.watching_patients(bits, ward.table.is_awake(row))
    for watched in watching:
        truth = _code(watched.judge(patients))
        if truth != held.item(watched.place, row):
            _observe(ward, watched.place, row, Truth(truth), moves)


def _code(truths: Truths) -> int:
    if truths is FALSE:  # as it mostly is
        return _FALSE
    return _TRUE if truths.sure else _UNKNOWN if truths.possible else _FALSE


def _judge_crowd(ward: Ward, watched: Watched, moves: list[Transition]) -> None:
    """Judge everybody; of whom nothing changed, the truth is the same and is passed over."""
    used = ward.rows_used
    truths = _codes(watched.judge(ward.table.values[:, :used]))  # type: ignore[arg-type]
    is_watched = ward.memory.roster.is_here[:used].copy()
    if watched.is_of_feed:
        is_watched[FEED_ROW + 1 :] = False
    else:
        is_watched[FEED_ROW] = False
    truths = np.where(is_watched, truths, ward.alerts.truth[watched.place, :used])
    for row in ward.alerts.changed_rows(watched.place, truths):
        _observe(ward, watched.place, row, Truth(int(truths[row])), moves)


def _codes(truths: Truths) -> NDArray[np.uint8]:
    told = np.where(truths.sure, Truth.TRUE, np.where(truths.possible, Truth.UNKNOWN, Truth.FALSE))
    return told.astype(np.uint8)


def _observe(ward: Ward, place: int, row: int, truth: Truth, moves: list[Transition]) -> None:
    patient = ward.memory.roster.patient[row]
    moved = ward.alerts.observe(place, row, patient, truth, ward.now)
    if moved is not None:
        moves.append(moved)
