"""A value counts in the state it was measured in, for any history, against the plain twin."""

from random import Random
from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from monitord.domain.events import TreatmentAction, TreatmentEvent
from monitord.domain.features import ContextFeature, ContextName, LastSince, SignalFeature
from monitord.domain.features import SignalMeasure as Measure
from monitord.domain.signals import SIGNAL
from monitord.domain.time import DAY, SECOND
from monitord.domain.treatments import TREATMENT
from monitord.windows.batch import Reading
from monitord.windows.memory import Memory
from monitord.windows.series import Sample
from monitord.windows.table import Table
from tests.reference.states import of_the_present_word, under_sedation

START = 20_000 * DAY
NOW = START + 100 * SECOND
DEVICE, FLOW, ICE = SIGNAL["oxygen_device"], SIGNAL["oxygen_flow"], SIGNAL["ice_score"]
OF_DEVICE = LastSince("oxygen_flow", FLOW.index, SignalFeature("", DEVICE.index, Measure.LAST))
OF_SEDATION = LastSince("ice_score", ICE.index, ContextFeature(ContextName.SEDATED))
# Seconds since the start; a second has at most one charting of each thing.
Charted: TypeAlias = dict[int, str]
Measured: TypeAlias = dict[int, int]


def charted(*words: str) -> st.SearchStrategy[Charted]:
    return st.dictionaries(st.integers(0, 40), st.sampled_from(words), max_size=12)


def measured(most: int) -> st.SearchStrategy[Measured]:
    return st.dictionaries(st.integers(0, 40), st.integers(0, most), max_size=8)


class Bench:
    """A memory of one patient and a table of the two columns, looked at after each arrival."""

    def __init__(self) -> None:
        self.memory = Memory(1, DAY, {})
        self.row = self.memory.roster.admit("p-1", "west", START, START)
        self.table = Table((OF_DEVICE, OF_SEDATION), 2, {})
        self.table.attach(self.memory)
        self.table.refresh_row(self.row, self.memory, NOW)

    def look(self) -> list[float | None]:
        self.table.refresh(self.memory, NOW)
        return [None if value != value else value for value in self.table.values[:, self.row]]


@given(charted("room_air", "nasal_cannula", "face_mask"), measured(90), st.randoms())
def test_a_flow_is_of_the_device_it_was_measured_on(
    devices: Charted, flows: Measured, chance: Random
) -> None:
    """In whatever order they come, the flow is the twin's."""
    bench = Bench()
    arrivals: list[tuple[int, str | int]] = [*devices.items(), *flows.items()]
    chance.shuffle(arrivals)
    for second, told in arrivals:
        time = START + second * SECOND
        if isinstance(told, str):
            sample = Sample(time, NOW, DEVICE.words.index(told), False)
            bench.memory.write_sample(DEVICE.index, bench.row, sample)
        else:
            bench.memory.write_readings([Reading(FLOW.index, bench.row, time, told, False)], NOW)
        bench.look()
    assert of_the_present_word(devices.items(), flows.items()) == bench.look()[0]


@given(charted("started", "stopped"), measured(10), st.randoms())
def test_a_test_is_of_the_sedation_it_was_taken_under(
    sedation: Charted, scores: Measured, chance: Random
) -> None:
    """In whatever order they come, the ICE that counts is the twin's."""
    bench = Bench()
    arrivals: list[tuple[int, str | int]] = [*sedation.items(), *scores.items()]
    chance.shuffle(arrivals)
    for second, told in arrivals:
        time = START + second * SECOND
        if isinstance(told, str):
            action = TreatmentAction(told)
            event = TreatmentEvent("p-1", time, NOW, TREATMENT["sedation"].index, action)
            bench.memory.treat(bench.row, event)
        else:
            bench.memory.write_sample(ICE.index, bench.row, Sample(time, NOW, told, False))
        bench.look()
    assert under_sedation(list(sedation.items()), scores.items()) == bench.look()[1]
