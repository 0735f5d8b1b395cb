"""What is overdue: kept current by short ways, it is what reading it in full says."""

from hypothesis import given
from hypothesis import strategies as st

from monitord.domain.events import TreatmentAction, TreatmentEvent
from monitord.domain.features import SignalFeature, SignalMeasure
from monitord.domain.pathway import Schedule
from monitord.domain.signals import SIGNAL
from monitord.domain.time import DAY, HOUR, MINUTE, Millis
from monitord.domain.treatments import TREATMENT
from monitord.windows.batch import Reading
from monitord.windows.memory import Memory
from monitord.windows.table import Table

CAME = 20_000 * DAY
WATCHED = [
    SignalFeature(word, SIGNAL[word].index, SignalMeasure.OVERDUE)
    for word in ("spo2", "heart_rate")
]
# By default nothing is due before the lymphodepletion; a unit may schedule from the first day on.
SCHEDULES = [Schedule(), Schedule(baseline={"spo2": 8 * HOUR})]
happenings = st.tuples(
    st.sampled_from([MINUTE, HOUR, 5 * HOUR, DAY, 15 * DAY]),
    st.sampled_from(["spo2", "spo2", "heart_rate", "lymphodepletion", "car_t_infusion"]),
)


@given(st.sampled_from(SCHEDULES), st.lists(happenings, min_size=1, max_size=10))
def test_what_is_overdue_is_what_reading_in_full_says(
    schedule: Schedule, history: list[tuple[Millis, str]]
) -> None:
    """After any readings and treatments, values and deadlines are as if everything was read."""
    memory = Memory(1, DAY, {}, schedule=schedule)
    table, full = Table(WATCHED, 2, {}), Table(WATCHED, 2, {})
    table.attach(memory)
    row, now = memory.roster.admit("p-1", "west", CAME, CAME), CAME
    table.refresh_row(row, memory, now)
    for after_ms, word in history:
        now += after_ms
        if word in SIGNAL:
            memory.write_readings([Reading(SIGNAL[word].index, row, now, 90, False)], now)
        else:
            index, given_now = TREATMENT[word].index, TreatmentAction.GIVEN
            memory.treat(row, TreatmentEvent("p-1", now, now, index, given_now))
        table.refresh(memory, now)
        full.refresh_row(row, memory, now)
        assert full.values[:, row].tolist() == table.values[:, row].tolist()
        assert full.due[:, row].tolist() == table.due[:, row].tolist()
