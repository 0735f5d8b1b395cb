"""What runs, what was given when: a closed world in which events may come late."""

import numpy as np
import pytest

from monitord.domain.events import TreatmentAction, TreatmentEvent
from monitord.domain.time import DAY, HOUR, LONG_AGO, Millis
from monitord.domain.treatments import TREATMENT
from monitord.windows.treatments import FEVER_MASKS, VASOPRESSORS, TreatmentMemory

NOW = 20_000 * DAY
GIVEN, STARTED, STOPPED = TreatmentAction
DRUG = TREATMENT["norepinephrine"].index


def told(*events: tuple[TreatmentAction, Millis]) -> TreatmentMemory:
    """Tell of one drug."""
    memory = TreatmentMemory(2)
    for action, at in events:
        memory.write(1, TreatmentEvent("p-1", NOW + at, NOW + at, DRUG, action))
    return memory


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((), False),
        (((GIVEN, 0),), False),
        (((STARTED, 0),), True),
        (((STARTED, 0), (STOPPED, HOUR)), False),
        (((STOPPED, HOUR), (STARTED, 0)), False),
        (((STARTED, 0), (STOPPED, HOUR), (STARTED, 2 * HOUR)), True),
        (((STARTED, 2 * HOUR), (STARTED, 0), (STOPPED, HOUR)), True),
    ],
)
def test_what_runs_follows_the_times_and_not_the_order(
    events: tuple[tuple[TreatmentAction, Millis], ...], expected: bool
) -> None:
    """The latest start or stop decides, whichever was heard last."""
    assert expected is bool(told(*events).is_running[DRUG, 1])


def test_given_is_the_latest_time_it_was_given_or_started() -> None:
    """An earlier dose that is reported late does not turn time back."""
    memory = told((GIVEN, HOUR), (STARTED, 0), (STOPPED, 2 * HOUR))
    assert NOW + HOUR == memory.given_at[DRUG, 1]


def test_the_infusion_is_known_by_its_time() -> None:
    """Before it is reported there is none."""
    memory = TreatmentMemory(2)
    assert memory.infused_at(1) is None
    infusion = TREATMENT["car_t_infusion"].index
    memory.write(1, TreatmentEvent("p-1", NOW, NOW, infusion, GIVEN))
    assert NOW == memory.infused_at(1)


def test_a_wiped_row_runs_nothing() -> None:
    """What the last patient was given is not the next one's."""
    memory = told((STARTED, 0))
    memory.wipe(1)
    assert not memory.is_running[:, 1].any()
    assert (memory.given_at[:, 1] == LONG_AGO).all() and (memory.changed_at[:, 1] == LONG_AGO).all()


def test_vasopressin_is_not_among_the_counted_vasopressors() -> None:
    """CRS grade 4 asks for several vasopressors, vasopressin excluded (Lee 2019)."""
    counted = {word for word, entry in TREATMENT.items() if VASOPRESSORS[entry.index]}
    assert {"norepinephrine", "epinephrine", "phenylephrine", "dopamine"} == counted


def test_antipyretics_anticytokines_and_steroids_hide_fever() -> None:
    """After these fever is not asked for (Lee 2019)."""
    hiding = {word for word, entry in TREATMENT.items() if FEVER_MASKS[entry.index]}
    expected = {"tocilizumab", "siltuximab", "anakinra", "corticosteroid", "antipyretic"}
    assert expected == hiding
    assert 5 == np.count_nonzero(FEVER_MASKS)


def test_doses_are_counted_in_a_window_whatever_their_order() -> None:
    """Two doses within eight hours are two, told late or not, and one told twice is one."""
    memory = told((GIVEN, 8 * HOUR), (GIVEN, 0), (GIVEN, HOUR), (GIVEN, HOUR), (STOPPED, HOUR))
    assert (2, NOW + HOUR) == memory.count(DRUG, 1, NOW)
    assert (3, NOW) == memory.count(DRUG, 1, NOW - 1)
    assert (0, LONG_AGO) == memory.count(DRUG, 1, NOW + 8 * HOUR)


def test_the_oldest_of_too_many_doses_gives_way() -> None:
    """The last sixteen are kept, and one older than all of them is not."""
    memory = told(*((GIVEN, hour * HOUR) for hour in range(20)), (GIVEN, -HOUR))
    assert (16, NOW + 4 * HOUR) == memory.count(DRUG, 1, LONG_AGO)
