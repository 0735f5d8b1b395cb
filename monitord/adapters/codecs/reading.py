"""Turns the checked fields of one event into the record that the core knows, or refuses it by name.

Here words become numbers of the tables, values become whole units, and times are compared with the
instant of receipt. Nothing is guessed: a value without its unit, a word that is not in a table and
a time without offset are refused.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache, partial
from typing import Final

from monitord.adapters.codecs.schema import (
    CommandFields,
    ObservationFields,
    StayFields,
    TreatmentFields,
)
from monitord.domain.events import (
    Command,
    CommandAction,
    Observation,
    Quality,
    Status,
    Stay,
    StayAction,
    TreatmentAction,
    TreatmentEvent,
)
from monitord.domain.refusals import Refused, did_you_mean, shown
from monitord.domain.signals import SIGNAL, Signal, find_signal
from monitord.domain.time import CLOCKS_APART, TOO_LATE, Millis, parse_time
from monitord.domain.treatments import TREATMENT, find_treatment
from monitord.domain.units import read_decimal

_STATUS: Final = {status.value: status for status in Status}
_QUALITY: Final = {quality.value: quality for quality in Quality}

_EARLIEST: Final = parse_time("1900-01-01T00:00:00Z")
_OLDEST_YEARS: Final = 130
# Enough for every value that 40 signals can take in an hour; a full cache only costs time.
_VALUES_KEPT: Final = 1 << 16


def instant(text: str, field: str) -> Millis:
    """Read the time of a field; raises `Refused` when it is none, or not of 1900 to 2105."""
    try:
        moment = parse_time(text)
    except (ValueError, OverflowError):
        found = f"{field} is {shown(text)}, expected a time with its offset"
        raise Refused("bad_time", f"{found}; write for example 2026-01-08T09:00:00Z") from None
    if not _EARLIEST <= moment < TOO_LATE:
        found = f"{field} is {shown(text)}, expected a time of the years 1900 to 2105"
        raise Refused("bad_time", f"{found}; set the sender's clock")
    return moment


def times(time: str, told: str | None, received: Millis | None) -> tuple[Millis, Millis]:
    """Give when it was measured and when it reached us; refuses a time ahead of its receipt."""
    measured = instant(time, "time")
    if received is None:
        received = measured if told is None else instant(told, "received")
    if measured - received > CLOCKS_APART:
        ahead = (measured - received) // 1000
        found = f"time {time} is {ahead} s ahead of its receipt, expected at most 120 s"
        raise Refused("future_time", f"{found}; set the sender's clock")
    return measured, received


def read_observation(
    fields: ObservationFields, patient: str, received: Millis | None, ward: str | None
) -> Observation:
    """Give the observation; a value entered in error is not read and stands as 0."""
    time, received = times(fields["time"], fields.get("received"), received)
    status = _STATUS[fields.get("status", "final")]
    if status is Status.ENTERED_IN_ERROR:
        index, whole = _signal(fields["signal"]).index, 0
    else:
        index, whole = _whole(fields["signal"], fields.get("value"), fields.get("unit"))
    return Observation(
        patient,
        time,
        received,
        index,
        whole,
        ward or fields.get("ward"),
        status,
        _QUALITY[fields.get("quality", "good")],
        fields.get("attributable_elsewhere", False),
        fields.get("id"),
        fields.get("source"),
        fields.get("seq"),
    )


def read_stay(fields: StayFields, patient: str, received: Millis | None, ward: str | None) -> Stay:
    """Give the stay; the ward it names counts before the ward of the topic."""
    time, received = times(fields["time"], fields.get("received"), received)
    return Stay(
        patient,
        time,
        received,
        StayAction(fields["action"]),
        ward=fields.get("ward") or ward,
        bed=fields.get("bed"),
        age_years=_age(fields.get("age_years")),
        developmental_delay=fields.get("developmental_delay"),
        baseline=_baseline(fields.get("baseline", {})),
        language=fields.get("language"),
        id=fields.get("id"),
        source=fields.get("source"),
        seq=fields.get("seq"),
    )


def read_treatment(
    fields: TreatmentFields, patient: str, received: Millis | None, ward: str | None
) -> TreatmentEvent:
    """Give the treatment; its dose is kept as the text that was sent, for people to read."""
    time, received = times(fields["time"], fields.get("received"), received)
    found = find_treatment(fields["treatment"])
    if found is None:
        word = fields["treatment"]
        said = f"treatment is {shown(word)}, expected a known word"
        raise Refused("unknown_treatment", said, partial(did_you_mean, word, TREATMENT))
    return TreatmentEvent(
        patient,
        time,
        received,
        found.index,
        TreatmentAction(fields["action"]),
        ward=ward or fields.get("ward"),
        dose=_dose(fields.get("dose")),
        unit=fields.get("unit"),
        product=fields.get("product"),
        id=fields.get("id"),
        source=fields.get("source"),
        seq=fields.get("seq"),
    )


def read_command(
    fields: CommandFields, patient: str, received: Millis | None, ward: str | None
) -> Command:
    """Give the command; it must name an alert or a rule."""
    time, received = times(fields["time"], fields.get("received"), received)
    if "alert" not in fields and "rule" not in fields:
        found = "there is neither alert nor rule, expected one of them"
        raise Refused("missing_field", f"{found}; say what is to be answered")
    until = fields.get("until")
    return Command(
        patient,
        time,
        received,
        CommandAction(fields["action"]),
        fields["by"],
        ward=ward or fields.get("ward"),
        alert=fields.get("alert"),
        rule=fields.get("rule"),
        reason=fields.get("reason"),
        until=None if until is None else instant(until, "until"),
        id=fields.get("id"),
        source=fields.get("source"),
        seq=fields.get("seq"),
    )


def _signal(word: str) -> Signal:
    signal = find_signal(word)
    if signal is None:
        found = f"signal is {shown(word)}, expected a known word, a LOINC or an MDC code"
        raise Refused("unknown_signal", found, partial(did_you_mean, word, SIGNAL))
    return signal


@lru_cache(maxsize=_VALUES_KEPT)
def _whole(word: str, value: int | Decimal | str | None, unit: str | None) -> tuple[int, int]:
    """Give the signal's place in the table and the value in whole units."""
    signal = _signal(word)
    if value is None:
        found = f"there is no value for {signal.word}, expected one"
        raise Refused("missing_field", f"{found}; only entered-in-error may leave it out")
    if isinstance(value, str) != bool(signal.words):
        expected = "one of its words" if signal.words else "a JSON number without quotes"
        found = f"{signal.word} is {shown(value)}, expected {expected}"
        raise Refused("wrong_type", f"{found}; check the sender")
    return signal.index, signal.quantise(str(value), unit)


def _baseline(told: Mapping[str, int | Decimal | str]) -> dict[int, int]:
    return dict(_whole(word, value, _signal(word).unit) for word, value in told.items())


def _age(told: int | Decimal | None) -> float | None:
    if told is None:
        return None
    years = read_decimal(str(told))
    if not 0 <= years <= _OLDEST_YEARS:
        found = f"age_years is {shown(told)}, expected 0 to {_OLDEST_YEARS}"
        raise Refused("impossible_value", f"{found}; check the sender")
    return float(years)


def _dose(told: int | Decimal | str | None) -> str | None:
    if told is None or isinstance(told, str):
        return told
    read_decimal(str(told))
    return str(told)
