"""From what a case tells to the events that the engine plays, each name and value checked.

Times count from the start of the case; the infusion before it has a negative time.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from monitord.domain.alerts import FEED
from monitord.domain.events import (
    Command,
    Event,
    Observation,
    Stay,
    StayAction,
    TreatmentAction,
    TreatmentEvent,
)
from monitord.domain.refusals import nearest, shown
from monitord.domain.signals import Signal
from monitord.rules.case_schema import CaseText, GivenText, PatientText
from monitord.rules.problems import Problem
from monitord.rules.vocabulary import Vocabulary

# The one patient of every case.
PATIENT: Final = "case"
# One entry may repeat this often: a reading a minute for a week.
REPEATS_MAX: Final = 10_080

_INFUSION: Final = "car_t_infusion"


class CaseReader:
    """Reads the cases of one file and keeps its problems."""

    def __init__(self, file: str, vocabulary: Vocabulary, problems: list[Problem]) -> None:
        self.file = file
        self.vocabulary = vocabulary
        self.problems = problems
        self.owner = ""

    def complain(self, key: str, found: str, expected: str, like: str | None = None) -> None:
        """Add a problem of the case that is being read."""
        self.problems.append(Problem(self.file, self.owner, key, found, expected, like))

    def signal(self, word: str, key: str, also: tuple[str, ...] = ()) -> Signal | None:
        """Find a signal; None after complaining."""
        signal = self.vocabulary.signals.get(word)
        if signal is None:
            known = (*self.vocabulary.signals, *also)
            self.complain(key, shown(word), "a signal", nearest(word, known))
        return signal

    def whole(self, signal: Signal, written: object, key: str) -> int | None:
        """Bring a value to whole units; None after complaining."""
        place = f"{key}, {signal.word}"
        if isinstance(written, bool) or not isinstance(written, str | int | Decimal):
            self.complain(place, shown(written), "a number or a word in quotes")
            return None
        try:
            whole = signal.whole(str(written))
        except ValueError as problem:
            self.complain(place, shown(str(written)), f"a value of {signal.word} ({problem})")
            return None
        if not signal.low <= whole <= signal.high:
            ends = f"{signal.text(signal.low)} to {signal.text(signal.high)}"
            self.complain(place, shown(str(written)), f"{ends}, the plausible range")
            return None
        return whole

    def values(self, written: Mapping[str, object], key: str) -> Iterator[tuple[int, int]]:
        """Read signals with their values, as places in the table and whole units."""
        for word, value in written.items():
            signal = self.signal(word, key, tuple(GivenText.model_fields))
            whole = None if signal is None else self.whole(signal, value, key)
            if signal is not None and whole is not None:
                yield signal.index, whole


def events_of(reader: CaseReader, case: CaseText, *, is_of_feed: bool) -> tuple[Event, ...]:
    """Return the events of a case by the time they are received; complains of what is wrong."""
    answers = _answers(case, FEED if is_of_feed else PATIENT)
    events = [*_beginning(reader, case.patient), *_given(reader, case), *answers]
    return tuple(sorted(events, key=lambda event: event.received))


def _beginning(reader: CaseReader, patient: PatientText) -> Iterator[Event]:
    yield Stay(
        patient=PATIENT,
        time=0,
        received=0,
        action=StayAction.ADMIT,
        age_years=patient.age_years,
        developmental_delay=patient.developmental_delay,
        baseline=dict(reader.values(patient.baseline, "patient, baseline")),
    )
    if patient.infused is not None:
        infusion = reader.vocabulary.treatments[_INFUSION].index
        given = TreatmentAction.GIVEN
        yield TreatmentEvent(PATIENT, -patient.infused, 0, infusion, given)


def _given(reader: CaseReader, case: CaseText) -> Iterator[Event]:
    for place, entry in enumerate(case.given, start=1):
        key = f"given {place}"
        measured: Mapping[str, object] = entry.model_extra or {}
        elsewhere = set(_elsewhere(reader, entry, f"{key}, attributable"))
        for signal, whole in reader.values(measured, key):
            for time in _times(reader, entry, key):
                yield Observation(
                    patient=PATIENT,
                    time=time,
                    received=time,
                    signal=signal,
                    value=whole,
                    status=entry.status,
                    attributable_elsewhere=signal in elsewhere,
                )
        yield from _treated(reader, entry, key)


def _elsewhere(reader: CaseReader, entry: GivenText, key: str) -> Iterator[int]:
    """Tell which signals of an entry the assessor gives another cause."""
    measured = tuple(entry.model_extra or {})
    for word in entry.attributable:
        signal = reader.vocabulary.signals.get(word)
        if signal is None or word not in measured:
            expected = "signals of the same entry"
            reader.complain(key, shown(word), expected, nearest(word, measured))
        else:
            yield signal.index


def _treated(reader: CaseReader, entry: GivenText, key: str) -> Iterator[Event]:
    for word, action in entry.treatments.items():
        treatment = reader.vocabulary.treatments.get(word)
        if treatment is None:
            known = tuple(reader.vocabulary.treatments)
            reader.complain(f"{key}, treatments", shown(word), "a treatment", nearest(word, known))
        else:
            yield TreatmentEvent(PATIENT, entry.at, entry.at, treatment.index, action)


def _times(reader: CaseReader, entry: GivenText, key: str) -> range:
    """Tell when the values of an entry are measured: once, or every so often until a time."""
    once = range(entry.at, entry.at + 1)
    match entry.every, entry.until:
        case None, None:
            return once
        case int(every), int(until) if until >= entry.at:
            times = range(entry.at, until + 1, every)
            if len(times) <= REPEATS_MAX:
                return times
            reader.complain(f"{key}, every", f"{len(times)} times", f"at most {REPEATS_MAX}")
        case _:
            expected = "both every and until, and until not before at"
            reader.complain(key, "a repetition without beginning or end", expected)
    return once


def _answers(case: CaseText, patient: str) -> Iterator[Event]:
    for answer in case.acknowledge:
        yield Command(
            patient=patient,
            time=answer.at,
            received=answer.at,
            action=answer.action,
            by=answer.by,
            rule=case.subject,
            until=answer.until,
        )
