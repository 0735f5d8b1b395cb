"""A body: healthy values, the rhythm of the day, the story, and noise that hangs together."""

import math
from typing import Final, NamedTuple

from monitord.adapters.simulator.curves import Wander, height
from monitord.adapters.simulator.people import Person
from monitord.adapters.simulator.stories import Device
from monitord.domain.time import DAY, HOUR, MINUTE, Millis

# Body temperature is highest late in the afternoon and swings by about half a degree in a day.
_WARMEST_HOUR: Final = 17.0
_RHYTHM_TEMPERATURE: Final = 0.25  # Cel, half the swing
_RHYTHM_HEART_RATE: Final = 4.0  # /min, half the swing
_RHYTHM_SYSTOLIC_SHARE: Final = 0.03
# The heart beats about this much faster for each degree of fever (Liebermeister's rule).
_HEART_RATE_A_DEGREE: Final = 8.0
_RESPIRATORY_RATE_A_DEGREE: Final = 1.5


class Vitals(NamedTuple):
    """What a monitor would show."""

    heart_rate: int
    respiratory_rate: int
    spo2: int
    temperature: float
    systolic_bp: int
    diastolic_bp: int
    mean_bp: int


class Body:
    """One patient's vital signs over time; ask for instants in order."""

    def __init__(self, person: Person, compress: float) -> None:
        random = person.random("body")
        self._person = person
        self._compress = compress
        self._arousal = Wander(1.0, 20 * MINUTE, random)
        self._heart_rate = Wander(2.0, 8 * MINUTE, random)
        self._respiratory_rate = Wander(0.9, 6 * MINUTE, random)
        self._temperature = Wander(0.07, 45 * MINUTE, random)
        self._spo2 = Wander(0.5, 12 * MINUTE, random)
        self._pressure = Wander(3.0, 25 * MINUTE, random)
        self._pulse_pressure = Wander(2.0, 15 * MINUTE, random)

    def vitals(self, now: Millis) -> Vitals:
        """Return the vital signs at `now`."""
        person, story = self._person, self._person.story
        hour = story_hour(person, now, self._compress)
        rhythm = math.cos(2 * math.pi * (now % DAY / HOUR - _WARMEST_HOUR) / 24)
        fever = height(story.temperature, hour) * person.severity
        arousal = self._arousal.at(now)
        pressure = self._pressure.at(now) + 1.5 * arousal
        share = 1 + height(story.systolic_share, hour) + _RHYTHM_SYSTOLIC_SHARE * rhythm
        systolic = person.systolic_bp * share + pressure
        diastolic = person.diastolic_bp * share + 0.6 * pressure - self._pulse_pressure.at(now)
        return Vitals(
            heart_rate=round(
                person.heart_rate
                + _RHYTHM_HEART_RATE * rhythm
                + _HEART_RATE_A_DEGREE * fever
                + height(story.heart_rate, hour)
                + 2.5 * arousal
                + self._heart_rate.at(now)
            ),
            respiratory_rate=round(
                person.respiratory_rate
                + _RESPIRATORY_RATE_A_DEGREE * fever
                + height(story.respiratory_rate, hour)
                + 0.6 * arousal
                + self._respiratory_rate.at(now)
            ),
            spo2=min(100, round(person.spo2 + height(story.spo2, hour) + self._spo2.at(now))),
            temperature=round(
                person.temperature
                + _RHYTHM_TEMPERATURE * rhythm
                + fever
                + self._temperature.at(now),
                1,
            ),
            systolic_bp=round(systolic),
            diastolic_bp=round(diastolic),
            mean_bp=round(diastolic + (systolic - diastolic) / 3),
        )


def story_hour(person: Person, now: Millis, compress: float) -> float:
    """Return how far the patient's story has come, in its own hours since onset."""
    return (now - person.onset) * compress / HOUR


def ice_score(person: Person, hour: float) -> int:
    """Return the immune effector cell encephalopathy score, 10 when nothing is wrong."""
    return 10 - round(height(person.story.ice_lost, hour))


def consciousness(person: Person, hour: float) -> str:
    """Return how the patient is woken."""
    voice = person.story.voice
    return "voice" if voice is not None and voice[0] <= hour < voice[1] else "alert"


def oxygen(person: Person, hour: float) -> Device:
    """Return the device that gives the oxygen, room air when none does."""
    now = Device(hour, "room_air")
    for device in person.story.devices:
        if device.hour <= hour:
            now = device
    return now
