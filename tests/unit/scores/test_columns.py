"""Truths of one patient, which are mostly ready-made, against the same truths as arrays."""

from itertools import product

import numpy as np
import pytest

from monitord.scores.columns import FALSE, TRUE, UNKNOWN, Truths, told

EACH = (TRUE, FALSE, UNKNOWN)
# The same three as a computation leaves them, which are not the ready-made ones.
COMPUTED = tuple(Truths(*one) for one in EACH)


def as_arrays(one: Truths) -> Truths:
    """The same truth of a crowd of one."""
    return Truths(np.array([one.sure]), np.array([one.possible]))


def of_the_first(crowd: Truths) -> Truths:
    """What holds of the first of a crowd, as plain truths."""
    return Truths(*(bool(mask[0]) for mask in crowd))  # type: ignore[arg-type]


@pytest.mark.parametrize(("first", "second"), list(product((*EACH, *COMPUTED), repeat=2)))
def test_both_and_either_of_one_patient_are_those_of_a_crowd(first: Truths, second: Truths) -> None:
    """What is taken without computing it is what computing gives."""
    assert of_the_first(as_arrays(first) & as_arrays(second)) == (first & second)
    assert of_the_first(as_arrays(first) | as_arrays(second)) == (first | second)


@pytest.mark.parametrize("one", [*EACH, *COMPUTED])
def test_the_contrary_of_one_patient_is_that_of_a_crowd(one: Truths) -> None:
    """Unknown stays unknown, and true and false change places."""
    assert of_the_first(~as_arrays(one)) == ~one


@pytest.mark.parametrize(
    ("value", "expected"), [(2.0, TRUE), (0.0, FALSE), (float("nan"), UNKNOWN)]
)
def test_a_plain_number_gives_a_ready_made_truth(value: float, expected: Truths) -> None:
    """So that a condition can stop at the first false part by looking at which one it is."""
    plain = told(value > 1, value != value)  # type: ignore[arg-type]
    crowd = np.array([value])
    assert plain is expected
    assert of_the_first(told(crowd > 1, crowd != crowd)) == expected
