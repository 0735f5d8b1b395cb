"""The book as a ward: arrays over rules and beds, deadlines, and what may not be made."""

import numpy as np
import pytest

from monitord.alerts.lifecycle import AlertBook
from monitord.alerts.people import acknowledge
from monitord.alerts.records import alert_id
from monitord.domain.alerts import AlertPolicy, Phase, Priority, Truth
from monitord.domain.time import NEVER, SECOND
from tests.unit.alerts.making import HOLD, LASTS, command, policy

TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


def test_due_cells_are_sorted_and_only_of_rows_in_use() -> None:
    """Cells come by rule and then by row, and rows that are not in use are not looked at."""
    book = AlertBook([policy("a"), policy("b")], beds=4)
    for rule, row in ((1, 3), (1, 0), (0, 2), (0, 1)):
        book.observe(rule, row, f"p-{row}", TRUE, 0)
    assert [(0, 1), (0, 2), (1, 0)] == book.due_cells(HOLD, rows_used=3)
    assert [(0, 1), (0, 2), (1, 0), (1, 3)] == book.due_cells(HOLD, rows_used=4)
    assert [] == book.due_cells(HOLD - 1, rows_used=4)


@pytest.mark.parametrize(("rules", "rows_used"), [(0, 0), (0, 2), (1, 0)])
def test_an_empty_book_has_no_deadline(rules: int, rows_used: int) -> None:
    """Without rules or without patients nothing is ever due."""
    book = AlertBook([policy()] * rules, beds=2)
    assert NEVER == book.next_deadline(rows_used)
    assert [] == book.due_cells(LASTS, rows_used)


def test_two_beds_do_not_touch_each_other() -> None:
    """What happens in one row leaves the arrays of the other as they were."""
    book = AlertBook([policy(hold_ms=0)], beds=2)
    book.observe(0, 0, "p-0", TRUE, 0)
    acknowledge(book, 0, command(rule="hypoxia"), SECOND)
    book.discharge(0, 2 * SECOND)
    assert (Phase.QUIET, FALSE, NEVER) == (book.phase[0, 1], book.truth[0, 1], book.due[0, 1])


@pytest.mark.parametrize(
    ("policies", "complaint"),
    [
        ([policy("a"), policy("a")], "unique"),
        ([policy(hold_ms=-1)], "hold"),
        ([policy(keep_ms=-1)], "keep"),
        ([policy(ack_lasts_ms=0)], "acknowledgement"),
    ],
)
def test_a_book_of_impossible_policies_is_not_made(
    policies: list[AlertPolicy], complaint: str
) -> None:
    """The door of the room refuses policies that no life could follow."""
    with pytest.raises(AssertionError, match=complaint):
        AlertBook(policies, beds=1)


def test_changed_rows_are_given_and_quiet_ones_are_noted() -> None:
    """A change that can move an alert is given; one that stays quiet is written down."""
    book = AlertBook([policy("a"), policy("b")], beds=3)
    book.observe(1, 0, "p-0", TRUE, 0)
    first, second = np.array([[UNKNOWN, TRUE], [UNKNOWN, FALSE]], dtype=np.uint8)
    assert ([1], [0]) == (book.changed_rows(0, first), book.changed_rows(1, second))
    assert (UNKNOWN, FALSE, TRUE) == (
        book.truth_of(0, 0),
        book.truth_of(0, 1),
        book.truth_of(1, 0),
    )
    assert ([1], [0]) == (book.changed_rows(0, first), book.changed_rows(1, second))


@pytest.mark.parametrize(
    "other",
    [
        ("p-2", "hypoxia", Priority.HIGH, 0),
        ("p-1", "hypotension", Priority.HIGH, 0),
        ("p-1", "hypoxia", Priority.LOW, 0),
        ("p-1", "hypoxia", Priority.HIGH, 1),
    ],
)
def test_an_id_names_one_patient_rule_priority_and_instant(
    other: tuple[str, str, Priority, int],
) -> None:
    """Changing any of the four makes another id, and an id fits in a topic."""
    name = alert_id("p-1", "hypoxia", Priority.HIGH, 0)
    assert name != alert_id(*other)
    assert 17 == len(name)
    assert name.isalnum()


def test_a_truth_out_of_an_array_is_that_truth() -> None:
    """A truth that is only a number, as arrays hold it, raises an alert like the word itself."""
    book = AlertBook([policy(hold_ms=0)], beds=1)
    (truth,) = np.array([TRUE], dtype=np.uint8)
    assert book.observe(0, 0, "p-1", truth, 0) is not None
    assert Phase.ACTIVE is book.phase_of(0, 0)
